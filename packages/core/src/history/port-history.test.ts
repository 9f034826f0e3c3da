import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import type { Message, Part, PartState } from '../message.ts'
import type { HistoryTarget } from './history-rules.ts'
import { portHistory } from './port-history.ts'
import { portState } from './port-state.ts'

const here = { protocol: 'p', family: 'f' }
const own: PartState = { ...here, data: { signature: 'x' } }

const state = fc.option(
  fc.record({
    protocol: fc.constantFrom('p', 'q'),
    family: fc.constantFrom('f', 'g'),
    data: fc.jsonValue({ depthSize: 'xsmall' }),
  }),
  { nil: undefined, freq: 2 },
)
const stated = <P extends object>(part: fc.Arbitrary<P>): fc.Arbitrary<P> =>
  fc.tuple(part, state).map(([value, mark]) => (mark === undefined ? value : { ...value, state: mark }))
const url = fc.record({ url: fc.webUrl() })
const text = stated(fc.record({ type: fc.constant('text'), text: fc.string({ maxLength: 3 }) }))
const reasoning = stated(fc.record({ type: fc.constant('reasoning'), text: fc.string({ maxLength: 3 }) }))
const call = stated(
  fc.record({
    type: fc.constant('tool-call'),
    id: fc.string(),
    name: fc.string(),
    arguments: fc.dictionary(fc.string(), fc.jsonValue()),
  }),
)
const result = stated(fc.record({ type: fc.constant('tool-result'), toolCallId: fc.string(), content: fc.string() }))
const media = stated(fc.record({ type: fc.constantFrom('image', 'audio', 'file'), source: url }))
const source = stated(fc.record({ type: fc.constant('source'), url: fc.webUrl() }))
const messages = fc.array(
  fc.oneof(
    fc.record({ role: fc.constant('system'), content: fc.string() }),
    fc.record({ role: fc.constant('user'), content: fc.oneof(fc.string(), fc.array(fc.oneof(text, media))) }),
    fc.record({
      role: fc.constant('assistant'),
      content: fc.oneof(fc.string(), fc.array(fc.oneof(text, reasoning, call, result, media, source))),
    }),
    fc.record({ role: fc.constant('tool'), content: fc.array(result) }),
  ),
) as unknown as fc.Arbitrary<Message[]>

/** What the strictest hosts demand, all at once. */
const STRICT: HistoryTarget = {
  ...here,
  reasoningReplay: 'never',
  input: ['text'],
  rules: { toolCallIds: { pattern: /^[a-zA-Z0-9]{9}$/, length: 9 }, system: 'first', alternate: true },
}

/** The rules again, worked out from the outside: what a strict host would answer 400 to. */
function problemsOf(history: readonly Message[]): readonly string[] {
  const problems: string[] = []
  const ids: string[] = []
  history.forEach((message, index) => {
    const before = history[index - 1]
    const parts: readonly Part[] = typeof message.content === 'string' ? [] : message.content
    if (message.role === before?.role) problems.push(`two ${message.role} messages in a row`)
    if (message.role === 'system' && index > 0) problems.push('late instructions')
    if (message.role === 'assistant' && (index === 0 || before?.role === 'system'))
      problems.push('the assistant begins')
    if (message.role === 'assistant' && message.content.length === 0) problems.push('an empty answer')
    if (parts.some(part => /image|audio|file/.test(part.type)) && message.role !== 'assistant') problems.push('media')
    if (parts.some(part => part.type === 'reasoning')) problems.push('reasoning')
    const calls = parts.flatMap(part => (part.type === 'tool-call' ? [part.id] : []))
    ids.push(...calls)
    const next = history[index + 1]
    const results = next?.role === 'tool' ? next.content.map(({ toolCallId }) => toolCallId) : []
    if (message.role === 'assistant' && calls.join() !== results.join()) problems.push('calls without their results')
    if (message.role === 'tool' && before?.role !== 'assistant') problems.push('results without their calls')
  })
  if (new Set(ids).size < ids.length) problems.push('an id twice')
  if (!ids.every(id => /^[a-zA-Z0-9]{9}$/.test(id))) problems.push('an illegal id')
  return problems
}

const partsOf = (history: readonly Message[]): readonly Part[] =>
  history.flatMap(({ content }): readonly Part[] => (typeof content === 'string' ? [] : content))

describe('a history', () => {
  test('is not changed, and porting it twice is porting it once', () => {
    fc.assert(
      fc.property(messages, history => {
        const copy = structuredClone(history)
        const once = portHistory(history, here)
        expect(history).toEqual(copy)
        expect(portHistory(once.messages, here)).toEqual({ messages: once.messages, warnings: [] })
      }),
    )
  })

  test('keeps all state that belongs here and none that does not, and counts what is lost', () => {
    fc.assert(
      fc.property(messages, history => {
        const { messages: ported, lost } = portState(history, here)
        const marks = (list: readonly Message[]) =>
          partsOf(list).flatMap(part => (part.state === undefined ? [] : [part.state]))
        const belongs = ({ protocol, family }: PartState): boolean => protocol === 'p' && family === 'f'
        expect(marks(ported)).toEqual(marks(history).filter(belongs))
        expect(lost).toBe(marks(history).filter(mark => !belongs(mark)).length)
      }),
    )
  })

  test('of any origin is legal at the strictest of hosts', () => {
    fc.assert(
      fc.property(messages, history => {
        const { messages: ported } = portHistory(history, STRICT)
        expect(problemsOf(ported)).toEqual([])
        expect(portHistory(ported, STRICT)).toEqual({ messages: ported, warnings: [] })
      }),
      { numRuns: 2000 },
    )
  })

  test('survives JSON: saved and loaded, it is ported to the same', () => {
    fc.assert(
      fc.property(messages, history => {
        const loaded = JSON.parse(JSON.stringify(history)) as Message[]
        expect(JSON.stringify(portHistory(loaded, here))).toBe(JSON.stringify(portHistory(history, here)))
      }),
    )
  })
})

test.each<[string, PartState, boolean]>([
  ['of this family and protocol', own, true],
  ['of another protocol', { ...own, protocol: 'q' }, false],
  ['of another family', { ...own, family: 'g' }, false],
  ['of no family', { protocol: 'p', data: 1 }, false],
])('state %s', (_name, mark, kept) => {
  const {
    messages: [message],
    warnings,
  } = portHistory([{ role: 'assistant', content: [{ type: 'text', text: 'x', state: mark }] }], here)
  expect(message?.content).toEqual([kept ? { type: 'text', text: 'x', state: mark } : { type: 'text', text: 'x' }])
  expect(warnings).toHaveLength(kept ? 0 : 1)
})

test('empty parts are left out, and answers of which nothing is left', () => {
  const history: Message[] = [
    { role: 'user', content: 'Hi' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: '' },
        { type: 'reasoning', text: '', state: own },
      ],
    },
    { role: 'assistant', content: [{ type: 'reasoning', text: '', state: { ...own, protocol: 'q' } }] },
    { role: 'assistant', content: '' },
    { role: 'user', content: '' },
  ]
  expect(portHistory(history, here).messages).toEqual([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [{ type: 'reasoning', text: '', state: own }] },
    { role: 'user', content: '' },
  ])
})

test('names that a model made up become legal, of calls and results alike; what a host ran itself stays as it is', () => {
  const hosted = { type: 'tool-call', id: 'h.1', name: 'web.search', arguments: {}, providerExecuted: true } as const
  const history: Message[] = [
    ...['functions.now', '', 'x'.repeat(70), 'now'].flatMap((name, index): Message[] => [
      { role: 'assistant', content: [{ type: 'tool-call', id: String(index), name, arguments: {} }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: String(index), name, content: '1' }] },
    ]),
    { role: 'assistant', content: [hosted, hosted] },
  ]
  const { messages: ported } = portHistory(history, { ...here, rules: { toolCallIds: { pattern: /^[a-z0-9]+$/ } } })
  const names = partsOf(ported).flatMap(part => ('name' in part ? [part.name] : []))
  const legal = ['functions_now', 'tool', 'x'.repeat(64), 'now']
  expect(names).toEqual([...legal.flatMap(name => [name, name]), 'web.search', 'web.search'])
  expect(ported.at(-1)).toEqual(history.at(-1))
})

test('media that are not taken are refused before anything is sent, where that is wanted', () => {
  const picture = { type: 'image', source: { url: 'https://example.com/a.png' } } as const
  const history: readonly Message[] = [{ role: 'user', content: [picture] }]
  const target: HistoryTarget = { ...here, input: ['text'], unsupportedMedia: 'refuse' }
  expect(() => portHistory(history, target)).toThrow(UnsupportedOperationError)
  expect(() => portHistory(history, target)).toThrow(/does not take image input/)
  expect(portHistory(history, { ...target, input: ['text', 'image'] }).messages).toEqual(history)
})
