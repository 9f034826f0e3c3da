import { catalogueSpec, type CatalogueEntry, type ModelFacts, type ModelSpec } from '@llm/core'
import { CATALOGUE } from './catalogue.ts'
import { capabilities, parameters, readsFiles, reasoningReplay, schemaDialect } from './rules.ts'

/** The ids of the models that this version knows. */
export type ClaudeModel = keyof typeof CATALOGUE | keyof typeof NEWER

/**
 * Models that the catalogues do not have yet.
 *
 * Sources: https://platform.claude.com/docs/en/models/overview,
 * https://platform.claude.com/docs/en/models/fable-5-2/whats-new-fable-5-2
 */
const NEWER = {
  'claude-fable-5-2': {
    contextWindow: 1_000_000,
    maxOutputTokens: 128_000,
    input: ['text', 'image'],
    search: true,
    effort: ['low', 'medium', 'high', 'xhigh', 'max'],
    hosts: {
      anthropic: 'claude-fable-5-2',
      bedrock: 'global.anthropic.claude-fable-5-2',
      openrouter: 'anthropic/claude-fable-5.2',
    },
    aliases: ['anthropic.claude-fable-5-2', 'us.anthropic.claude-fable-5-2'],
  },
  'claude-haiku-5-5': {
    contextWindow: 1_000_000,
    maxOutputTokens: 128_000,
    input: ['text', 'image'],
    search: true,
    effort: ['none', 'low', 'medium', 'high', 'xhigh', 'max'],
    hosts: {
      anthropic: 'claude-haiku-5-5',
      bedrock: 'global.anthropic.claude-haiku-5-5',
      openrouter: 'anthropic/claude-haiku-5.5',
    },
    aliases: ['anthropic.claude-haiku-5-5', 'us.anthropic.claude-haiku-5-5'],
  },
  'claude-sonnet-5-5': {
    contextWindow: 1_000_000,
    maxOutputTokens: 128_000,
    input: ['text', 'image'],
    search: true,
    effort: ['low', 'medium', 'high', 'xhigh', 'max'],
    hosts: {
      anthropic: 'claude-sonnet-5-5',
      bedrock: 'global.anthropic.claude-sonnet-5-5',
      openrouter: 'anthropic/claude-sonnet-5.5',
    },
    aliases: ['anthropic.claude-sonnet-5-5', 'us.anthropic.claude-sonnet-5-5'],
  },
} as const

/** What is known of a model besides what the catalogues say. */
interface Facts extends ModelFacts {
  /** Limits, where the catalogues have none, or those of a beta that has ended. */
  readonly contextWindow?: number
  readonly maxOutputTokens?: number
}

/**
 * Sources: each model's page, such as https://platform.claude.com/docs/en/models/sonnet-4-5/overview (dates, limits,
 * knowledge, ids; the names with `@` are those of Google Cloud), and
 * https://platform.claude.com/docs/en/release-notes/overview.
 */
const FACTS: Readonly<Record<ClaudeModel, Facts>> = {
  'claude-3-haiku': { released: '2024-03-13', knows: '2023-08', aliases: dated('claude-3-haiku', '20240307') },
  'claude-3-opus': {
    released: '2024-03-04',
    knows: '2023-08',
    maxOutputTokens: 4_096,
    aliases: dated('claude-3-opus', '20240229'),
  },
  'claude-3-sonnet': {
    released: '2024-03-04',
    knows: '2023-08',
    maxOutputTokens: 4_096,
    aliases: dated('claude-3-sonnet', '20240229'),
  },
  'claude-3-5-haiku': {
    released: '2024-11-04',
    knows: '2024-07',
    maxOutputTokens: 8_192,
    aliases: dated('claude-3-5-haiku', '20241022'),
  },
  'claude-3-5-sonnet': {
    released: '2024-06-20',
    knows: '2024-04',
    maxOutputTokens: 8_192,
    aliases: [...dated('claude-3-5-sonnet', '20240620'), ...dated('claude-3-5-sonnet', '20241022')],
  },
  'claude-3-7-sonnet': {
    released: '2025-02-24',
    knows: '2024-10',
    maxOutputTokens: 64_000,
    aliases: dated('claude-3-7-sonnet', '20250219'),
  },
  'claude-opus-4-0': {
    released: '2025-05-22',
    knows: '2025-01',
    maxOutputTokens: 32_000,
    aliases: ['claude-opus-4', ...dated('claude-opus-4', '20250514')],
  },
  'claude-sonnet-4-0': {
    released: '2025-05-22',
    knows: '2025-01',
    contextWindow: 200_000,
    aliases: ['claude-sonnet-4', ...dated('claude-sonnet-4', '20250514')],
  },
  'claude-opus-4-1': { released: '2025-08-05', knows: '2025-01', aliases: dated('claude-opus-4-1', '20250805') },
  'claude-sonnet-4-5': {
    released: '2025-09-29',
    knows: '2025-01',
    contextWindow: 200_000,
    aliases: dated('claude-sonnet-4-5', '20250929'),
  },
  'claude-haiku-4-5': { released: '2025-10-15', knows: '2025-02', aliases: dated('claude-haiku-4-5', '20251001') },
  'claude-opus-4-5': { released: '2025-11-24', knows: '2025-05', aliases: dated('claude-opus-4-5', '20251101') },
  'claude-opus-4-6': { released: '2026-02-05', knows: '2025-05' },
  'claude-sonnet-4-6': { released: '2026-02-17', knows: '2025-08' },
  'claude-opus-4-7': { released: '2026-04-16', knows: '2026-01' },
  'claude-opus-4-8': { released: '2026-05-28' },
  'claude-fable-5': { released: '2026-06-09', knows: '2026-01' },
  'claude-sonnet-5': { released: '2026-06-30', knows: '2026-01' },
  'claude-opus-5': { released: '2026-07-24', knows: '2026-05', aliases: ['anthropic.claude-opus-5'] },
  'claude-fable-5-1': { released: '2026-09-01', knows: '2026-06' },
  'claude-opus-5-5': { released: '2026-09-22', knows: '2026-06' },
  'claude-sonnet-5-5': { released: '2026-09-28', knows: '2026-06' },
  'claude-haiku-5-5': { released: '2026-10-07', knows: '2026-06' },
  'claude-fable-5-2': { released: '2026-11-09' },
}

/**
 * When a model ends, or ended, at its maker, and what its maker recommends instead. Other hosts may keep it longer.
 *
 * Source: https://platform.claude.com/docs/en/about-claude/model-deprecations
 */
const ENDS: Readonly<Partial<Record<ClaudeModel, { readonly on: string; readonly use: string }>>> = {
  'claude-3-sonnet': { on: '2025-07-21', use: 'claude-sonnet-5-5' },
  'claude-3-5-sonnet': { on: '2025-10-28', use: 'claude-sonnet-5-5' },
  'claude-3-opus': { on: '2026-01-05', use: 'claude-opus-5-5' },
  'claude-3-5-haiku': { on: '2026-02-19', use: 'claude-haiku-5-5' },
  'claude-3-7-sonnet': { on: '2026-02-19', use: 'claude-sonnet-5-5' },
  'claude-3-haiku': { on: '2026-04-19', use: 'claude-haiku-5-5' },
  'claude-opus-4-0': { on: '2026-06-15', use: 'claude-opus-5-5' },
  'claude-sonnet-4-0': { on: '2026-06-15', use: 'claude-sonnet-5-5' },
  'claude-opus-4-1': { on: '2026-08-05', use: 'claude-opus-5-5' },
  'claude-sonnet-4-5': { on: '2026-11-30', use: 'claude-sonnet-5-5' },
}

/** Everything known of the family's models, as core takes it. */
export const specs: readonly ModelSpec[] = Object.entries<CatalogueEntry>({ ...CATALOGUE, ...NEWER }).map(toSpec)

function toSpec([id, entry]: [string, CatalogueEntry]): ModelSpec {
  const { contextWindow, maxOutputTokens, ...facts } = FACTS[id as ClaudeModel]
  const capable = capabilities(id, entry)
  return catalogueSpec(
    entry,
    { ...facts, ends: ENDS[id as ClaudeModel] },
    {
      id,
      family: 'claude',
      input: readsFiles(id) ? [...entry.input, 'file'] : entry.input,
      capabilities: capable,
      parameters: parameters(id, entry),
      schemaDialect,
      reasoningReplay: reasoningReplay(id),
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
      ...(capable.jsonSchema === true ? {} : { outputStrategy: 'tool' }),
    },
  )
}

/** The names of a snapshot at its maker and on Google Cloud. */
function dated(model: string, date: string): readonly string[] {
  return [`${model}-${date}`, `${model}@${date}`]
}
