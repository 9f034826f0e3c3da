import { AbortedError, createDeadline, TimeoutError, type CallOptions, type Deadline, type LLMError } from '@llm/core'
import type { FlightReader } from './flight.ts'

/** What one of those who share a call brings of its own. */
export interface Caller {
  readonly provider: string
  readonly request: CallOptions & { readonly model: string }
  /** When it called, on `performance.now()`. */
  readonly began: number
}

/** Has somebody told when its own signal or time limit ends its waiting. The call itself may go on for others. */
export function whenCallerLeaves({ provider, request, began }: Caller, leave: (error: LLMError) => void): Deadline {
  const { signal, timeout } = request
  const left = timeout === undefined ? undefined : Math.max(1, timeout - (performance.now() - began))
  const deadline = createDeadline(signal, left)
  const tell = (): void => {
    leave(
      deadline.expired
        ? new TimeoutError({
            message: `${provider}: the call took longer than ${String(timeout)} ms.`,
            hint: 'Raise timeout, or ask for less.',
            timer: 'total',
            provider,
            model: request.model,
          })
        : new AbortedError({ message: 'The call was aborted by its signal.', cause: signal?.reason }),
    )
  }
  if (deadline.signal.aborted) tell()
  else deadline.signal.addEventListener('abort', tell, { once: true })
  return deadline
}

/** Waits for a whole answer, as long as its caller does. */
export async function readWhole<E, R>(reader: FlightReader<E, R>, caller: Caller): Promise<R> {
  let reason: LLMError | undefined
  const deadline = whenCallerLeaves(caller, error => {
    reason = error
    void reader.cancel()
  })
  try {
    while ((await reader.pull()) !== undefined);
  } finally {
    deadline.dispose()
  }
  if (reason !== undefined) throw reason
  return reader.upstream.snapshot(false)
}
