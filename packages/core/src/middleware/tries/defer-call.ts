import type { Clock } from '../../clock.ts'
import type { CompletionRequest } from '../../completion.ts'
import type { CompletionStream } from '../../stream/completion-stream.ts'
import { deferStream, type OpenedStream, type TryStream } from '../../stream/defer-stream.ts'
import { answerOf, errorOf, joinCall, type JoinedCall, type SharedCall } from './shared-call.ts'

/** What a stream is opened with. */
export interface Opening {
  readonly call: SharedCall
  /** Aborted when the reader has gone meanwhile. */
  readonly left: AbortSignal
  /** Takes a stream that may be the one. */
  readonly use: TryStream
}

/** A stream that joins its call on the first read, and tells at its end of the tries that it was made of. */
export function deferCall(
  request: CompletionRequest,
  clock: Clock,
  open: (opening: Opening) => Promise<CompletionStream | OpenedStream>,
): CompletionStream {
  let joined: JoinedCall | undefined
  const start = (left: AbortSignal, use: TryStream): Promise<CompletionStream | OpenedStream> => {
    joined = joinCall(request, clock)
    return open({ call: joined.call, left, use })
  }
  return deferStream(start, {
    complete: completion => (joined === undefined ? completion : answerOf(joined, completion)),
  }).observe({
    onEnd: (_, error) => {
      if (joined !== undefined) errorOf(joined, error)
    },
  })
}
