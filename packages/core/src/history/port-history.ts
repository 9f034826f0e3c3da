import type { Message } from '../message.ts'
import type { Warning } from '../warning.ts'
import { closeToolCalls } from './close-tool-calls.ts'
import type { HistoryTarget } from './history-rules.ts'
import { portMedia } from './port-media.ts'
import { portRoles } from './port-roles.ts'
import { portReasoning, portState } from './port-state.ts'
import { portToolCallIds } from './port-tool-call-ids.ts'
import { portToolNames } from './port-tool-names.ts'

/** A history that the target takes, and what was lost on the way. */
export interface PortedHistory {
  readonly messages: readonly Message[]
  readonly warnings: readonly Warning[]
}

/**
 * Fits a history to the host and the model that are about to get it, wherever it comes from: pure, idempotent, and the
 * same for the same history every time. What is lost is said in warnings; nothing that the caller passed is changed.
 *
 * @throws {@link UnsupportedOperationError} for media that the target does not take, where it says to refuse them.
 * @example
 * ```ts
 * import { portHistory } from '@llm/core'
 *
 * const { messages } = portHistory(
 *   [
 *     { role: 'user', content: 'How late is it?' },
 *     { role: 'assistant', content: [{ type: 'tool-call', id: 'functions.now:0', name: 'now', arguments: {} }] },
 *   ],
 *   { protocol: 'example', rules: { toolCallIds: { pattern: /^[a-z0-9]+$/ } } },
 * )
 * messages.length // 3: the call has another id, and a result that says that it was not run
 * ```
 */
export function portHistory(messages: readonly Message[], target: HistoryTarget): PortedHistory {
  const { messages: owned, lost } = portState(messages, target)
  const replayed = portToolNames(portReasoning(owned, target.reasoningReplay))
  const named = portToolCallIds(replayed, target.rules?.toolCallIds)
  const { messages: fitting, replaced } = portMedia(closeToolCalls(named), target)
  return {
    messages: portRoles(fitting, target),
    warnings: [...stateWarning(lost), ...mediaWarning([...replaced])],
  }
}

function stateWarning(lost: number): readonly Warning[] {
  if (lost === 0) return []
  const what = `${String(lost)} part${lost === 1 ? '' : 's'}`
  const message = `The opaque state of ${what} (signatures, item ids) belongs to another family or protocol and was not sent.`
  return [{ code: 'state-dropped', message, parameter: 'messages' }]
}

function mediaWarning(kinds: readonly string[]): readonly Warning[] {
  if (kinds.length === 0) return []
  const message = `The host or the model does not take ${kinds.join(' or ')} input here; a note stands in its place.`
  return [{ code: 'part-dropped', message, parameter: 'messages' }]
}
