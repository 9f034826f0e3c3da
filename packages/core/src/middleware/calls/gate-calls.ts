import type { CallOptions } from '../../call-options.ts'
import type { Attempt, Completion, CompletionRequest, Cost, RawResponse } from '../../completion.ts'
import { AbortedError } from '../../errors/aborted-error.ts'
import type { Provider } from '../../provider.ts'
import type { CompletionStream } from '../../stream/completion-stream.ts'
import { deferStream } from '../../stream/defer-stream.ts'
import { isContent, type CompletionEvent } from '../../stream/events.ts'
import type { Usage } from '../../usage.ts'
import type { Warning } from '../../warning.ts'
import { wrapProvider } from '../wrap-provider.ts'

/** What the requests of all operations have in common. */
export interface CallRequest extends CallOptions {
  readonly model?: string | undefined
}

/** One call to a model, of whatever operation. */
export interface ProviderCall {
  /** The provider's method: `complete`, `stream`, `embed` ... */
  readonly operation: string
  /** The id of the provider that is called. */
  readonly provider: string
  readonly request: CallRequest
}

/** What the results of most operations have in common. Of a stream that did not end well: as far as it came. */
interface CallResult {
  readonly usage?: Usage | undefined
  readonly cost?: Cost | undefined
  readonly response?: RawResponse | undefined
  readonly attempts?: readonly Attempt[] | undefined
  readonly interrupted?: true | undefined
  readonly text?: string | undefined
  readonly reasoning?: string | undefined
}

/** How a call ended. */
export interface CallOutcome {
  readonly result?: CallResult | undefined
  readonly error?: unknown
  /** It was given up before it was sent. */
  readonly unsent?: true | undefined
}

/** A call that was let in. */
export interface Pass {
  /** What is sent. */
  readonly request: CallRequest
  /** Told with the answer. */
  readonly warnings?: readonly Warning[] | undefined
  /** Adds to the completion. */
  readonly annotate?: ((completion: Completion) => Completion) | undefined
  /** At the first content of a stream, or the first piece of what comes in pieces. */
  readonly onFirstContent?: (() => void) | undefined
  /** Called once, however the call ended. */
  leave(outcome: CallOutcome): void
}

/** Lets a call in, now or later, or throws. `left` is aborted when the reader of a stream has gone meanwhile. */
export type Gate = (call: ProviderCall, left?: AbortSignal) => Pass | Promise<Pass>

/** They run no model, and hosts count them apart. */
const FREE: ReadonlySet<string> = new Set(['countTokens', 'listModels'])

/** Puts one gate before every call to a model that the provider makes, whole or piece by piece. */
export function gateCalls<P extends Provider>(next: P, gate: Gate): P {
  const callOf = (operation: string, request: unknown): ProviderCall => ({
    operation,
    provider: next.id,
    request: request as CallRequest,
  })
  return wrapProvider(next, {
    around: (operation, request, proceed) =>
      FREE.has(operation) ? proceed(request) : whole(callOf(operation, request), proceed, gate),
    aroundStream: (operation, request, proceed) => pieces(callOf(operation, request), proceed, gate),
    stream: request => gatedStream(callOf('stream', request), next, gate),
  })
}

function gatedStream(call: ProviderCall, next: Provider, gate: Gate): CompletionStream {
  let annotate: Pass['annotate']
  const open = async (left: AbortSignal): Promise<CompletionStream> => {
    const pass = await enter(call, gate, left)
    annotate = pass.annotate
    return next.stream(withWarnings(pass) as CompletionRequest).observe({
      onEvent: pass.onFirstContent === undefined ? undefined : firstContent(pass.onFirstContent),
      onEnd: (result, error) => {
        pass.leave({ result, error })
      },
    })
  }
  return deferStream(open, { complete: completion => annotate?.(completion) ?? completion })
}

/** Lets a call in, but for one that was aborted meanwhile: it is not sent, so it uses nothing. */
async function enter(call: ProviderCall, gate: Gate, left?: AbortSignal): Promise<Pass> {
  const pass = await gate(call, left)
  const { signal } = call.request
  if (signal?.aborted !== true && left?.aborted !== true) return pass
  const error = new AbortedError({ message: 'The call was aborted before it was sent.', cause: signal?.reason })
  pass.leave({ error, unsent: true })
  throw error
}

async function whole<T>(call: ProviderCall, proceed: (request: unknown) => Promise<T>, gate: Gate): Promise<T> {
  const pass = await enter(call, gate)
  const tellsItself = call.operation === 'complete' || call.operation === 'completeCode'
  let result: T
  try {
    result = await proceed(tellsItself ? withWarnings(pass) : pass.request)
  } catch (error) {
    pass.leave({ error })
    throw error
  }
  pass.leave({ result: result as CallResult })
  if (!tellsItself) return addWarnings(result, pass.warnings)
  return (pass.annotate?.(result as Completion) ?? result) as T
}

const NOTHING_YET: CallOutcome = { result: { interrupted: true } }

async function* pieces<T>(
  call: ProviderCall,
  proceed: (request: unknown) => AsyncIterable<T>,
  gate: Gate,
): AsyncGenerator<T, void, undefined> {
  const pass = await enter(call, gate)
  let outcome: CallOutcome = NOTHING_YET
  try {
    for await (const piece of proceed(pass.request)) {
      if (outcome === NOTHING_YET) pass.onFirstContent?.()
      outcome = { result: { ...(piece as CallResult), interrupted: true } }
      yield piece
    }
    outcome = { result: { ...outcome.result, interrupted: undefined } }
  } catch (error) {
    outcome = { error }
    throw error
  } finally {
    pass.leave(outcome)
  }
}

/** Completions tell themselves what was done to their request on its way. */
function withWarnings({ request, warnings = [] }: Pass): CallRequest {
  if (warnings.length === 0) return request
  return { ...request, warnings: [...((request as CompletionRequest).warnings ?? []), ...warnings] } as CallRequest
}

function addWarnings<T>(result: T, warnings: readonly Warning[] = []): T {
  const own = (result as { warnings?: readonly Warning[] } | undefined)?.warnings
  return warnings.length === 0 || own === undefined ? result : { ...result, warnings: [...own, ...warnings] }
}

function firstContent(tell: () => void): (event: CompletionEvent) => void {
  let told = false
  return event => {
    if (told || !isContent(event)) return
    told = true
    tell()
  }
}
