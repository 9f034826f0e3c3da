import assert from 'node:assert/strict'
import type { Completion, CompletionEvent } from '@llm/core'

/** A completion without what differs by nature between a whole answer and a stream. */
export function comparable({ response: _, attempts: __, usage, ...rest }: Completion): object {
  const { raw: ___, ...counts } = usage
  return { ...rest, usage: counts }
}

/** The order that every stream of events keeps. */
export function checkEvents(events: readonly CompletionEvent[]): void {
  const types = events.map(event => event.type)
  assert.equal(types[0], 'start', 'the first event is start')
  assert.equal(types.at(-1), 'finish', 'the last event is finish')
  assert.equal(types.filter(type => type === 'start').length, 1, 'there is one start')
  assert.equal(types.filter(type => type === 'finish').length, 1, 'there is one finish')
  const open = new Set<string>()
  const done = new Set<string>()
  for (const event of events) {
    if (event.type === 'tool-call-start') {
      assert.ok(!open.has(event.id), `the tool call ${event.id} starts once`)
      open.add(event.id)
    } else if (event.type === 'tool-call-delta') {
      assert.ok(open.has(event.id), `a delta of the tool call ${event.id} comes after its start`)
      assert.ok(!done.has(event.id), `the tool call ${event.id} does not grow after its end`)
    } else if (event.type === 'tool-call') {
      assert.ok(!done.has(event.toolCall.id), `the tool call ${event.toolCall.id} ends once`)
      done.add(event.toolCall.id)
    }
  }
  for (const id of open) assert.ok(done.has(id), `the tool call ${id} ends`)
}

/** Makes a value and everything in it unchangeable. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof AbortSignal) return value
  Object.values(value).forEach(deepFreeze)
  return Object.freeze(value)
}
