import type { Clock } from '../../clock.ts'
import type { CompletionRequest } from '../../completion.ts'
import { AbortedError } from '../../errors/aborted-error.ts'
import type { LLMError } from '../../errors/llm-error.ts'
import type { Provider } from '../../provider.ts'
import type { CompletionStream } from '../../stream/completion-stream.ts'
import type { OpenedStream, TryStream } from '../../stream/defer-stream.ts'
import { isContent, type CompletionEvent } from '../../stream/events.ts'
import type { AroundKept } from '../around-kept.ts'
import { wrapProvider } from '../wrap-provider.ts'
import { deferCall } from './defer-call.ts'
import {
  answerOf,
  endTry,
  errorOf,
  joinCall,
  requestOfTry,
  startTry,
  type SharedCall,
  type StartedTry,
  type TryContext,
  type TryRequest,
} from './shared-call.ts'

/** One call, of whatever operation, to a layer that may try it more than once. */
export interface Tries<T> {
  /** The provider's method: `complete`, `stream`, `embed` ... */
  readonly operation: string
  readonly request: TryRequest
  readonly call: SharedCall
  /**
   * Makes one try. It is over when the answer is there; that of a stream when its first content is, as nothing may be tried
   * again from there on; `onBreak` is told what broke it later.
   */
  attempt(provider: Provider, request: TryRequest, onBreak?: (error: LLMError) => void): Promise<T>
  /** Waits, unless the call is aborted or its reader leaves. */
  readonly sleep: (ms: number) => Promise<void>
}

/** What a layer does with a call: it tries, once or more, and gives the answer of the last try. */
export type Driver = <T>(tries: Tries<T>) => Promise<T>

/** What {@link driveCalls} needs. */
export interface DriveOptions {
  readonly drive: Driver
  readonly clock: Clock
  /** Whether calls about what is kept at the host go through the driver too: to its own provider alone. */
  readonly kept?: boolean
}

/** A provider whose calls go through a driver, whole answers, streams and all capabilities alike. */
export function driveCalls<P extends Provider>(next: P, options: DriveOptions): P {
  return wrapProvider(next, {
    around: (operation, request) =>
      driveWhole({ operation, request: request as TryRequest | undefined, send: sendTo(operation) }, options),
    ...(options.kept === true ? { aroundKept: keptThrough(options) } : {}),
    stream: request => driveStream(request, options),
    aroundStream: (operation, request) => drivePieces(operation, request as TryRequest, options),
  })
}

type Methods = Readonly<Record<string, (request: TryRequest) => unknown>>

/** A call that is answered whole. */
interface WholeCall<T> {
  readonly operation: string
  readonly request: TryRequest | undefined
  readonly send: (provider: Provider, request: TryRequest) => Promise<T>
}

function sendTo<T>(operation: string): WholeCall<T>['send'] {
  return (provider, request) => (provider as unknown as Methods)[operation]?.(request) as Promise<T>
}

function keptThrough(options: DriveOptions): AroundKept {
  return (operation, request, proceed) => driveWhole({ operation, request, send: (_, sent) => proceed(sent) }, options)
}

async function driveWhole<T>({ operation, request, send }: WholeCall<T>, { drive, clock }: DriveOptions): Promise<T> {
  const joined = joinCall(request, clock)
  const { call } = joined
  try {
    const answer = await drive<T>({
      operation,
      request: request ?? {},
      call,
      attempt: (provider, given) => {
        const sent = requestOfTry(given, { call, clock })
        const started = startTry({ call, clock }, provider.id, sent)
        return settled(started, send(provider, sent))
      },
      sleep: ms => sleep(ms, clock, [request?.signal]),
    })
    return answerOf(joined, answer)
  } catch (error) {
    throw errorOf(joined, error)
  }
}

/** Lists a try when it has ended. */
async function settled<T>(started: StartedTry, answering: Promise<T>): Promise<T> {
  try {
    const answer = await answering
    endTry(started, { answer })
    return answer
  } catch (error) {
    endTry(started, { error })
    throw error
  }
}

function driveStream(request: CompletionRequest, { drive, clock }: DriveOptions): CompletionStream {
  return deferCall(request, clock, ({ call, left, use }) =>
    drive<OpenedStream>({
      operation: 'stream',
      request,
      call,
      attempt: (provider, given, onBreak) =>
        tryStream(provider, given as CompletionRequest, { call, clock, use, onBreak }),
      sleep: ms => sleep(ms, clock, [request.signal, left]),
    }),
  )
}

interface StreamTry extends TryContext {
  readonly use: TryStream
  readonly onBreak: ((error: LLMError) => void) | undefined
}

/** Reads a stream up to its first content: until then, whatever goes wrong is not the reader's concern. */
async function tryStream(
  provider: Provider,
  request: CompletionRequest,
  { call, clock, use, onBreak }: StreamTry,
): Promise<OpenedStream> {
  const sent = requestOfTry(request, { call, clock }) as CompletionRequest
  const started = startTry({ call, clock }, provider.id, sent)
  let begun = false
  const stream = provider.stream(sent).observe({
    onEnd: (answer, error) => {
      endTry(started, { answer, error })
      if (begun && error !== undefined) onBreak?.(error)
    },
  })
  use(stream)
  const head: CompletionEvent[] = []
  for (let batch = await stream.pull(); batch !== undefined; batch = await stream.pull()) {
    head.push(...batch)
    if (batch.some(isContent)) break
  }
  begun = true
  return { stream, head }
}

/** What answers piece by piece, and is no completion: tried until its first piece. */
async function* drivePieces<T>(
  operation: string,
  request: TryRequest,
  { drive, clock }: DriveOptions,
): AsyncGenerator<T, void, undefined> {
  const joined = joinCall(request, clock)
  const { call } = joined
  let opened: Pieces<T> | undefined
  try {
    opened = await drive<Pieces<T>>({
      operation,
      request,
      call,
      attempt: (provider, given) => {
        const sent = requestOfTry(given, { call, clock })
        const started = startTry({ call, clock }, provider.id, sent)
        const pieces = (provider as unknown as Methods)[operation]?.(sent) as AsyncIterable<T>
        const iterator = pieces[Symbol.asyncIterator]()
        return settled(started, iterator.next()).then(first => ({ iterator, first }))
      },
      sleep: ms => sleep(ms, clock, [request.signal]),
    })
    const { iterator } = opened
    for (let next = opened.first; next.done !== true; next = await iterator.next()) yield next.value
  } catch (error) {
    throw errorOf(joined, error)
  } finally {
    await opened?.iterator.return?.()
  }
}

interface Pieces<T> {
  readonly iterator: AsyncIterator<T>
  readonly first: IteratorResult<T>
}

async function sleep(ms: number, clock: Clock, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  const woken = new AbortController()
  const wake = (): void => {
    woken.abort()
  }
  const aborted = (): AbortSignal | undefined => signals.find(signal => signal?.aborted)
  if (aborted() !== undefined) wake()
  for (const signal of signals) signal?.addEventListener('abort', wake, { once: true })
  try {
    await clock.sleep(ms, woken.signal)
  } catch {
    throw new AbortedError({ message: 'The call was aborted by its signal.', cause: aborted()?.reason })
  } finally {
    for (const signal of signals) signal?.removeEventListener('abort', wake)
  }
}
