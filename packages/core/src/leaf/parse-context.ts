import type { CompletionEvent } from '../stream/events.ts'
import type { Warning } from '../warning.ts'
import type { ParseContext } from './codec.ts'
import { hostError, type CallContext } from './transport.ts'

/** Where the events of an answer go, and what is known before the first of them. */
export interface ParseTarget {
  readonly call: CallContext
  readonly protocol: string
  readonly family: string | undefined
  /** What was said while the request was prepared. */
  readonly warnings: readonly Warning[]
  readonly sink: (event: CompletionEvent) => void
}

/** The context of one answer: `start` comes first whatever a codec does, and what it warns of later comes with `finish`. */
export function createParseContext({ call, protocol, family, warnings, sink }: ParseTarget): ParseContext {
  let started = false
  const late: Warning[] = []
  const start: ParseContext['start'] = ({ id, model }) => {
    if (started) return
    started = true
    const requestId = call.requestId === undefined ? {} : { requestId: call.requestId }
    sink({
      type: 'start',
      id: id ?? '',
      provider: call.provider,
      model: model ?? call.model,
      ...requestId,
      warnings: [...warnings],
    })
  }
  return {
    provider: call.provider,
    model: call.model,
    start,
    emit(event) {
      if (!started) start({})
      if (event.type !== 'finish' || late.length === 0) sink(event)
      else sink({ ...event, warnings: [...(event.warnings ?? []), ...late] })
    },
    state: data => (family === undefined ? { protocol, data } : { family, protocol, data }),
    warn: warning => late.push(warning),
    fail(details) {
      throw hostError(details, call)
    },
  }
}
