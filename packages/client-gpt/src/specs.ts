import { catalogueSpec, type CatalogueEntry, type ModelFacts, type ModelSpec } from '@llm/core'
import { CATALOGUE } from './catalogue.ts'
import { capabilities, parameters, readsFiles } from './rules.ts'

/** The ids of the models that this version knows. */
export type GptModel = keyof typeof CATALOGUE | keyof typeof NEWER

/** Models that the catalogues do not have yet, or no longer. Source: https://developers.openai.com/api/docs/models */
const NEWER = {
  'gpt-6.1-sol': {
    contextWindow: 1_050_000,
    maxOutputTokens: 128_000,
    input: ['text', 'image'],
    effort: ['low', 'medium', 'high', 'xhigh', 'max'],
    search: true,
    hosts: { openrouter: 'openai/gpt-6.1-sol' },
  },
  'gpt-6.1-terra': {
    contextWindow: 1_050_000,
    maxOutputTokens: 128_000,
    input: ['text', 'image'],
    effort: ['none', 'low', 'medium', 'high', 'xhigh', 'max'],
    search: true,
    hosts: { openrouter: 'openai/gpt-6.1-terra' },
  },
  'gpt-6.2-sol': {
    contextWindow: 1_050_000,
    maxOutputTokens: 128_000,
    input: ['text', 'image'],
    effort: ['low', 'medium', 'high', 'xhigh', 'max'],
    search: true,
    hosts: { openrouter: 'openai/gpt-6.2-sol' },
  },
  'gpt-audio-1.5': {
    contextWindow: 128_000,
    maxOutputTokens: 16_384,
    input: ['text', 'audio'],
    output: ['text', 'audio'],
  },
  'gpt-image-2.6-flare': { input: ['text', 'image'], output: ['image'] },
  'gpt-image-2.6-sunburst': { input: ['text', 'image'], output: ['image'] },
  'dall-e-3': { input: ['text'], output: ['image'] },
} as const

/**
 * Sources: each model's page below https://developers.openai.com/api/docs/models (snapshots, knowledge), and
 * https://developers.openai.com/api/docs/changelog (dates).
 */
const FACTS: Readonly<Record<GptModel, ModelFacts>> = {
  'gpt-3.5-turbo': { released: '2023-03-01', knows: '2021-09', aliases: ['gpt-3.5-turbo-0125'] },
  'gpt-4': { released: '2023-06-13', aliases: ['gpt-4-0613'] },
  'gpt-4-turbo': { released: '2024-04-09', knows: '2023-12', aliases: ['gpt-4-turbo-2024-04-09'] },
  'gpt-4.1': { released: '2025-04-14', knows: '2024-06', aliases: ['gpt-4.1-2025-04-14'] },
  'gpt-4.1-mini': { released: '2025-04-14', knows: '2024-06', aliases: ['gpt-4.1-mini-2025-04-14'] },
  'gpt-4.1-nano': { released: '2025-04-14', knows: '2024-06', aliases: ['gpt-4.1-nano-2025-04-14'] },
  'gpt-4o': { released: '2024-05-13', knows: '2023-10' },
  'gpt-4o-2024-05-13': { released: '2024-05-13', knows: '2023-10' },
  'gpt-4o-2024-08-06': { released: '2024-08-06', knows: '2023-10' },
  'gpt-4o-2024-11-20': { released: '2024-11-20', knows: '2023-10' },
  'gpt-4o-mini': { released: '2024-07-18', knows: '2023-10', aliases: ['gpt-4o-mini-2024-07-18'] },
  'gpt-5': { released: '2025-08-07', knows: '2024-09', aliases: ['gpt-5-2025-08-07'] },
  'gpt-5-mini': { released: '2025-08-07', knows: '2024-05', aliases: ['gpt-5-mini-2025-08-07'] },
  'gpt-5-nano': { released: '2025-08-07', knows: '2024-05', aliases: ['gpt-5-nano-2025-08-07'] },
  'gpt-5-pro': { released: '2025-10-06', knows: '2024-09', aliases: ['gpt-5-pro-2025-10-06'] },
  'gpt-5.1': { released: '2025-11-13', knows: '2024-09', aliases: ['gpt-5.1-2025-11-13'] },
  'gpt-5.2': { released: '2025-12-11', knows: '2025-08', aliases: ['gpt-5.2-2025-12-11'] },
  'gpt-5.2-pro': { released: '2025-12-11', knows: '2025-08', aliases: ['gpt-5.2-pro-2025-12-11'] },
  'gpt-5.3-codex': { released: '2026-02-05', knows: '2025-08' },
  'gpt-5.4': { released: '2026-03-05', knows: '2025-08', aliases: ['gpt-5.4-2026-03-05'] },
  'gpt-5.4-mini': { released: '2026-03-17', knows: '2025-08', aliases: ['gpt-5.4-mini-2026-03-17'] },
  'gpt-5.4-nano': { released: '2026-03-17', knows: '2025-08', aliases: ['gpt-5.4-nano-2026-03-17'] },
  'gpt-5.4-pro': { released: '2026-03-05', knows: '2025-08', aliases: ['gpt-5.4-pro-2026-03-05'] },
  'gpt-5.5': { released: '2026-04-23', knows: '2025-12', aliases: ['gpt-5.5-2026-04-23'] },
  'gpt-5.5-pro': { released: '2026-04-23', knows: '2025-12', aliases: ['gpt-5.5-pro-2026-04-23'] },
  'gpt-5.6-luna': { released: '2026-07-09', knows: '2026-02' },
  'gpt-5.6-sol': { released: '2026-07-09', knows: '2026-02', aliases: ['gpt-5.6'] },
  'gpt-5.6-terra': { released: '2026-07-09', knows: '2026-02' },
  'gpt-6-astra': { released: '2026-09-03', knows: '2026-04' },
  'gpt-6-luna': { released: '2026-09-22', knows: '2026-05' },
  'gpt-6-sol': { released: '2026-09-22', knows: '2026-04' },
  'gpt-6.1-sol': { released: '2026-09-29' },
  'gpt-6.1-terra': { released: '2026-10-26', knows: '2026-06' },
  'gpt-6.2-sol': { released: '2026-11-17', knows: '2026-06' },
  o1: { released: '2024-12-17', knows: '2023-10', aliases: ['o1-2024-12-17'] },
  'o1-pro': { released: '2025-03-19', knows: '2023-10', aliases: ['o1-pro-2025-03-19'] },
  o3: { released: '2025-04-16', knows: '2024-06', aliases: ['o3-2025-04-16'] },
  'o3-mini': { released: '2025-01-31', knows: '2023-10', aliases: ['o3-mini-2025-01-31'] },
  'o3-pro': { released: '2025-06-10', knows: '2024-06', aliases: ['o3-pro-2025-06-10'] },
  'o4-mini': { released: '2025-04-16', knows: '2024-06', aliases: ['o4-mini-2025-04-16'] },
  'gpt-audio': { released: '2025-08-28', knows: '2023-10', aliases: ['gpt-audio-2025-08-28'] },
  'gpt-audio-mini': { released: '2025-10-06', knows: '2023-10', aliases: ['gpt-audio-mini-2025-12-15'] },
  'gpt-audio-1.5': { released: '2026-02-23', knows: '2024-09' },
  'gpt-image-1': { released: '2025-04-23' },
  'gpt-image-1-mini': { released: '2025-10-06' },
  'gpt-image-1.5': { released: '2025-12-16', aliases: ['gpt-image-1.5-2025-12-16'] },
  'gpt-image-2': { released: '2026-04-21', aliases: ['gpt-image-2-2026-04-21'] },
  'gpt-image-2.5-flare': { released: '2026-09-08', aliases: ['gpt-image-2.5-flare-2026-09-08'] },
  'gpt-image-2.5-sunburst': { released: '2026-09-08', aliases: ['gpt-image-2.5-sunburst-2026-09-08'] },
  'gpt-image-2.6-flare': { released: '2026-11-04' },
  'gpt-image-2.6-sunburst': { released: '2026-11-04' },
  'dall-e-3': { released: '2023-11-06' },
  'text-embedding-3-small': { released: '2024-01-25' },
  'text-embedding-3-large': { released: '2024-01-25' },
}

/**
 * When a model ends at its maker, and what its maker recommends instead. Other hosts may keep it longer.
 *
 * Source: https://developers.openai.com/api/docs/deprecations
 */
const ENDS: Readonly<Partial<Record<GptModel, { readonly on: string; readonly use?: string }>>> = {
  'dall-e-3': { on: '2026-05-12', use: 'gpt-image-2.5-sunburst' },
  'gpt-3.5-turbo': { on: '2026-10-23', use: 'gpt-5.6-terra' },
  'gpt-4': { on: '2026-10-23', use: 'gpt-5.6-sol' },
  'gpt-4-turbo': { on: '2026-10-23', use: 'gpt-5.6-sol' },
  'gpt-4.1-nano': { on: '2026-10-23', use: 'gpt-5.6-luna' },
  'gpt-4o-2024-05-13': { on: '2026-10-23', use: 'gpt-5.6-sol' },
  o1: { on: '2026-10-23', use: 'gpt-5.6-sol' },
  'o1-pro': { on: '2026-10-23', use: 'gpt-5.6-sol' },
  'o3-mini': { on: '2026-10-23', use: 'gpt-5.6-sol' },
  'o4-mini': { on: '2026-10-23', use: 'gpt-5.6-terra' },
  'gpt-image-1': { on: '2026-10-23', use: 'gpt-image-2.5-sunburst' },
  'gpt-image-1-mini': { on: '2026-12-01', use: 'gpt-image-2.5-flare' },
  'gpt-image-1.5': { on: '2026-12-01', use: 'gpt-image-2.5-sunburst' },
  'gpt-5': { on: '2026-12-11', use: 'gpt-5.6-sol' },
  'gpt-5-mini': { on: '2026-12-11', use: 'gpt-5.6-terra' },
  'gpt-5-nano': { on: '2026-12-11', use: 'gpt-5.6-luna' },
  'gpt-5-pro': { on: '2026-12-11', use: 'gpt-5.6-sol' },
  o3: { on: '2026-12-11', use: 'gpt-5.6-sol' },
  'o3-pro': { on: '2026-12-11', use: 'gpt-5.6-sol' },
  'gpt-4.1': { on: '2027-01-14', use: 'gpt-6-luna' },
  'gpt-4.1-mini': { on: '2027-01-14', use: 'gpt-6-luna' },
  'gpt-4o': { on: '2027-01-14', use: 'gpt-6-luna' },
  'gpt-4o-2024-08-06': { on: '2027-01-14', use: 'gpt-6-luna' },
  'gpt-4o-2024-11-20': { on: '2027-01-14', use: 'gpt-6-luna' },
  'gpt-4o-mini': { on: '2027-01-14', use: 'gpt-6-luna' },
  'gpt-audio': { on: '2027-01-20' },
  'gpt-audio-mini': { on: '2027-01-20' },
  'gpt-5.1': { on: '2027-04-01' },
  'gpt-5.3-codex': { on: '2027-04-01' },
  'gpt-5.4-nano': { on: '2027-04-01' },
}

/** Everything known of the family's models, as core takes it. */
export const specs: readonly ModelSpec[] = Object.entries<CatalogueEntry>({ ...CATALOGUE, ...NEWER }).map(toSpec)

function toSpec([id, entry]: [string, CatalogueEntry]): ModelSpec {
  const capable = capabilities(id, entry)
  return catalogueSpec(
    entry,
    { ...FACTS[id as GptModel], ends: ENDS[id as GptModel] },
    {
      id,
      family: 'gpt',
      input: readsFiles(id, entry) ? [...entry.input, 'file'] : entry.input,
      capabilities: capable,
      parameters: parameters(id, entry),
      ...(capable.tools === true && capable.jsonSchema !== true ? { outputStrategy: 'tool' } : {}),
    },
  )
}
