import assert from 'node:assert/strict'
import type { CompletionEvent, LLMError } from '@llm/core'
import type { FixtureAnswer, WireEvent } from '../fixtures/wire-fixtures.ts'
import { failureOf, json, REQUEST, streamFailure, type Bench } from './bench.ts'
import type { SuiteCase } from './case.ts'
import type { Reply } from './fake-host.ts'

const SAID = 'It went wrong in a way that the suite made up.'
const LONG: Partial<FixtureAnswer> = { parts: [{ type: 'text', deltas: ['One', ' two', ' three', ' four'] }] }

/** Where in the events of an answer its first text has been told. */
function afterFirstText(events: readonly WireEvent[]): readonly WireEvent[] {
  const at = events.findIndex(event => decoded(event).includes('One'))
  assert.ok(at >= 0, 'the fixtures send each delta as it is')
  return events.slice(0, at + 1)
}

function decoded(event: WireEvent): string {
  return typeof event === 'string' ? event : new TextDecoder().decode(event)
}

async function failing(
  bench: Bench,
  reply: Reply,
): Promise<{ failure: LLMError; events: CompletionEvent[]; cancelled: number }> {
  const { provider, host } = bench.serve(reply)
  const events: CompletionEvent[] = []
  const stream = provider.stream(REQUEST)
  const failure = await streamFailure(stream, events)
  assert.equal(await failureOf(() => stream.completion()), failure, 'completion() fails with the same error')
  return { failure, events, cancelled: host.cancelled }
}

function errorEvent({ fixtures }: Bench, status: number): WireEvent {
  const event = fixtures.errorEvent({ status, message: SAID })
  assert.ok(event !== undefined, 'a format without error events has supports.errorEvents: false')
  return event
}

/** Errors in answers that began with a status of success. */
export const streamErrorCases: readonly SuiteCase[] = [
  {
    name: 'stream errors: an error before any content is the typed error that it stands for',
    needs: ['errorEvents'],
    async run(bench) {
      for (const [status, code] of [
        [429, 'rate_limit'],
        [500, 'server'],
      ] as const) {
        const { failure, events } = await failing(bench, bench.sse([errorEvent(bench, status)]))
        assert.equal(failure.code, code)
        assert.equal(failure.retryable, true)
        assert.ok(failure.message.includes(SAID), `the host's words are in the message: ${failure.message}`)
        assert.ok(
          events.every(event => event.type === 'start'),
          'no content came before it',
        )
      }
    },
  },
  {
    name: 'stream errors: an error after content ends the stream, with what had arrived, and the connection',
    needs: ['errorEvents'],
    async run(bench) {
      const begun = afterFirstText(bench.fixtures.events(bench.answer(LONG)))
      const reply = bench.sse([...begun, errorEvent(bench, 429)], { then: 'hang' })
      const { failure, events, cancelled } = await failing(bench, reply)
      assert.equal(failure.code, 'rate_limit')
      assert.equal(failure.partial?.text, 'One')
      assert.equal(failure.partial.interrupted, true)
      assert.ok(
        events.some(event => event.type === 'text-delta' && event.text === 'One'),
        'what came is passed on',
      )
      assert.equal(cancelled, 1, 'the body is cancelled')
    },
  },
  {
    name: 'stream errors: an error body with a status of success is an error',
    async run(bench) {
      const failures = await bench.failures(json(bench.fixtures.errorBody({ status: 429, message: SAID })))
      for (const failure of failures) assert.match(failure.code, /^(?:rate_limit|malformed_response)$/)
    },
  },
  {
    name: 'stream errors: a stream that is cut is never taken for a whole answer',
    async run(bench) {
      const events = bench.fixtures.events(bench.answer(LONG))
      const begun = afterFirstText(events)
      for (let length = 0; length < events.length; length++) {
        const { provider } = bench.serve(bench.sse(events.slice(0, length)))
        const outcome = await provider
          .stream(REQUEST)
          .completion()
          .catch((error: unknown) => error)
        if (!(outcome instanceof Error)) {
          assert.equal((outcome as { text: string }).text, 'One two three four', `after ${length} events`)
          assert.ok(length > begun.length + 2, `the answer is not whole after ${length} events`)
          continue
        }
        const failure = await failureOf(() => Promise.reject(outcome))
        assert.equal(failure.code, 'connection', `after ${length} events`)
        assert.equal(failure.retryable, true)
        if (length >= begun.length) assert.ok(failure.partial?.text.startsWith('One'), 'the error has what had arrived')
      }
    },
  },
  {
    name: 'stream errors: a connection that breaks is a connection error, with what had arrived',
    async run(bench) {
      const begun = afterFirstText(bench.fixtures.events(bench.answer(LONG)))
      const { failure } = await failing(bench, bench.sse(begun, { then: 'break' }))
      assert.equal(failure.code, 'connection')
      assert.equal(failure.partial?.text, 'One')
    },
  },
  {
    name: 'stream errors: the calls of a stream that is cut are never complete',
    needs: ['tools'],
    async run(bench) {
      const deltas = ['{"city":', '"Oslo"}']
      const answer = bench.answer({
        parts: [{ type: 'tool-call', id: 'call_1', name: 'get_weather', deltas }],
        finishReason: 'tool-calls',
      })
      const all = bench.fixtures.events(answer)
      for (let length = 1; length < all.length; length++) {
        const { provider } = bench.serve(bench.sse(all.slice(0, length)))
        const outcome: unknown = await provider
          .stream(REQUEST)
          .completion()
          .catch((error: unknown) => error)
        if (!(outcome instanceof Error)) continue
        const calls = (outcome as LLMError).partial?.toolCalls ?? []
        for (const call of calls) assert.equal(call.status, 'incomplete', `after ${length} events`)
      }
    },
  },
  {
    name: 'stream errors: an event that cannot be read is a malformed response',
    async run(bench) {
      const begun = afterFirstText(bench.fixtures.events(bench.answer(LONG)))
      const { failure } = await failing(bench, bench.sse([...begun, broken(begun.at(-1) ?? '')]))
      assert.equal(failure.code, 'malformed_response')
      assert.equal(failure.partial?.text, 'One')
    },
  },
  {
    name: 'stream errors: a host that answers a stream at once is understood',
    async run(bench) {
      const { completion } = await bench.read(bench.whole())
      assert.equal(completion.text, 'Good day.')
    },
  },
]

/** Text loses the end of its JSON, a frame has a byte changed. */
function broken(event: WireEvent): WireEvent {
  if (typeof event === 'string') return event.replace(/(data: .*).\n/, '$1\n')
  return event.map((byte, index) => (index === event.length - 6 ? byte ^ 0xff : byte))
}
