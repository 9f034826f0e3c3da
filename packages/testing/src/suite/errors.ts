import assert from 'node:assert/strict'
import { APICallError, type LLMError } from '@llm/core'
import { failureOf, json, KEY, REQUEST, BASE_URL, streamFailure, type Bench } from './bench.ts'
import type { SuiteCase } from './case.ts'

/** What each status stands for: the error's code, and whether the same call may succeed later. */
const STATUSES: Readonly<Record<number, readonly [code: string, retryable: boolean]>> = {
  400: ['invalid_request', false],
  401: ['authentication', false],
  402: ['quota_exceeded', false],
  403: ['permission_denied', false],
  404: ['not_found', false],
  408: ['timeout', true],
  409: ['invalid_request', true],
  413: ['invalid_request', false],
  422: ['invalid_request', false],
  429: ['rate_limit', true],
  500: ['server', true],
  502: ['server', true],
  503: ['overloaded', true],
  504: ['timeout', true],
  529: ['overloaded', true],
}

const SAID = 'It went wrong in a way that the suite made up.'

function check(failure: LLMError, status: number): void {
  const [code, retryable] = STATUSES[status] ?? []
  assert.equal(failure.code, code, `the code of ${status}`)
  assert.equal(failure.retryable, retryable, `whether ${status} may be tried again`)
  assert.ok(failure instanceof APICallError)
  assert.equal(failure.status, status)
  assert.ok((failure.hint ?? '') !== '', 'every error has a hint')
}

const statusCases: readonly SuiteCase[] = Object.entries(STATUSES).map(([status, [code]]) => ({
  name: `errors: status ${status} is ${code}, whatever the body`,
  async run(bench) {
    const said = { status: Number(status), message: SAID }
    const reply = json(bench.fixtures.errorBody(said), { status: Number(status) })
    for (const failure of await bench.failures(reply)) {
      check(failure, Number(status))
      assert.ok(failure.message.includes(SAID), `the host's words are in the message: ${failure.message}`)
    }
    for (const body of Object.values(ODD_BODIES)) {
      for (const failure of await bench.failures({ ...body, status: Number(status) })) {
        check(failure, Number(status))
      }
    }
  },
}))

const ODD_BODIES = {
  html: {
    pieces: ['<!doctype html><html><head><title>Bad gateway</title></head><body>…</body></html>'],
    headers: { 'content-type': 'text/html' },
  },
  text: { pieces: ['upstream connect error'], headers: { 'content-type': 'text/plain' } },
  empty: { pieces: [], headers: {} },
  cut: { pieces: ['{"error": {"mess'], headers: { 'content-type': 'application/json' } },
  list: { pieces: ['[]'], headers: { 'content-type': 'application/json' } },
  nothing: { pieces: ['null'], headers: { 'content-type': 'application/json' } },
  string: { pieces: ['"no"'], headers: { 'content-type': 'application/json' } },
  odd: { pieces: ['{"error":{"message":7,"code":{},"type":[]}}'], headers: { 'content-type': 'application/json' } },
} as const

async function waits(
  bench: Bench,
  headers: Readonly<Record<string, string>>,
): Promise<readonly (number | undefined)[]> {
  const body = bench.fixtures.errorBody({ status: 429, message: SAID })
  const reply = json(body, { status: 429, headers: { 'content-type': 'application/json', ...headers } })
  return (await bench.failures(reply)).map(failure => (failure as APICallError).retryAfterMs)
}

export const errorCases: readonly SuiteCase[] = [
  ...statusCases,
  {
    name: 'errors: retry-after is read in seconds, in milliseconds and as a date',
    async run(bench) {
      assert.deepEqual(await waits(bench, { 'retry-after': '3' }), [3000, 3000])
      assert.deepEqual(await waits(bench, { 'retry-after': '0.5' }), [500, 500])
      assert.deepEqual(await waits(bench, { 'retry-after-ms': '250', 'retry-after': '3' }), [250, 250])
      const date = new Date(Date.now() + 60_000).toUTCString()
      for (const wait of await waits(bench, { 'retry-after': date }))
        assert.ok(wait !== undefined && wait > 50_000 && wait <= 60_000)
      assert.deepEqual(await waits(bench, { 'retry-after': 'soon' }), [undefined, undefined])
    },
  },
  {
    name: 'errors: a conversation that is too long is told from other bad requests',
    async run(bench) {
      const body = bench.fixtures.errorBody({ status: 400, message: 'The prompt is too long.', kind: 'context-length' })
      for (const failure of await bench.failures(json(body, { status: 400 })))
        assert.equal(failure.code, 'context_length')
    },
  },
  {
    name: 'errors: a success that is not of the API is a malformed response',
    async run(bench) {
      const { html, text, empty, cut, list, nothing, string } = ODD_BODIES
      for (const body of [html, text, empty, cut, list, nothing, string, json({}), json(7)]) {
        const failure = (await bench.failures(body))[0]
        assert.equal(failure?.code, 'malformed_response', `${JSON.stringify(body)}: ${String(failure)}`)
      }
    },
  },
  {
    name: 'errors: a call that fails is sent once, as retries are for whoever calls',
    async run(bench) {
      for (const status of [408, 429, 500, 503]) {
        const body = bench.fixtures.errorBody({ status, message: SAID })
        const reply = json(body, { status, headers: { 'content-type': 'application/json', 'retry-after-ms': '1' } })
        const { provider, host } = bench.serve(reply)
        await failureOf(() => provider.complete(REQUEST))
        await streamFailure(provider.stream(REQUEST))
        assert.equal(host.requests.length, 2, `one request a call, after ${status}`)
      }
    },
  },
  {
    name: 'errors: a network that fails is a connection error',
    async run(bench) {
      const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
      const provider = bench.create({
        apiKey: KEY,
        baseURL: BASE_URL,
        fetch: () => Promise.reject(new TypeError('fetch failed', { cause })),
      })
      const failures = [
        await failureOf(() => provider.complete(REQUEST)),
        await streamFailure(provider.stream(REQUEST)),
      ]
      for (const failure of failures) {
        assert.equal(failure.code, 'connection')
        assert.equal(failure.retryable, true)
      }
    },
  },
]
