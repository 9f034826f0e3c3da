import { catalogueSpec, type CatalogueEntry, type ModelFacts, type ModelSpec } from '@llm/core'
import { CATALOGUE } from './catalogue.ts'
import { capabilities, parameters, readsFiles, schemaDialect } from './rules.ts'

/** The ids of the models that this version knows. */
export type GeminiModel = Exclude<keyof typeof CATALOGUE, Foreign> | keyof typeof NEWER

/** Models of Google's Live and Interactions APIs. */
type Foreign = `${string}-live-${string}` | `${string}-omni-${string}`
const FOREIGN = /-(?:live|omni)-/

/**
 * Models that the catalogues do not have.
 *
 * Sources: https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/guides/gemini-4-argon (an answer of Argon
 * can be longer, in several requests), https://ai.google.dev/gemini-api/docs/models, and
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/veo/3-1-generate.
 */
const NEWER = {
  'gemini-4-argon': {
    contextWindow: 1_048_576,
    maxOutputTokens: 65_536,
    input: ['text', 'image', 'audio', 'video'],
    reasoning: true,
    effort: ['low', 'medium', 'high'],
    hosts: { google: 'gemini-4-argon', openrouter: 'google/gemini-4-argon', vertex: 'gemini-4-argon' },
  },
  'gemini-3.8-flash-tts': { input: ['text'], output: ['audio'], hosts: { google: 'gemini-3.8-flash-tts' } },
  'gemini-3.8-flash-lite-tts': { input: ['text'], output: ['audio'], hosts: { google: 'gemini-3.8-flash-lite-tts' } },
  'imagen-4.0-generate-001': { input: ['text'], output: ['image'], hosts: { google: 'imagen-4.0-generate-001' } },
  'imagen-4.0-fast-generate-001': {
    input: ['text'],
    output: ['image'],
    hosts: { google: 'imagen-4.0-fast-generate-001' },
  },
  'imagen-4.0-ultra-generate-001': {
    input: ['text'],
    output: ['image'],
    hosts: { google: 'imagen-4.0-ultra-generate-001' },
  },
  'veo-3.1-generate-001': { input: ['text', 'image'], output: ['video'], hosts: { vertex: 'veo-3.1-generate-001' } },
  'veo-3.1-fast-generate-001': {
    input: ['text', 'image'],
    output: ['video'],
    hosts: { vertex: 'veo-3.1-fast-generate-001' },
  },
  'veo-3.1-generate-preview': {
    input: ['text', 'image'],
    output: ['video'],
    hosts: { google: 'veo-3.1-generate-preview' },
  },
  'veo-3.1-fast-generate-preview': {
    input: ['text', 'image'],
    output: ['video'],
    hosts: { google: 'veo-3.1-fast-generate-preview' },
  },
} as const

/**
 * Names that move from model to model have no facts.
 *
 * Sources: https://ai.google.dev/gemini-api/docs/deprecations and https://ai.google.dev/gemini-api/docs/changelog (dates),
 * each model's page below https://ai.google.dev/gemini-api/docs/models (knowledge).
 */
const FACTS: Readonly<Partial<Record<GeminiModel, ModelFacts>>> = {
  'gemini-2.5-flash': { released: '2025-06-17', knows: '2025-01' },
  'gemini-2.5-flash-image': { released: '2025-10-02', knows: '2025-06' },
  'gemini-2.5-flash-lite': { released: '2025-07-22', knows: '2025-01' },
  'gemini-2.5-flash-tts': { released: '2025-05-20' },
  'gemini-2.5-pro': { released: '2025-06-17', knows: '2025-01' },
  'gemini-2.5-pro-tts': { released: '2025-05-20' },
  'gemini-3-flash-preview': { released: '2025-12-17', knows: '2025-01' },
  'gemini-3-pro-image': { released: '2026-05-28', knows: '2025-01' },
  'gemini-3.1-flash-image': { released: '2026-05-28' },
  'gemini-3.1-flash-lite': { released: '2026-05-07', knows: '2025-01' },
  'gemini-3.1-flash-lite-image': { released: '2026-06-30' },
  'gemini-3.1-pro-preview': { released: '2026-02-19', knows: '2025-01' },
  'gemini-3.1-pro-preview-customtools': { released: '2026-02-19', knows: '2025-01' },
  'gemini-3.5-flash': { released: '2026-05-19' },
  'gemini-3.5-flash-lite': { released: '2026-07-21' },
  'gemini-3.6-flash': { released: '2026-07-21' },
  'gemini-3.7-flash': { released: '2026-08-13' },
  'gemini-3.8-flash': { released: '2026-09-02' },
  'gemini-3.8-flash-tts': { released: '2026-09-22' },
  'gemini-3.8-flash-lite-tts': { released: '2026-09-22' },
  'gemini-4-argon': { released: '2026-10-13' },
  'gemini-embedding-001': { released: '2025-07-14' },
  'gemini-embedding-2': { released: '2026-04-22' },
  'imagen-4.0-generate-001': { released: '2025-06-24' },
  'imagen-4.0-fast-generate-001': { released: '2025-06-24' },
  'imagen-4.0-ultra-generate-001': { released: '2025-06-24' },
  'veo-3.1-generate-preview': { released: '2025-10-15' },
  'veo-3.1-fast-generate-preview': { released: '2025-10-15' },
}

/**
 * What goes: when, where a day is set, and what Google recommends instead.
 *
 * Sources: https://ai.google.dev/gemini-api/docs/deprecations, and https://ai.google.dev/gemini-api/docs/changelog for 3.5
 * and 3.7 Flash (8 October 2026).
 */
const ENDS: Readonly<Partial<Record<GeminiModel, { readonly on?: string; readonly use?: string }>>> = {
  'imagen-4.0-generate-001': { on: '2026-08-17', use: 'gemini-3.1-flash-image' },
  'imagen-4.0-fast-generate-001': { on: '2026-08-17', use: 'gemini-3.1-flash-image' },
  'imagen-4.0-ultra-generate-001': { on: '2026-08-17', use: 'gemini-3.1-flash-image' },
  'gemini-2.5-flash-image': { on: '2026-10-02', use: 'gemini-3.1-flash-image' },
  'veo-3.1-generate-preview': { on: '2026-10-22', use: 'veo-3.1-generate-001' },
  'veo-3.1-fast-generate-preview': { on: '2026-10-22', use: 'veo-3.1-fast-generate-001' },
  'gemini-2.5-pro': { on: '2026-12-01', use: 'gemini-3.8-flash' },
  'gemini-2.5-flash': { on: '2026-12-01', use: 'gemini-3.5-flash-lite' },
  'gemini-3.1-flash-lite': { on: '2027-05-07', use: 'gemini-3.5-flash-lite' },
  'gemini-2.5-flash-tts': { use: 'gemini-3.8-flash-tts' },
  'gemini-2.5-pro-tts': { use: 'gemini-3.8-flash-tts' },
  'gemini-3-flash-preview': { use: 'gemini-3.6-flash' },
  'gemini-3.5-flash': { use: 'gemini-3.6-flash' },
  'gemini-3.7-flash': { use: 'gemini-3.8-flash' },
  'gemini-embedding-001': { on: '2028-05-14', use: 'gemini-embedding-2' },
}

/** Everything known of the family's models, as core takes it. */
export const specs: readonly ModelSpec[] = Object.entries<CatalogueEntry>({ ...CATALOGUE, ...NEWER })
  .filter(([id]) => !FOREIGN.test(id))
  .map(toSpec)

function toSpec([id, entry]: [string, CatalogueEntry]): ModelSpec {
  return catalogueSpec(
    entry,
    { ...FACTS[id as GeminiModel], ends: ENDS[id as GeminiModel] },
    {
      id,
      family: 'gemini',
      input: readsFiles(entry) ? [...entry.input, 'file'] : entry.input,
      capabilities: capabilities(id, entry),
      parameters: parameters(id, entry),
      schemaDialect,
      // Thought signatures, which Gemini 3 demands back. Source: https://ai.google.dev/gemini-api/docs/thought-signatures
      reasoningReplay: 'always',
    },
  )
}
