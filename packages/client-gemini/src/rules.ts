import type { CatalogueEntry, ModelCapabilities, ModelSpec, ParameterSpec, SchemaDialect } from '@llm/core'

type Parameters = ModelSpec['parameters']

/**
 * What a model makes of each parameter.
 *
 * Sources: https://ai.google.dev/api/generate-content#generationconfig (ranges),
 * https://ai.google.dev/gemini-api/docs/thinking (levels and budgets).
 */
export function parameters(id: string, entry: CatalogueEntry): Parameters {
  if (!writes(entry)) return {}
  return { ...(ignoresSampling(id) ? NO_SAMPLING : SAMPLING), ...NEVER, ...reasoning(id, entry) }
}

/**
 * What a model can do. Models that make images take no functions.
 *
 * Sources: https://ai.google.dev/gemini-api/docs/structured-output, https://ai.google.dev/gemini-api/docs/image-generation,
 * and each model's page below https://ai.google.dev/gemini-api/docs/models.
 */
export function capabilities(id: string, entry: CatalogueEntry): ModelCapabilities {
  if (!writes(entry)) return { tools: false }
  const { reasoning = false } = entry
  if (makesImages(entry)) {
    return {
      streaming: true,
      tools: false,
      reasoning,
      jsonSchema: id === 'gemini-3-pro-image',
      webSearch: SEARCHES.test(id),
    }
  }
  return {
    streaming: true,
    tools: true,
    parallelTools: true,
    jsonMode: true,
    jsonSchema: true,
    toolsWithSchema: generation(id) >= 3,
    reasoning,
    webSearch: true,
    fileSearch: true,
  }
}

/**
 * Whether a model reads files such as PDF: those that only write text.
 *
 * Source: https://ai.google.dev/gemini-api/docs/document-processing
 */
export function readsFiles(entry: CatalogueEntry): boolean {
  return writes(entry) && !makesImages(entry)
}

/**
 * The subset of JSON Schema of `responseJsonSchema` and `parametersJsonSchema`. There are references too, but nothing may
 * stand beside one, and a required one must not be recursive.
 *
 * Source: https://ai.google.dev/api/generate-content#FIELDS.response_json_schema
 */
export const schemaDialect: SchemaDialect = {
  keywords: [
    ...['type', 'format', 'title', 'description', 'default', 'enum', 'items', 'prefixItems', 'minItems', 'maxItems'],
    ...['minimum', 'maximum', 'anyOf', 'properties', 'additionalProperties', 'required', 'propertyOrdering'],
  ],
  inlineReferences: true,
  constAsEnum: true,
  oneOfAsAnyOf: true,
}

/** Such as 3.1. What is called the latest is newer than all. */
function generation(id: string): number {
  return Number(/^gemini-(\d(?:\.\d)?)-/.exec(id)?.[1] ?? Infinity)
}

function writes({ output = ['text'] }: CatalogueEntry): boolean {
  return output.includes('text')
}

function makesImages({ output = [] }: CatalogueEntry): boolean {
  return output.includes('image')
}

/** Source: https://ai.google.dev/gemini-api/docs/google-search */
const SEARCHES = /^gemini-3(?:\.1-flash|-pro)-image$/

/** Source: https://ai.google.dev/gemini-api/docs/changelog (21 July 2026) */
function ignoresSampling(id: string): boolean {
  return generation(id) >= 3.6 || id === 'gemini-3.5-flash-lite'
}

const SAMPLING: Parameters = {
  temperature: { min: 0, max: 2, default: 1 },
  topP: { min: 0, max: 1, default: 0.95 },
  topK: { min: 1, default: 64 },
}

const IGNORED: ParameterSpec = { supported: false, remedy: 'use gemini-3.1-pro-preview to set one' }
const NO_SAMPLING: Parameters = { temperature: IGNORED, topP: IGNORED, topK: IGNORED }

/** The penalties are in the API, but for no model since 2.5. Source: https://github.com/google-gemini/cookbook/issues/1290 */
const NEVER: Parameters = {
  presencePenalty: { supported: false, remedy: 'ask for it in the prompt' },
  frequencyPenalty: { supported: false, remedy: 'ask for it in the prompt' },
  verbosity: { supported: false, remedy: 'ask for it in the prompt' },
  parallelToolCalls: { supported: false, remedy: 'ask for it in the prompt' },
}

const NO_EFFORT: ParameterSpec = { supported: false, remedy: 'use gemini-3.8-flash to set one' }
const NO_BUDGET: ParameterSpec = { supported: false, remedy: 'use reasoning.effort instead' }

/** A level of thinking since Gemini 3, a budget of tokens before, which hosts also make of a level. */
function reasoning(id: string, { effort, reasoning: reasons = false }: CatalogueEntry): Parameters {
  if (!reasons || (effort === undefined && generation(id) >= 3)) {
    return { 'reasoning.effort': NO_EFFORT, 'reasoning.budgetTokens': NO_EFFORT }
  }
  if (effort === undefined) {
    return { 'reasoning.effort': { values: levels(id) }, 'reasoning.budgetTokens': budget(id) }
  }
  const level = defaultEffort(id)
  const usual = level === undefined ? {} : { default: level }
  return { 'reasoning.effort': { values: effort, ...usual }, 'reasoning.budgetTokens': NO_BUDGET }
}

/** Source: https://ai.google.dev/gemini-api/docs/openai#thinking */
function levels(id: string): readonly string[] {
  const thinks = ['minimal', 'low', 'medium', 'high']
  return id === 'gemini-2.5-pro' ? thinks : ['none', ...thinks]
}

/** Flash models take 0 for no thinking. */
function budget(id: string): ParameterSpec {
  return id === 'gemini-2.5-pro' ? { min: 128, max: 32_768 } : { min: 0, max: 24_576 }
}

/** Not known of what is called the latest. */
function defaultEffort(id: string): string | undefined {
  if (generation(id) === Infinity) return undefined
  if (/-flash-lite/.test(id)) return 'minimal'
  return generation(id) >= 3.5 ? 'medium' : 'high'
}
