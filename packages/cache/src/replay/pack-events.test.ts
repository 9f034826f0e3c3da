import { CompletionAccumulator, type AssistantPart, type Completion, type CompletionEvent } from '@llm/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { completionEvents } from './completion-events.ts'
import { fold } from './mark-completion.ts'
import { packEvents, unpackEvents } from './pack-events.ts'

const runs = { seed: 3, numRuns: 300 }
const state = fc.option(fc.record({ protocol: fc.constant('p'), data: fc.jsonValue() }), { nil: undefined })
const text = fc.string({ unit: 'binary', maxLength: 8 })
const source = fc.constant({ url: 'https://example.com/a.png' })

const delta = fc.record({
  type: fc.constantFrom('text-delta' as const, 'reasoning-delta' as const),
  text,
  block: fc.constantFrom(undefined, 0, 1, 'a'),
  state,
})

const part: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({ type: fc.constantFrom('text' as const, 'reasoning' as const), text: fc.string({ minLength: 1 }) }),
  fc.record({
    type: fc.constant('tool-call' as const),
    id: fc.uuid(),
    name: text,
    arguments: fc.constant({ a: 1 }),
    providerExecuted: fc.constant(true),
  }),
  fc.record({ type: fc.constant('tool-result' as const), toolCallId: text, content: text }),
  fc.record({ type: fc.constantFrom('image' as const, 'audio' as const, 'file' as const), source }),
  fc.record({ type: fc.constant('source' as const), url: text, title: text }),
)

const START: CompletionEvent = { type: 'start', id: 'id', provider: 'p', model: 'm', requestId: 'r', warnings: [] }
const USAGE: CompletionEvent = {
  type: 'usage',
  usage: { totalTokens: 3, source: 'reported' },
  cost: { total: 1, source: 'reported' },
}
const FINISH: CompletionEvent = { type: 'finish', finishReason: 'stop', rawFinishReason: 'end' }

/** What comes back, as JSON has it: a field that is undefined is one that is not there. */
const plain = (events: unknown): unknown => JSON.parse(JSON.stringify(events))
const unpacked = (packed: string, whole: boolean): CompletionEvent[] => {
  const batches = unpackEvents(packed, whole) ?? expect.unreachable('it was packed')
  const events: CompletionEvent[] = []
  for (let next = batches.next(); next.done !== true; next = batches.next())
    events.push(...structuredClone([...next.value]))
  return events
}

describe('events that were kept', () => {
  test('come back one for one, and whole they make the same completion', () => {
    const between = fc.oneof({ weight: 5, arbitrary: delta }, { weight: 1, arbitrary: part.map(eventOf) })
    fc.assert(
      fc.property(fc.array(between, { maxLength: 30 }), middle => {
        const events = [START, ...middle, USAGE, FINISH]
        const packed = packEvents(events)
        expect(plain(unpacked(packed, false))).toEqual(plain(events))
        expect(plain(fold(unpacked(packed, true)))).toEqual(plain(fold(events)))
      }),
      runs,
    )
  })

  test('take one entry for many deltas', () => {
    const deltas = Array.from({ length: 1000 }, (): CompletionEvent => ({ type: 'text-delta', text: 'word ' }))
    expect(packEvents([START, ...deltas, FINISH]).length).toBeLessThan(JSON.stringify(deltas).length / 3)
  })

  test.each(['', '{', '[]', '{"v":0,"events":[]}', '{"v":1}', 'null'])('are none in %j', entry => {
    expect(unpackEvents(entry, true)).toBeUndefined()
  })
})

describe('the events that a whole completion could have come as', () => {
  test('make it again', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), (parts, hasObject) => {
        const accumulator = new CompletionAccumulator()
        const object: readonly CompletionEvent[] = hasObject ? [{ type: 'object', object: { a: 1 } }] : []
        for (const event of [START, ...parts.map(eventOf), USAGE, ...object, FINISH]) accumulator.push(event)
        const completion: Completion = { ...accumulator.snapshot(), outputStrategy: 'native' }
        expect(plain(fold(completionEvents(completion)))).toEqual(plain(completion))
      }),
      runs,
    )
  })
})

let blocks = 0

function eventOf(made: AssistantPart): CompletionEvent {
  switch (made.type) {
    case 'text':
      return { type: 'text-delta', text: made.text, block: `own ${String(blocks++)}` }
    case 'reasoning':
      return { type: 'reasoning-delta', text: made.text, block: `own ${String(blocks++)}` }
    case 'tool-call':
      return { type: 'tool-call', toolCall: made }
    case 'tool-result':
      return { type: 'tool-result', toolResult: made }
    case 'source':
      return { type: 'source', source: made }
    default:
      return { type: 'file', file: made }
  }
}
