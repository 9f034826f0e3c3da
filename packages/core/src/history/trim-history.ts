import type { Message } from '../message.ts'

/** How {@link trimHistory} counts and what it must keep. */
export interface TrimOptions {
  /** The most that the history may weigh, such as tokens. */
  readonly limit: number
  /** What a message weighs, in the same unit. */
  readonly weigh: (message: Message) => number
}

/**
 * Drops the oldest turns of a history until it fits. A turn goes whole: what the user said, the answers to it, their calls
 * and the results of those, as hosts refuse a part of one. Instructions and the last turn are always kept.
 *
 * @example
 * ```ts
 * import { trimHistory, type Message } from '@llm/core'
 *
 * declare const messages: readonly Message[]
 *
 * const recent = trimHistory(messages, { limit: 10_000, weigh: message => JSON.stringify(message).length })
 * ```
 */
export function trimHistory(messages: readonly Message[], { limit, weigh }: TrimOptions): readonly Message[] {
  const system = messages.filter(({ role }) => role === 'system')
  const turns = turnsOf(messages.filter(({ role }) => role !== 'system'))
  const weight = (list: readonly Message[]): number => list.reduce((sum, message) => sum + weigh(message), 0)
  let left = limit - weight(system)
  let kept = turns.length
  for (let index = turns.length - 1; index >= 0; index--) {
    left -= weight(turns[index] ?? [])
    if (left < 0 && index < turns.length - 1) break
    kept = index
  }
  return kept === 0 ? messages : [...system, ...turns.slice(kept).flat()]
}

/** A history in turns: each begins with what the user says. */
function turnsOf(messages: readonly Message[]): readonly (readonly Message[])[] {
  const turns: Message[][] = []
  for (const message of messages) {
    const turn = turns.at(-1)
    const opens = message.role === 'user' && turn?.at(-1)?.role !== 'user'
    if (turn === undefined || opens) turns.push([message])
    else turn.push(message)
  }
  return turns
}
