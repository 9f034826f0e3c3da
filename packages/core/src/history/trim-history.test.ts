import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from '../message.ts'
import { trimHistory } from './trim-history.ts'

const weigh = (): number => 1
const turn: readonly Message[] = [
  { role: 'user', content: 'How late is it?' },
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'A tool.' },
      { type: 'tool-call', id: 'a', name: 'now', arguments: {} },
    ],
  },
  { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', content: 'noon' }] },
  { role: 'assistant', content: 'It is noon.' },
]

test('a history that fits stays as it is', () => {
  expect(trimHistory(turn, { limit: 4, weigh })).toBe(turn)
})

test('instructions and the last turn are kept, whatever they weigh', () => {
  const system: Message = { role: 'system', content: 'Be brief.' }
  expect(trimHistory([system, ...turn, ...turn], { limit: 1, weigh })).toEqual([system, ...turn])
})

test('only whole turns go, the oldest first', () => {
  fc.assert(
    fc.property(fc.nat({ max: 6 }), fc.nat({ max: 30 }), (turns, limit) => {
      const history = Array.from({ length: turns + 1 }, () => turn).flat()
      const kept = trimHistory(history, { limit, weigh })
      expect(kept.length % turn.length).toBe(0)
      expect(kept).toEqual(history.slice(history.length - kept.length))
      expect(kept.length).toBe(Math.max(1, Math.min(turns + 1, Math.floor(limit / turn.length))) * turn.length)
    }),
  )
})

test('several messages of the user in a row are one turn', () => {
  const history: Message[] = [...turn, { role: 'user', content: 'And' }, { role: 'user', content: 'now?' }]
  expect(trimHistory(history, { limit: 2, weigh })).toEqual(history.slice(4))
})
