import type { CatalogueEntry, ModelCapabilities, ModelSpec, ParameterSpec } from '@llm/core'

type Parameters = ModelSpec['parameters']

/** How a model behaves, the rest of its spec aside. */
export type Behaviour = Pick<
  ModelSpec,
  'capabilities' | 'parameters' | 'defaults' | 'outputStrategy' | 'reasoningTags' | 'instructions' | 'input'
>

/** What sets a model apart from the others of its family. */
export function behaviour(id: string, entry: CatalogueEntry): Behaviour {
  const { input, output = ['text'], reasoning } = entry
  if (!output.includes('text')) return { input, capabilities: { tools: false }, parameters: {} }
  const able = capabilities(id, entry)
  return {
    input: EARLY.test(id) ? input : [...input, 'file'],
    capabilities: able,
    parameters: parameters(id, entry),
    instructions: 'first',
    ...defaults(id),
    ...(reasoning === true ? { reasoningTags: TAGS } : {}),
    ...(able.jsonSchema === true ? {} : { outputStrategy: 'prompted' }),
  }
}

/** Models from before structured answers, documents and, Nemo and the larger ones aside, tools. */
const EARLY = /^(?:mixtral|mistral-7b|mistral-saba|mistral-large-240)/

/**
 * What a model can do. Magistral enforces no schema, and no model does beside tools.
 *
 * Source: the features on each model's page from https://docs.mistral.ai/models/overview on
 */
function capabilities(id: string, { reasoning = false }: CatalogueEntry): ModelCapabilities {
  const jsonSchema = !EARLY.test(id) && !isMagistral(id)
  const tools = !/^(?:mixtral-8x7b|mistral-7b|mistral-saba|voxtral-mini)/.test(id)
  return {
    streaming: true,
    ...(tools ? { tools, parallelTools: tools } : {}),
    jsonMode: jsonSchema,
    jsonSchema,
    toolsWithSchema: false,
    reasoning,
    codeCompletion: id.startsWith('codestral'),
  }
}

const isMagistral = (id: string): boolean => id.startsWith('magistral')

/**
 * Models that think do so between these marks, where a server of one's own does not take them out.
 *
 * Source: https://huggingface.co/mistralai/Magistral-Small-2509
 */
const TAGS: NonNullable<ModelSpec['reasoningTags']> = { open: '[THINK]', close: '[/THINK]' }

/**
 * Sources: https://huggingface.co/mistralai/Magistral-Small-2509#sampling-parameters,
 * https://huggingface.co/mistralai/Devstral-Small-2507 (a low temperature for work on code)
 */
function defaults(id: string): Pick<ModelSpec, 'defaults'> {
  if (isMagistral(id)) return { defaults: { temperature: 0.7, topP: 0.95 } }
  return id.startsWith('devstral') ? { defaults: { temperature: 0.15 } } : {}
}

/**
 * What a model makes of each parameter.
 *
 * Sources: https://docs.mistral.ai/api (ranges), https://docs.mistral.ai/inference/conversations/reasoning (efforts)
 */
function parameters(id: string, { effort }: CatalogueEntry): Parameters {
  return {
    ...SAMPLING,
    ...(effort === undefined ? { 'reasoning.effort': NO_EFFORT } : { 'reasoning.effort': efforts(id, effort) }),
    'reasoning.budgetTokens': { supported: false, remedy: 'use reasoning.effort instead' },
    verbosity: { supported: false, remedy: 'ask for a short or a long answer in words' },
  }
}

/** Large 4 thinks unless it is told not to, the others if they are told to. */
function efforts(id: string, values: NonNullable<CatalogueEntry['effort']>): ParameterSpec {
  return { values, default: id.startsWith('mistral-large') ? 'high' : 'none' }
}

const NO_EFFORT: ParameterSpec = { supported: false, remedy: 'use mistral-medium-2604 to set one' }

const SAMPLING: Parameters = {
  temperature: { min: 0, max: 1.5 },
  topP: { min: 0, max: 1, default: 1 },
  presencePenalty: { min: -2, max: 2, default: 0 },
  frequencyPenalty: { min: -2, max: 2, default: 0 },
}
