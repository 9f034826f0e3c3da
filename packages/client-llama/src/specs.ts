import { catalogueSpec, type CatalogueEntry, type ModelFacts, type ModelSpec } from '@llm/core'
import { CATALOGUE } from './catalogue.ts'
import { behaviour } from './rules.ts'

/** The ids of the models that this version knows. */
export type LlamaModel = keyof typeof CATALOGUE

const LLAMA_3_1 = { released: '2024-07-23', knows: '2023-12' }
const LLAMA_3_2 = { released: '2024-09-25', knows: '2023-12' }
const LLAMA_4 = { released: '2025-04-05', knows: '2024-08' }

/** A model's names besides its own: of its weights, and of its build for a machine at home. */
function named(facts: ModelFacts, weights: string, build: string): ModelFacts {
  return { ...facts, aliases: [`meta-llama/${weights}`, build] }
}

/**
 * When each came out, and the last month that it knows of. Meta ends none of them; hosts stop to serve them at times.
 *
 * Sources: the model cards at https://github.com/meta-llama/llama-models/tree/main/models, https://huggingface.co/meta-llama
 * and https://ollama.com/library (names)
 */
const FACTS: Readonly<Record<LlamaModel, ModelFacts>> = {
  'llama-3-8b-instruct': named({ released: '2024-04-18', knows: '2023-03' }, 'Meta-Llama-3-8B-Instruct', 'llama3:8b'),
  'llama-3-70b-instruct': named(
    { released: '2024-04-18', knows: '2023-12' },
    'Meta-Llama-3-70B-Instruct',
    'llama3:70b',
  ),
  'llama-3.1-8b-instruct': named(LLAMA_3_1, 'Llama-3.1-8B-Instruct', 'llama3.1:8b'),
  'llama-3.1-70b-instruct': named(LLAMA_3_1, 'Llama-3.1-70B-Instruct', 'llama3.1:70b'),
  'llama-3.1-405b-instruct': named(LLAMA_3_1, 'Llama-3.1-405B-Instruct', 'llama3.1:405b'),
  'llama-3.2-1b-instruct': named(LLAMA_3_2, 'Llama-3.2-1B-Instruct', 'llama3.2:1b'),
  'llama-3.2-3b-instruct': named(LLAMA_3_2, 'Llama-3.2-3B-Instruct', 'llama3.2:3b'),
  'llama-3.2-11b-vision-instruct': named(LLAMA_3_2, 'Llama-3.2-11B-Vision-Instruct', 'llama3.2-vision:11b'),
  'llama-3.2-90b-vision-instruct': named(LLAMA_3_2, 'Llama-3.2-90B-Vision-Instruct', 'llama3.2-vision:90b'),
  'llama-3.3-70b-instruct': named(
    { released: '2024-12-06', knows: '2023-12' },
    'Llama-3.3-70B-Instruct',
    'llama3.3:70b',
  ),
  'llama-4-maverick': named(LLAMA_4, 'Llama-4-Maverick-17B-128E-Instruct', 'llama4:maverick'),
  'llama-4-scout': named(LLAMA_4, 'Llama-4-Scout-17B-16E-Instruct', 'llama4:scout'),
}

/** Everything known of the family's models, as core takes it. */
export const specs: readonly ModelSpec[] = Object.entries<CatalogueEntry>(CATALOGUE).map(([id, entry]) =>
  catalogueSpec(entry, FACTS[id as LlamaModel], { id, family: 'llama', ...behaviour(id) }),
)
