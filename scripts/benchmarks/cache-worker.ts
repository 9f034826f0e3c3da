import { cache, fileStore, memoryStore, type CacheStore } from '@llm/cache'
import {
  CompletionAccumulator,
  CompletionStream,
  compose,
  type CompletionEvent,
  type Message,
  type Provider,
} from '@llm/core'
import { cpuTime } from './tasks/cpu-time.ts'

// Started with a store; answers each message with the µs of CPU time that a call of that kind takes.

/** What is called: an answer that is known or not, with little or much before it, whole or streamed. */
export type CacheCase = 'hit' | 'long' | 'stream' | 'miss'

const CALLS = 1000
const ANSWER = Array.from({ length: 50 }, (_, index) => `word${String(index)} `)

const [name = 'none', path = ''] = process.argv.slice(2)
const stores: Readonly<Record<string, () => CacheStore>> = {
  memory: () => memoryStore(),
  file: () => fileStore({ path }),
}
const store = stores[name]?.()
const provider = store === undefined ? atOnce() : compose(atOnce(), cache({ store }))

const turn = (index: number): Message => ({
  role: index % 2 === 0 ? 'user' : 'assistant',
  content: `${String(index)} ${'some text '.repeat(40)}`,
})
const short: readonly Message[] = [{ role: 'system', content: 'Be brief.' }, turn(0)]
const long: readonly Message[] = Array.from({ length: 101 }, (_, index) => turn(index))
let asked = 0

const CASES: Readonly<Record<CacheCase, () => Promise<unknown>>> = {
  hit: () => ask(short),
  long: () => ask(long),
  // Kept as it was streamed: one that was asked for whole would be replayed in one piece.
  stream: () => read([...short, turn(1)]),
  miss: () => ask([...short, { role: 'user', content: String(asked++) }]),
}

process.on('message', (kind: CacheCase) => {
  void measure(CASES[kind]).then(spent => process.send?.(spent))
})

async function measure(call: () => Promise<unknown>): Promise<number> {
  await call()
  const spent = await cpuTime(async () => {
    for (let index = 0; index < CALLS; index++) await call()
  })
  return spent / CALLS
}

async function ask(messages: readonly Message[]): Promise<void> {
  const { text } = await provider.complete({ model: 'm', messages })
  if (text.length !== ANSWER.join('').length) throw new Error('another answer came')
}

async function read(messages: readonly Message[]): Promise<void> {
  let deltas = 0
  for await (const event of provider.stream({ model: 'm', messages })) if (event.type === 'text-delta') deltas += 1
  if (deltas !== ANSWER.length) throw new Error('another answer came')
}

/** A host that has answered before it is asked: what is measured is the cache. */
function atOnce(): Provider {
  const events: readonly CompletionEvent[] = [
    { type: 'start', id: 'id', provider: 'host', model: 'm', warnings: [] },
    ...ANSWER.map((text): CompletionEvent => ({ type: 'text-delta', text })),
    { type: 'usage', usage: { inputTokens: 100, outputTokens: 50, totalTokens: 150, source: 'reported' } },
    { type: 'finish', finishReason: 'stop', rawFinishReason: 'stop' },
  ]
  const accumulator = new CompletionAccumulator()
  for (const event of events) accumulator.push(event)
  const completion = accumulator.snapshot()
  return {
    id: 'host',
    protocol: 'none',
    complete: () => Promise.resolve(completion),
    stream: () => {
      const batches = [events]
      return new CompletionStream({
        pull: () => Promise.resolve(batches.pop()),
        cancel: () => Promise.resolve(),
        snapshot: () => completion,
      })
    },
  }
}
