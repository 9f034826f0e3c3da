import type { CatalogueEntry, ModelCapabilities, ModelSpec, ParameterSpec } from '@llm/core'

type Parameters = ModelSpec['parameters']

/** How a model behaves, the rest of its spec aside. */
export type Behaviour = Pick<
  ModelSpec,
  'capabilities' | 'parameters' | 'defaults' | 'outputStrategy' | 'reasoningReplay' | 'reasoningTags' | 'instructions'
>

/** How a model thinks: not at all, always, if the host is told to, or as hard as it is told to. */
type Thinking = 'never' | 'always' | 'switched' | 'effort'

/** What sets a model apart from the others of its family. */
export function behaviour(id: string, { effort }: CatalogueEntry): Behaviour {
  const thinking = thinkingOf(id, effort)
  return {
    capabilities: capabilities(id, thinking),
    parameters: parameters(id, thinking, effort),
    outputStrategy: 'prompted',
    reasoningReplay: reasoningReplay(id, thinking),
    ...(isR1(id) ? { reasoningTags: TAGS, defaults: { temperature: 0.6, topP: 0.95 } } : {}),
    ...(isR1(id) && !id.includes('0528') ? { instructions: 'user' } : {}),
    ...(id.startsWith('deepseek-coder') ? { defaults: { temperature: 0 } } : {}),
  }
}

const isR1 = (id: string): boolean => id.startsWith('deepseek-r1')

function thinkingOf(id: string, effort: CatalogueEntry['effort']): Thinking {
  if (effort !== undefined) return 'effort'
  if (isR1(id) || id === 'deepseek-reasoner') return 'always'
  return /^deepseek-v3\.\d/.test(id) ? 'switched' : 'never'
}

/**
 * R1 thinks in its text: hosts that run the plain weights leave the tags to their callers. It was trained without
 * instructions of a system, which 0528 takes, and repeats itself without end at other temperatures.
 *
 * Sources: https://github.com/deepseek-ai/DeepSeek-R1#usage-recommendations,
 * https://huggingface.co/deepseek-ai/DeepSeek-R1-0528
 */
const TAGS: NonNullable<ModelSpec['reasoningTags']> = { open: '<think>', close: '</think>' }

/**
 * Before V3.2 the reasoning of earlier answers is refused; V3.2 wants it back while it calls tools, and V4 in every later
 * turn too.
 *
 * Sources: https://api-docs.deepseek.com/news/news251201, https://api-docs.deepseek.com/guides/thinking_mode
 */
function reasoningReplay(id: string, thinking: Thinking): NonNullable<ModelSpec['reasoningReplay']> {
  if (thinking === 'effort') return 'always'
  return id === 'deepseek-v3.2' || id === 'deepseek-reasoner' ? 'same-turn-tools' : 'never'
}

/**
 * JSON mode is all there is, no schema is enforced; R1 had neither that nor tools until 0528.
 *
 * Sources: https://api-docs.deepseek.com/guides/json_mode, https://api-docs.deepseek.com/news/news250528,
 * https://api-docs.deepseek.com/quick_start/pricing (which models fill in code)
 */
function capabilities(id: string, thinking: Thinking): ModelCapabilities {
  const plain = (isR1(id) && id !== 'deepseek-r1-0528') || id.startsWith('deepseek-coder')
  return {
    streaming: true,
    ...(plain ? {} : { tools: true, parallelTools: true }),
    jsonMode: !plain,
    jsonSchema: false,
    reasoning: thinking !== 'never',
    codeCompletion: thinking === 'effort' || id === 'deepseek-chat',
  }
}

/**
 * What a model makes of each parameter.
 *
 * Sources: https://api-docs.deepseek.com/api/create-chat-completion (ranges),
 * https://api-docs.deepseek.com/guides/thinking_mode (efforts, and what has no effect while a model thinks),
 * https://github.com/deepseek-ai/DeepSeek-V3/issues/1376 (a choice of tools is refused while V4 thinks)
 */
function parameters(id: string, thinking: Thinking, effort: CatalogueEntry['effort'] = []): Parameters {
  const base = { 'reasoning.budgetTokens': NO_BUDGET, verbosity: NO_VERBOSITY }
  if (thinking === 'effort') {
    const topP = id.startsWith('deepseek-v4.1') ? { topP: THINKING_TOP_P } : {}
    return { ...base, ...UNTHINKING, ...topP, 'reasoning.effort': { values: effort, default: 'high' } }
  }
  const levels = { 'reasoning.effort': NO_EFFORT }
  if (id === 'deepseek-reasoner') return { ...base, ...levels, ...NO_SAMPLING }
  return { ...base, ...SAMPLING, ...(thinking === 'switched' ? {} : levels) }
}

const NO_BUDGET: ParameterSpec = { supported: false, remedy: 'use reasoning.effort instead' }
const NO_VERBOSITY: ParameterSpec = { supported: false, remedy: 'ask for a short or a long answer in words' }
const NO_EFFORT: ParameterSpec = { supported: false, remedy: 'use deepseek-v4.1-flash to set one' }

const SAMPLING: Parameters = {
  temperature: { min: 0, max: 2, default: 1 },
  topP: { min: 0, max: 1, default: 1 },
  presencePenalty: { min: -2, max: 2, default: 0 },
  frequencyPenalty: { min: -2, max: 2, default: 0 },
}

const NO_SAMPLING: Parameters = each(SAMPLING, () => ({
  supported: false,
  remedy: 'use deepseek-v4.1-flash with reasoning.effort none to set one',
}))

/** Only while the model does not think. */
const UNTHINKING: Parameters = {
  ...each(SAMPLING, parameter => unthinking(parameter)),
  toolChoice: unthinking({}),
}

function unthinking(parameter: ParameterSpec): ParameterSpec {
  const onlyWith = { parameter: 'reasoning.effort', values: ['none'] } as const
  return { ...parameter, onlyWith, remedy: "set reasoning.effort to 'none' for it" }
}

/** Fixed at 1 while V4.1 does not think. */
const THINKING_TOP_P: ParameterSpec = {
  min: 0.95,
  max: 1,
  onlyWith: { parameter: 'reasoning.effort', values: ['low', 'high', 'max'] },
  remedy: 'leave reasoning.effort out for it',
}

function each(parameters: Parameters, change: (parameter: ParameterSpec) => ParameterSpec): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, change(parameter)]))
}
