import type { CompletionRequest } from '../../completion.ts'
import { LLMError } from '../../errors/llm-error.ts'
import { countInput, type Tokenizer } from '../../tokens/estimate-tokens.ts'
import { sumUsage } from '../../usage-sum.ts'
import type { Usage } from '../../usage.ts'
import type { CallOutcome, CallRequest, ProviderCall } from './gate-calls.ts'

/** Tokens of one call. */
export interface CallTokens {
  readonly input: number
  readonly output: number
}

const NONE: CallTokens = { input: 0, output: 0 }

/** Four characters to a token: near enough for a guess that is corrected, and it costs nothing. */
const quarter: Tokenizer = text => Math.ceil(text.length / 4)

/** Operations whose answer is tokens. */
const WRITING: ReadonlySet<string> = new Set(['complete', 'stream', 'completeCode'])

/** What a call may use. `outputTokens` is what an answer is taken for where the request does not limit it. */
export function estimateCall(call: ProviderCall, outputTokens: number): CallTokens {
  const { operation, request } = call
  const { maxTokens = outputTokens } = request as Partial<CompletionRequest>
  return { input: inputOf(request), output: WRITING.has(operation) ? maxTokens : 0 }
}

/** What a call did use. What nobody reported is guessed from what arrived; a call that the host refused used nothing. */
export function usedTokens({ result, error, unsent }: CallOutcome, estimate: CallTokens): CallTokens {
  if (unsent === true) return NONE
  const reported = reportedOf({ result, error })
  const written = quarter(`${result?.text ?? ''}${result?.reasoning ?? ''}`)
  const input = reported.inputTokens ?? reported.totalTokens
  if (input === undefined && written === 0 && error !== undefined) return mayHaveRun(error) ? estimate : NONE
  const output = reported.outputTokens ?? (reported.totalTokens === undefined ? undefined : 0)
  return {
    input: input ?? estimate.input,
    // A host that counts at the end has not counted what it wrote before an abort.
    output: result?.interrupted === true ? Math.max(output ?? 0, written) : (output ?? written),
  }
}

/** All of what the host billed: tries that failed after they had used something are part of it. */
function reportedOf({ result, error }: CallOutcome): Usage {
  const attempts = result?.attempts ?? (LLMError.is(error) ? error.attempts : undefined) ?? []
  const failed = attempts.flatMap(attempt => (attempt.error === undefined ? [] : (attempt.usage ?? [])))
  if (failed.length === 0 && result?.usage !== undefined) return result.usage
  return sumUsage([...failed, ...(result?.usage === undefined ? [] : [result.usage])])
}

/** Nobody knows how far a host came with a call that was given up. */
function mayHaveRun(error: unknown): boolean {
  return LLMError.is(error) && (error.code === 'aborted' || error.code === 'timeout')
}

/** The fields that hold text in the requests of operations other than completions. */
const TEXTS = ['input', 'query', 'documents', 'text', 'prompt', 'prefix', 'suffix'] as const

function inputOf(request: CallRequest): number {
  if ('messages' in request) return countInput(request as CompletionRequest, quarter).total
  const fields = request as Partial<Record<(typeof TEXTS)[number], unknown>>
  return TEXTS.flatMap(name => fields[name] ?? []).reduce((sum: number, text) => sum + lengthOf(text), 0)
}

function lengthOf(item: unknown): number {
  if (typeof item === 'string') return quarter(item)
  const { text } = (item ?? {}) as { text?: unknown }
  return typeof text === 'string' ? quarter(text) : 0
}
