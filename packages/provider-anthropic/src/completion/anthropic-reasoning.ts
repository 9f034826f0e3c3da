import { warnChanged, type AnthropicRequest } from './anthropic-request.ts'

/** What a request asks of the model's thinking, and the room for it. */
export interface Thinking {
  readonly thinking: { readonly type: string; readonly budget_tokens?: number; readonly display?: string } | undefined
  readonly effort: string | undefined
  readonly maxTokens: number
}

/**
 * The output limit that every request must have, where neither the request nor the model's spec gives one: what all
 * models since Claude 4 take. Source: https://platform.claude.com/docs/en/about-claude/models/overview
 */
const DEFAULT_MAX_TOKENS = 32_000

/**
 * The most tokens that an answer can have which comes whole: more take longer than the ten minutes for which networks
 * hold a silent connection, as the official SDK reckons (128,000 tokens an hour).
 */
export const MAX_TOKENS_AT_ONCE = 21_333

/** The smallest budget that the API takes, and what is left for the answer where only a budget is given. */
const MIN_BUDGET = 1024
const ANSWER_TOKENS = 4096

/** Source: https://platform.claude.com/docs/en/build-with-claude/thinking and .../effort */
export function renderThinking(request: AnthropicRequest): Thinking {
  const asked = request.options.thinking
  const { effort } = request.reasoning ?? {}
  const level = effort === 'none' ? undefined : effort === 'minimal' ? 'low' : effort
  if (effort === 'minimal') warnChanged(request, 'reasoning.effort', 'the lowest effort is "low"; it was sent.')
  const display = asked === undefined || !('display' in asked) ? renderDisplay(request) : asked.display
  const budget = asked?.type === 'enabled' ? asked.budgetTokens : request.reasoning?.budgetTokens
  const type = asked?.type ?? thinkingType(request)
  const maxTokens = request.maxTokens ?? defaultMaxTokens(request, budget)
  if (type === undefined || type === 'disabled' || type === 'between_tools') {
    return { thinking: type && { type }, effort: level, maxTokens }
  }
  if (type === 'adaptive' || budget === undefined)
    return { thinking: shown('adaptive', display), effort: level, maxTokens }
  const thinking = { ...shown('enabled', display), budget_tokens: fitBudget(budget, maxTokens, request) }
  return { thinking, effort: level, maxTokens }
}

function thinkingType({ reasoning }: AnthropicRequest): string | undefined {
  if (reasoning === undefined) return undefined
  const { effort, budgetTokens, summary } = reasoning
  if (effort === 'none') return 'disabled'
  if (budgetTokens !== undefined) return 'enabled'
  return effort === undefined && summary === undefined ? undefined : 'adaptive'
}

function shown(type: string, display: string | undefined): { readonly type: string; readonly display?: string } {
  return display === undefined ? { type } : { type, display }
}

/** There is one kind of summary. */
function renderDisplay({ reasoning }: AnthropicRequest): 'summarized' | undefined {
  return reasoning?.summary === undefined ? undefined : 'summarized'
}

function defaultMaxTokens({ spec, stream }: AnthropicRequest, budget: number = 0): number {
  const most = spec?.maxOutputTokens ?? DEFAULT_MAX_TOKENS
  const usual = stream ? most : Math.min(most, MAX_TOKENS_AT_ONCE)
  return Math.max(usual, Math.min(budget + ANSWER_TOKENS, spec?.maxOutputTokens ?? Infinity))
}

/** A budget is part of the output limit and must be less. */
function fitBudget(budget: number, maxTokens: number, request: AnthropicRequest): number {
  const fitting = Math.max(MIN_BUDGET, Math.min(budget, maxTokens - 1))
  if (fitting === budget) return budget
  const why = `a thinking budget is at least ${MIN_BUDGET} and below maxTokens; ${budget} became ${fitting}.`
  warnChanged(request, 'reasoning.budgetTokens', why)
  return fitting
}
