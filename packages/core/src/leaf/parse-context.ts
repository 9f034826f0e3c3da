import type { CompletionRequest } from '../completion.ts'
import { restoreToolCall } from '../schema/restore-answer.ts'
import type { CompletionEvent, FinishEvent } from '../stream/events.ts'
import { splitReasoning } from '../stream/split-reasoning.ts'
import type { Warning } from '../warning.ts'
import type { ParseContext } from './codec.ts'
import type { OutputPlan } from './output-plan.ts'
import { createOutputReader } from './output-reader.ts'
import { hostError, type CallContext } from './transport.ts'

/** Where the events of an answer go, and what is known before the first of them. */
export interface ParseTarget {
  readonly call: CallContext
  readonly protocol: string
  readonly request: CompletionRequest
  /** How the structured answer was asked for, where one was. */
  readonly plan: OutputPlan | undefined
  /** Whether the answer comes in pieces. */
  readonly streamed: boolean
  /** What was said while the request was prepared. */
  readonly warnings: readonly Warning[]
  readonly sink: (event: CompletionEvent) => void
}

/** The context of one answer: `start` comes first whatever a codec does, and what it warns of later comes with `finish`. */
export function createParseContext(target: ParseTarget): ParseContext {
  const { call, protocol, request, plan, streamed, warnings } = target
  const { tools, spec } = request
  const sink = plan === undefined ? target.sink : outputSink(plan, streamed, target.sink)
  const family = spec?.family
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
      ...(plan === undefined ? {} : { outputStrategy: plan.strategy }),
      warnings: [...warnings],
    })
  }
  const finish = (event: FinishEvent): void => {
    sink(late.length === 0 ? event : { ...event, warnings: [...(event.warnings ?? []), ...late] })
  }
  const emit: ParseContext['emit'] = event => {
    if (!started) start({})
    if (event.type === 'tool-call') sink({ ...event, toolCall: restoreToolCall(event.toolCall, tools) })
    else if (event.type === 'finish') finish(event)
    else sink(event)
  }
  return {
    provider: call.provider,
    model: call.model,
    start,
    emit: spec?.reasoningTags === undefined ? emit : splitReasoning(spec.reasoningTags, emit),
    state: data => (family === undefined ? { protocol, data } : { family, protocol, data }),
    warn: warning => late.push(warning),
    fail(details) {
      throw hostError(details, call)
    },
  }
}

function outputSink(plan: OutputPlan, streamed: boolean, sink: ParseTarget['sink']): ParseTarget['sink'] {
  const reader = createOutputReader(plan, streamed, sink)
  return event => {
    reader.push(event)
  }
}
