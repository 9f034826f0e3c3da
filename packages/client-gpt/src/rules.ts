import type { CatalogueEntry, ModelCapabilities, ModelSpec, ParameterSpec } from '@llm/core'

type Parameters = ModelSpec['parameters']

/**
 * What a model makes of each parameter.
 *
 * Sources: https://developers.openai.com/api/reference/resources/chat/subresources/completions/methods/create (ranges, and
 * the models without `stop`), https://developers.openai.com/api/docs/guides/reasoning (what reasoning models refuse),
 * https://developers.openai.com/api/docs/guides/latest-model (`verbosity`; sampling without reasoning).
 */
export function parameters(id: string, { effort, output }: CatalogueEntry): Parameters {
  if (output !== undefined && !output.includes('text')) return {}
  if (effort === undefined) return { ...SAMPLING, ...NO_REASONING, verbosity: NO_VERBOSITY }
  const sampling = SAMPLES_WITHOUT_REASONING.test(id) ? WITHOUT_REASONING : NO_SAMPLING
  return {
    ...sampling,
    ...(isOSeries(id) ? O_SERIES : GPT_5),
    ...reasoning(id, effort),
    ...(NO_STOP.test(id) ? { stop: REFUSED } : {}),
  }
}

/** What a model can do. */
export function capabilities(id: string, { effort, output, search = false }: CatalogueEntry): ModelCapabilities {
  if (output !== undefined && !output.includes('text')) return { tools: false }
  const jsonSchema = !NO_JSON_SCHEMA.test(id)
  return {
    streaming: true,
    tools: true,
    parallelTools: !isOSeries(id),
    jsonMode: !NO_JSON_MODE.test(id),
    jsonSchema,
    toolsWithSchema: jsonSchema,
    reasoning: effort !== undefined,
    webSearch: search,
    fileSearch: search,
  }
}

/**
 * Whether a model reads files such as PDF: those with vision do, GPT-4 Turbo aside.
 *
 * Source: https://developers.openai.com/api/docs/guides/pdf-files
 */
export function readsFiles(id: string, { input, output }: CatalogueEntry): boolean {
  return input.includes('image') && output === undefined && id !== 'gpt-4-turbo'
}

/** Source: https://developers.openai.com/api/docs/guides/structured-outputs, and each model's page for audio and pro. */
const NO_JSON_SCHEMA = /^gpt-(?:3\.5-turbo|4|4-turbo|4o-2024-05-13|5\.2-pro|5\.4-pro|audio.*)$/
const NO_JSON_MODE = /^gpt-(?:4|audio.*)$/

/** Source: the parameter's own text in the API reference, and https://github.com/openai/openai-node (ChatCompletion `stop`). */
const NO_STOP = /^(?:o3(?!-mini)|o4|gpt-)/

const isOSeries = (id: string): boolean => /^o\d/.test(id)

const SAMPLING: Parameters = {
  temperature: { min: 0, max: 2, default: 1 },
  topP: { min: 0, max: 1, default: 1 },
  topK: { supported: false, remedy: 'use topP instead' },
  presencePenalty: { min: -2, max: 2, default: 0 },
  frequencyPenalty: { min: -2, max: 2, default: 0 },
}

const REFUSED: ParameterSpec = { supported: false, remedy: 'use gpt-4.1 to set one' }

const NO_SAMPLING: Parameters = {
  temperature: REFUSED,
  topP: REFUSED,
  topK: { supported: false, remedy: 'use gpt-4.1 with topP' },
  presencePenalty: REFUSED,
  frequencyPenalty: REFUSED,
}

/** Source: https://developers.openai.com/api/docs/guides/latest-model#gpt-54-parameter-compatibility */
const SAMPLES_WITHOUT_REASONING = /^gpt-5\.(?:1|2|4|4-mini|4-nano)$/
const WITHOUT_REASONING: Parameters = { ...NO_SAMPLING, temperature: unreasoned(2), topP: unreasoned(1) }

function unreasoned(max: number): ParameterSpec {
  const onlyWith = { parameter: 'reasoning.effort', values: ['none'] } as const
  return { min: 0, max, default: 1, onlyWith, remedy: "set reasoning.effort to 'none' to set one" }
}

const NO_EFFORT: ParameterSpec = { supported: false, remedy: 'use gpt-6.1-sol to set one' }
const NO_REASONING: Parameters = { 'reasoning.effort': NO_EFFORT, 'reasoning.budgetTokens': NO_EFFORT }
const NO_VERBOSITY: ParameterSpec = { supported: false, remedy: 'use gpt-6.1-sol to set one' }

/** Source: https://community.openai.com/t/1310788 (`parallel_tool_calls` is refused, whatever its value). */
const O_SERIES: Parameters = {
  verbosity: NO_VERBOSITY,
  parallelToolCalls: { supported: false, remedy: 'use gpt-4.1 to set it' },
}
const GPT_5: Parameters = { verbosity: { values: ['low', 'medium', 'high'], default: 'medium' } }

function reasoning(id: string, effort: NonNullable<CatalogueEntry['effort']>): Parameters {
  const level = defaultEffort(id)
  return {
    'reasoning.effort': { values: effort, ...(level === undefined ? {} : { default: level }) },
    'reasoning.budgetTokens': { supported: false, remedy: 'use reasoning.effort instead' },
  }
}

/**
 * How hard a model thinks where nothing is said; not known of the later ones.
 *
 * Source: https://learn.microsoft.com/javascript/api/@azure/ai-projects/reasoningeffort
 */
function defaultEffort(id: string): string | undefined {
  if (/^gpt-5\.[12]$/.test(id)) return 'none'
  if (id === 'gpt-5-pro') return 'high'
  return isOSeries(id) || /^gpt-5(?:-mini|-nano)?$/.test(id) ? 'medium' : undefined
}
