import { catalogueSpec, type CatalogueEntry, type ModelFacts, type ModelSpec } from '@llm/core'
import { CATALOGUE } from './catalogue.ts'
import { behaviour } from './rules.ts'

/** The ids of the models that this version knows. */
export type MixtralModel = keyof typeof CATALOGUE | keyof typeof NEWER

/**
 * Models that the catalogues do not have yet.
 *
 * Sources: https://docs.mistral.ai/models/mistral-large-4-0, https://docs.mistral.ai/inference/conversations/reasoning
 */
const NEWER = {
  'mistral-large-4': {
    contextWindow: 1_000_000,
    maxOutputTokens: 1_000_000,
    input: ['text', 'image'],
    reasoning: true,
    effort: ['none', 'low', 'medium', 'high'],
    hosts: { mistral: 'mistral-large-4' },
    aliases: ['mistral-large-4-0', 'mistralai/mistral-large-4-0'],
  },
} as const

const MEDIUM = 'mistral-medium-2604'
const SMALL = 'mistral-small-2603'
const LARGE = 'mistral-large-2512'

/** Mistral ends a model at its own host only: most are open, and others keep them. */
function ends(on: string, use: string): Pick<ModelFacts, 'ends'> {
  return { ends: { on, use, at: 'mistral' } }
}

/**
 * When each came out, its other names, and when it ends at Mistral. Mistral does not say what its models know until when.
 *
 * Source: each model's page from https://docs.mistral.ai/models/overview on
 */
const FACTS: Readonly<Record<MixtralModel, ModelFacts>> = {
  'codestral-2501': { released: '2025-01-13', ...ends('2025-11-30', 'codestral-2508') },
  'codestral-2508': { released: '2025-07-30' },
  'codestral-latest': { released: '2025-07-30' },
  'devstral-2512': { released: '2025-12-09', ...ends('2026-07-31', MEDIUM) },
  'devstral-latest': { released: '2025-12-09', ...ends('2026-07-31', MEDIUM) },
  'devstral-medium-2507': { released: '2025-07-10', ...ends('2026-05-31', MEDIUM) },
  'devstral-small-2505': { released: '2025-05-21', ...ends('2025-11-30', MEDIUM) },
  'devstral-small-2507': { released: '2025-07-10', ...ends('2026-05-31', MEDIUM) },
  'devstral-small-2512': {
    released: '2025-12-09',
    aliases: ['devstral-small-latest'],
    ...ends('2026-03-31', MEDIUM),
  },
  'magistral-medium-latest': {
    released: '2025-09-18',
    aliases: ['magistral-medium-2509'],
    ends: { use: MEDIUM, at: 'mistral' },
  },
  'magistral-small': { released: '2025-06-10', ...ends('2025-11-30', SMALL) },
  'magistral-small-2509': {
    released: '2025-09-18',
    aliases: ['magistral-small-latest', 'mistralai/Magistral-Small-2509'],
    ...ends('2026-07-31', SMALL),
  },
  'ministral-14b-2512': { released: '2025-12-02', aliases: ['ministral-14b-latest'] },
  'ministral-3b-2512': { released: '2025-12-02' },
  'ministral-3b-latest': { released: '2025-12-02' },
  'ministral-8b-2410': { released: '2024-10-09', ...ends('2025-12-31', 'ministral-8b-2512') },
  'ministral-8b-2512': { released: '2025-12-02' },
  'ministral-8b-latest': { released: '2025-12-02' },
  'mistral-7b': { released: '2023-09-27', ...ends('2025-03-30', 'ministral-8b-2512') },
  'mistral-embed': { released: '2023-12-11' },
  'mistral-large-2402': { released: '2024-02-26', ...ends('2025-06-16', LARGE) },
  'mistral-large-2407': { released: '2024-07-24', ...ends('2025-03-30', LARGE) },
  'mistral-large-2411': { released: '2024-11-18', ...ends('2026-05-31', LARGE) },
  'mistral-large-2512': { released: '2025-12-02' },
  'mistral-large-4': { released: '2026-10-06' },
  'mistral-large-latest': { released: '2025-12-02' },
  'mistral-medium-2505': { released: '2025-05-07', ...ends('2026-08-31', MEDIUM) },
  'mistral-medium-2508': { released: '2025-08-12', ...ends('2026-08-31', MEDIUM) },
  'mistral-medium-2604': {
    released: '2026-04-29',
    aliases: ['mistral-medium-3', 'mistral-medium-3-5', 'mistral-medium-3.5'],
  },
  'mistral-medium-latest': { released: '2026-04-29' },
  'mistral-nemo': {
    released: '2024-07-18',
    aliases: ['open-mistral-nemo-2407'],
    ...ends('2026-07-31', 'ministral-8b-2512'),
  },
  'mistral-saba': { released: '2025-02-17', aliases: ['mistral-saba-2502'], ...ends('2025-09-30', SMALL) },
  'mistral-small-2501': { released: '2025-01-30', ...ends('2025-11-30', SMALL) },
  'mistral-small-2503': { released: '2025-03-17', ...ends('2025-11-30', SMALL) },
  'mistral-small-2506': { released: '2025-06-20', ...ends('2026-07-31', SMALL) },
  'mistral-small-2603': { released: '2026-03-16' },
  'mistral-small-latest': { released: '2026-03-16' },
  'mixtral-8x22b': { released: '2024-04-17', ...ends('2025-03-30', SMALL) },
  'mixtral-8x7b': { released: '2023-12-11', ...ends('2025-03-30', SMALL) },
  'pixtral-12b': { released: '2024-09-11', aliases: ['pixtral-12b-2409'], ...ends('2025-12-31', 'ministral-14b-2512') },
  'pixtral-large': { released: '2024-11-18', ...ends('2026-05-31', MEDIUM) },
  'voxtral-mini-2507': {
    released: '2025-07-15',
    aliases: ['voxtral-mini-latest'],
    ...ends('2026-05-31', 'voxtral-small-2507'),
  },
  'voxtral-small-2507': { released: '2025-07-15' },
  'voxtral-small-latest': { released: '2025-07-15' },
}

/** Everything known of the family's models, as core takes it. */
export const specs: readonly ModelSpec[] = Object.entries<CatalogueEntry>({ ...CATALOGUE, ...NEWER }).map(
  ([id, entry]) => catalogueSpec(entry, FACTS[id as MixtralModel], { id, family: 'mixtral', ...behaviour(id, entry) }),
)
