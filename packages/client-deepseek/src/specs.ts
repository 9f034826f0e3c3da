import { catalogueSpec, type CatalogueEntry, type ModelFacts, type ModelSpec } from '@llm/core'
import { CATALOGUE } from './catalogue.ts'
import { behaviour } from './rules.ts'

/** The ids of the models that this version knows. */
export type DeepSeekModel = keyof typeof CATALOGUE | keyof typeof NEWER

/** Distilled models that the catalogues lack, as many run them at home. Source: https://ollama.com/library/deepseek-r1 */
const NEWER = {
  'deepseek-r1-0528-qwen3-8b': { input: ['text'], reasoning: true },
  'deepseek-r1-distill-qwen-7b': { input: ['text'], reasoning: true },
} as const

/** The names of a model's weights, and of their build for a machine at home, where there is one. */
const weights = (name: string, ...others: readonly string[]): readonly string[] => [`deepseek-ai/${name}`, ...others]

const R1 = '2025-01-20'
const V4 = '2026-04-24'

/**
 * When each came out. DeepSeek does not say what its models know until when.
 *
 * Sources: https://api-docs.deepseek.com/updates and the news that it links to (dates), https://huggingface.co/deepseek-ai
 * (names of the weights, and dates of those that only other hosts serve), https://ollama.com/library/deepseek-r1
 */
const FACTS: Readonly<Record<DeepSeekModel, ModelFacts>> = {
  'deepseek-chat': {
    released: '2024-12-26',
    ends: { on: '2026-07-24', use: 'deepseek-v4.1-flash', at: 'deepseek' },
  },
  'deepseek-coder-33b-instruct': { released: '2023-11-02', ends: { use: 'deepseek-v4.1-flash' } },
  'deepseek-r1': { released: R1, aliases: weights('DeepSeek-R1', 'deepseek-r1:671b') },
  'deepseek-r1-0528': { released: '2025-05-28', aliases: weights('DeepSeek-R1-0528') },
  'deepseek-r1-0528-qwen3-8b': {
    released: '2025-05-28',
    aliases: weights('DeepSeek-R1-0528-Qwen3-8B', 'deepseek-r1:8b', 'deepseek-r1:latest'),
  },
  'deepseek-r1-distill-llama-70b': {
    released: R1,
    aliases: weights('DeepSeek-R1-Distill-Llama-70B', 'deepseek-r1:70b'),
  },
  'deepseek-r1-distill-llama-8b': { released: R1, aliases: weights('DeepSeek-R1-Distill-Llama-8B') },
  'deepseek-r1-distill-qwen-1.5b': {
    released: R1,
    aliases: weights('DeepSeek-R1-Distill-Qwen-1.5B', 'deepseek-r1:1.5b'),
  },
  'deepseek-r1-distill-qwen-7b': { released: R1, aliases: weights('DeepSeek-R1-Distill-Qwen-7B', 'deepseek-r1:7b') },
  'deepseek-r1-distill-qwen-14b': { released: R1, aliases: weights('DeepSeek-R1-Distill-Qwen-14B', 'deepseek-r1:14b') },
  'deepseek-r1-distill-qwen-32b': { released: R1, aliases: weights('DeepSeek-R1-Distill-Qwen-32B', 'deepseek-r1:32b') },
  'deepseek-reasoner': {
    released: R1,
    ends: { on: '2026-07-24', use: 'deepseek-v4.1-flash', at: 'deepseek' },
  },
  'deepseek-v3-0324': { released: '2025-03-25', aliases: weights('DeepSeek-V3-0324') },
  'deepseek-v3.1': { released: '2025-08-21', aliases: weights('DeepSeek-V3.1') },
  'deepseek-v3.1-terminus': { released: '2025-09-22', aliases: weights('DeepSeek-V3.1-Terminus') },
  'deepseek-v3.2': { released: '2025-12-01', aliases: weights('DeepSeek-V3.2') },
  'deepseek-v3.2-exp': { released: '2025-09-29', aliases: weights('DeepSeek-V3.2-Exp') },
  'deepseek-v4-flash': {
    released: V4,
    aliases: weights('DeepSeek-V4-Flash'),
    ends: { on: '2026-09-10', use: 'deepseek-v4.1-flash', at: 'deepseek' },
  },
  'deepseek-v4-flash-0731': { released: '2026-07-31', aliases: weights('DeepSeek-V4-Flash-0731') },
  'deepseek-v4-flash-vision-exp': {
    released: '2026-08-21',
    aliases: weights('DeepSeek-V4-Flash-Vision-Exp'),
    ends: { on: '2026-09-10', use: 'deepseek-v4.1-flash', at: 'deepseek' },
  },
  'deepseek-v4-pro': { released: V4, aliases: weights('DeepSeek-V4-Pro') },
  'deepseek-v4-pro-0813': { released: '2026-08-13', aliases: weights('DeepSeek-V4-Pro-0813') },
  'deepseek-v4.1-flash': { released: '2026-09-10', aliases: weights('DeepSeek-V4.1-Flash') },
}

/** Everything known of the family's models, as core takes it. */
export const specs: readonly ModelSpec[] = Object.entries<CatalogueEntry>({ ...CATALOGUE, ...NEWER }).map(
  ([id, entry]) =>
    catalogueSpec(entry, FACTS[id as DeepSeekModel], { id, family: 'deepseek', ...behaviour(id, entry) }),
)
