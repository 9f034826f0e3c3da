import type { CatalogueEntry, ModelCapabilities, ModelSpec, ParameterSpec, SchemaDialect } from '@llm/core'

type Parameters = ModelSpec['parameters']

/** How a model thinks: not at all, within a budget of tokens, as it sees fit up to a level of effort, or either. */
type Thinking = 'never' | 'budget' | 'either' | 'effort'

/**
 * What a model makes of each parameter.
 *
 * Sources: https://platform.claude.com/docs/en/api/messages (ranges),
 * https://platform.claude.com/docs/en/build-with-claude/thinking (budgets, and what does not go with thinking),
 * https://platform.claude.com/docs/en/build-with-claude/effort (levels), and the migration guide of each model from
 * https://platform.claude.com/docs/en/about-claude/models/migration-guide on (sampling, forced tools).
 */
export function parameters(id: string, { effort }: CatalogueEntry): Parameters {
  const thinking = thinkingOf(id, effort)
  return {
    ...REASONING[thinking],
    ...(effort === undefined ? {} : { 'reasoning.effort': { values: effort, default: defaultEffort(id) } }),
    ...(thinking === 'effort' ? NO_SAMPLING : sampling(id, thinking)),
    ...NEVER,
    ...(generation(id) > 5 && !id.startsWith('claude-haiku-') ? { toolChoice: UNFORCED } : {}),
  }
}

/**
 * What a model can do.
 *
 * Sources: https://platform.claude.com/docs/en/build-with-claude/structured-outputs,
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
 */
export function capabilities(id: string, { effort, search = false }: CatalogueEntry): ModelCapabilities {
  const jsonSchema = generation(id) >= 4.5
  return {
    streaming: true,
    tools: true,
    parallelTools: true,
    jsonMode: false,
    jsonSchema,
    toolsWithSchema: jsonSchema,
    reasoning: thinkingOf(id, effort) !== 'never',
    webSearch: search,
    fileSearch: false,
  }
}

/** Such as 4.5; 3 for all that are older than 4. */
function generation(id: string): number {
  const [, major = '3', minor = '0'] = /^claude-[a-z]+-(\d)(?:-(\d))?$/.exec(id) ?? []
  return Number(`${major}.${minor}`)
}

/**
 * Whether a model reads PDF and text files: all since Claude 3.5.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/pdf-support
 */
export function readsFiles(id: string): boolean {
  return !/^claude-3-(?:opus|sonnet|haiku)$/.test(id)
}

/**
 * When earlier thoughts go back. Since Opus 4.5 and Claude 4.6 they stay in the context, and the cache; before, the API
 * ignores all but those of a turn in which tools are being called, where it demands them.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/preserved-thinking
 */
export function reasoningReplay(id: string): NonNullable<ModelSpec['reasoningReplay']> {
  return generation(id) >= 4.6 || id === 'claude-opus-4-5' ? 'always' : 'same-turn-tools'
}

/**
 * The subset of JSON Schema that is enforced, on whichever host.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
 */
export const schemaDialect: SchemaDialect = {
  keywords: [
    ...['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', 'anyOf', 'allOf', 'format'],
    ...['$defs', '$ref', 'definitions', 'title', 'description', 'default'],
  ],
  formats: ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'],
  closed: true,
  oneOfAsAnyOf: true,
  strictOnly: true,
}

/** Opus 4.5 takes levels of effort too, but beside a budget only: adaptive thinking came with 4.6. */
function thinkingOf(id: string, effort: CatalogueEntry['effort']): Thinking {
  if (/^claude-3-(?!7)/.test(id)) return 'never'
  if (effort === undefined) return 'budget'
  return generation(id) === 4.6 ? 'either' : 'effort'
}

/** Source: https://platform.claude.com/docs/en/build-with-claude/effort */
function defaultEffort(id: string): string {
  return /^claude-(?:opus|haiku)-5-5$/.test(id) ? 'medium' : 'high'
}

const NO_THINKING: ParameterSpec = { supported: false, remedy: 'use claude-sonnet-5-5 to set one' }
const BUDGET: ParameterSpec = { min: 1024, below: 'maxTokens' }

const REASONING: Readonly<Record<Thinking, Parameters>> = {
  never: { 'reasoning.effort': NO_THINKING, 'reasoning.budgetTokens': NO_THINKING },
  budget: {
    'reasoning.effort': { supported: false, remedy: 'use reasoning.budgetTokens instead' },
    'reasoning.budgetTokens': BUDGET,
  },
  either: { 'reasoning.budgetTokens': BUDGET },
  effort: { 'reasoning.budgetTokens': { supported: false, remedy: 'use reasoning.effort instead' } },
}

const THOUGHTS = ['reasoning.effort', 'reasoning.budgetTokens'] as const

/** With thinking, `topP` may still be 0.95 to 1, for which there is no need. Since Opus 4.1 one of two excludes the other. */
function sampling(id: string, thinking: Thinking): Parameters {
  const notWith = thinking === 'never' ? {} : { notWith: THOUGHTS }
  const either = generation(id) < 4.1 ? notWith : { notWith: [...THOUGHTS, 'temperature'] as const }
  return {
    temperature: { min: 0, max: 1, default: 1, ...notWith },
    topP: { min: 0, max: 1, ...either },
    topK: { min: 0, ...notWith },
  }
}

const REFUSED: ParameterSpec = { supported: false, remedy: 'use claude-opus-4-6 to set one' }
const NO_SAMPLING: Parameters = { temperature: REFUSED, topP: REFUSED, topK: REFUSED }

/** What no Claude has. */
const NEVER: Parameters = {
  seed: { supported: false, remedy: 'cache answers to get the same ones again' },
  presencePenalty: { supported: false, remedy: 'ask for it in the prompt' },
  frequencyPenalty: { supported: false, remedy: 'ask for it in the prompt' },
  verbosity: { supported: false, remedy: 'ask for it in the prompt' },
}

/** Source: https://platform.claude.com/docs/en/models/sonnet-5-5/whats-new-sonnet-5-5#forced-tool-use-is-not-supported */
const UNFORCED: ParameterSpec = {
  values: ['auto', 'none'],
  default: 'auto',
  remedy: 'ask for the call in the prompt, or use claude-haiku-5-5 to force one',
}
