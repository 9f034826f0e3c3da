import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { CompletionRequest, LLMError } from '@llm/core'
import { BASE_URL, failureOf, json, KEY, REQUEST, streamFailure, type Bench } from './bench.ts'
import type { SuiteCase } from './case.ts'
import type { Reply } from './fake-host.ts'
import { deepFreeze } from './checks.ts'
import { watchTimers } from './timers.ts'

const FULL: CompletionRequest = {
  model: 'suite-model',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Hello.' }] },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm.', state: { protocol: 'other', data: { a: [1] } } },
        { type: 'text', text: 'Hi.' },
        { type: 'tool-call', id: 'call_1', name: 'now', arguments: { zone: { name: 'UTC' } } },
      ],
    },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'call_1', name: 'now', content: 'noon' }] },
  ],
  tools: [
    { name: 'now', parameters: { type: 'object', properties: { zone: { type: 'object' } }, required: ['zone'] } },
  ],
  toolChoice: 'auto',
  maxTokens: 100,
  metadata: { userId: 'someone', tags: ['a'] },
}

/** Everything that a careless logger could print of an error. */
function printed(error: LLMError): string {
  const forms = [error.message, String(error), error.stack, JSON.stringify(error), JSON.stringify({ error })]
  return [...forms, inspect(error, { depth: Infinity, showHidden: true })].join('\n')
}

/** Every way in which a host or a network could say the key. */
function leaks(bench: Bench): readonly Reply[] {
  const { fixtures } = bench
  const said = `Incorrect API key provided: ${KEY}. (Authorization: Bearer ${KEY})`
  const event = fixtures.errorEvent({ status: 500, message: said })
  return [
    ...[400, 401, 403, 429, 500].map(status => json(fixtures.errorBody({ status, message: said }), { status })),
    { status: 502, pieces: [said], headers: { 'content-type': 'text/plain' } },
    { status: 500, pieces: [JSON.stringify({ unknown: said, key: KEY })], headers: { 'x-request-id': KEY } },
    { pieces: [`not JSON ${said}`] },
    ...(event === undefined ? [] : [bench.sse([event])]),
  ]
}

function brokenNetwork(bench: Bench): ReturnType<Bench['create']> {
  const cause = Object.assign(new Error(`proxy refused ${KEY}`), { code: 'EPROXY', headers: { authorization: KEY } })
  const fetch = (): Promise<never> => Promise.reject(new TypeError(`fetch failed: ${KEY}`, { cause }))
  return bench.create({ apiKey: KEY, baseURL: BASE_URL, fetch })
}

/** What a call must not leave behind, change, or let out. */
export const hygieneCases: readonly SuiteCase[] = [
  {
    name: 'hygiene: settings and requests are never changed',
    async run(bench) {
      const { fetch } = bench.serve(bench.whole(), bench.streamed()).host
      const request = deepFreeze(structuredClone(FULL))
      const provider = bench.create(
        deepFreeze({ apiKey: KEY, fetch, baseURL: BASE_URL, headers: { 'x-suite': 'yes' } }),
      )
      assert.equal((await provider.complete(request)).text, 'Good day.')
      assert.equal((await provider.stream(request).completion()).text, 'Good day.')
      assert.deepEqual(request, FULL)
    },
  },
  {
    name: 'hygiene: the same request is sent the same way each time',
    async run(bench) {
      const { provider, host } = bench.serve(bench.whole())
      await provider.complete(FULL)
      await provider.complete(FULL)
      const [first, second] = host.requests
      assert.equal(first?.body, second?.body)
      assert.equal(first?.url, second?.url)
    },
  },
  {
    name: 'hygiene: no timer is left behind',
    async run(bench) {
      await bench.serve(bench.whole()).provider.complete(REQUEST)
      const timed = { ...REQUEST, timeout: 60_000 }
      const watch = watchTimers()
      try {
        await bench.serve(bench.whole()).provider.complete(timed)
        await bench.serve(bench.streamed()).provider.stream(timed).completion()
        await failureOf(() => bench.serve({ status: 500, pieces: [] }).provider.complete(timed))
        await streamFailure(bench.serve({ status: 500, pieces: [] }).provider.stream(timed))
        const left = bench.serve({ ...bench.streamed(), then: 'hang' }).provider.stream(timed)
        for await (const event of left) if (event.type === 'text-delta') break
        await new Promise(resolve => setImmediate(resolve))
        assert.deepEqual(watch.running(), [], 'every timer is cleared')
      } finally {
        watch.stop()
      }
    },
  },
  {
    name: 'hygiene: no key is in any error',
    async run(bench) {
      const failures: LLMError[] = []
      for (const reply of leaks(bench)) failures.push(...(await bench.failures(reply)))
      const provider = brokenNetwork(bench)
      failures.push(await failureOf(() => provider.complete(REQUEST)), await streamFailure(provider.stream(REQUEST)))
      for (const failure of failures) assert.ok(!printed(failure).includes(KEY), `the key is in: ${failure.message}`)
    },
  },
  {
    name: 'hygiene: no prompt is in an error',
    async run(bench) {
      const messages = [{ role: 'user', content: 'SUITE-PROMPT' }] as const
      for (const reply of [{ status: 500, pieces: [] }, { pieces: ['not JSON'] }, { status: 400, pieces: ['{}'] }]) {
        for (const failure of await bench.failures(reply, { ...REQUEST, messages })) {
          assert.ok(!printed(failure).includes('SUITE-PROMPT'), `the prompt is in: ${failure.message}`)
        }
      }
    },
  },
]
