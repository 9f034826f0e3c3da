import type { CompletionRequest } from '@llm/core'
import { exchangesOf, loadCassettes, replayFetch, type NamedExchange } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { anthropic } from './anthropic.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = folder === undefined ? [] : await loadCassettes(`${folder}/anthropic`)

const ask = (content: string): CompletionRequest => ({ model: 'claude-x', messages: [{ role: 'user', content }] })
const COUNTS = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 }

/** A provider that answers each path with a given text, and keeps what it was asked. */
function fake(answers: Readonly<Record<string, string>>) {
  const sent: { method: string; path: string; body: unknown; betas: string | null }[] = []
  const provider = anthropic({
    apiKey: 'sk-ant-test-123456',
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const { pathname, search } = new URL(request.url)
      const text = await request.text()
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      sent.push({ method: request.method, path: pathname + search, body, betas: request.headers.get('anthropic-beta') })
      return new Response(answers[pathname + search] ?? answers[pathname] ?? '{}')
    },
  })
  return { batches: provider.batches, sent }
}

const batch = (processing_status: string, counts: object = {}, id = 'b1'): object => ({
  id,
  processing_status,
  request_counts: { ...COUNTS, ...counts },
  created_at: '2026-01-01T00:00:00Z',
})

test('requests go out as complete would send them, numbered, with all betas that they need', async () => {
  const { batches, sent } = fake({ '/v1/messages/batches': JSON.stringify(batch('in_progress', { processing: 2 })) })
  const requests = [ask('One'), { ...ask('Two'), maxTokens: 5, providerOptions: { anthropic: { betas: ['b'] } } }]
  expect(await batches.create({ requests })).toEqual({
    id: 'b1',
    state: 'running',
    total: 2,
    succeeded: 0,
    failed: 0,
    createdAt: '2026-01-01T00:00:00Z',
  })
  const params = { model: 'claude-x', messages: [{ role: 'user' }] }
  expect(sent).toMatchObject([
    {
      method: 'POST',
      betas: 'b',
      body: {
        requests: [
          { custom_id: '0', params },
          { custom_id: '1', params: { ...params, max_tokens: 5 } },
        ],
      },
    },
  ])
})

test('a request that is wrong in itself is an error before anything is sent', async () => {
  const { batches, sent } = fake({})
  await expect(batches.create({ requests: [{ model: '', messages: [] }] })).rejects.toMatchObject({
    code: 'validation',
  })
  expect(sent).toEqual([])
})

test.each([
  ['in_progress', { processing: 1 }, 'running'],
  ['canceling', { processing: 1 }, 'cancelling'],
  ['ended', { succeeded: 1, errored: 1 }, 'completed'],
  ['ended', { succeeded: 1, canceled: 1 }, 'cancelled'],
  ['ended', { expired: 2 }, 'expired'],
])('a batch that is %s with %j is %s', async (status, counts, state) => {
  const { batches } = fake({ '/v1/messages/batches/b1': JSON.stringify(batch(status, counts)) })
  expect(await batches.get('b1')).toMatchObject({ state })
})

test('results come in the order of the requests, whatever became of each', async () => {
  const message = { id: 'm', content: [{ type: 'text', text: 'Four.' }], stop_reason: 'end_turn' }
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Busy, sk-ant-test-123456.' } }
  const lines = [
    { custom_id: '10', result: { type: 'succeeded', message } },
    { custom_id: '3', result: { type: 'canceled' } },
    { custom_id: '2', result: { type: 'expired' } },
    { custom_id: '1', result: { type: 'errored', error } },
    { custom_id: '0', result: { type: 'succeeded', message: { id: 'x' } } },
  ]
  const { batches } = fake({
    '/v1/messages/batches/b1/results': lines.map(line => JSON.stringify(line)).join('\n') + '\n',
  })
  const items = await batches.results('b1')
  expect(items.map(item => (item.ok ? item.value.text : item.error.code))).toEqual([
    'malformed_response',
    'overloaded',
    'timeout',
    'aborted',
    'Four.',
  ])
  expect(JSON.stringify(items)).not.toContain('sk-ant-test-123456')
})

test('a list turns its pages', async () => {
  const page = (id: string, has_more: boolean): string =>
    JSON.stringify({ data: [batch('ended', {}, id)], has_more, last_id: id })
  const { batches } = fake({
    '/v1/messages/batches?limit=100': page('b1', true),
    '/v1/messages/batches?limit=100&after_id=b1': page('b2', false),
  })
  expect((await batches.list()).map(({ id }) => id)).toEqual(['b1', 'b2'])
})

test('a structured answer is an object where its request is given', async () => {
  const message = { id: 'm1', content: [{ type: 'text', text: '{"value":["a"]}' }], stop_reason: 'end_turn' }
  const line = { custom_id: '0', result: { type: 'succeeded', message } }
  const { batches } = fake({ '/v1/messages/batches/b1/results': JSON.stringify(line) })
  const request = { ...ask('List.'), output: { type: 'array', items: { type: 'string' } } }
  expect(await batches.results('b1', { requests: [request] })).toMatchObject([{ ok: true, value: { object: ['a'] } }])
  expect((await batches.results('b1'))[0]).not.toHaveProperty('value.object')
})

describe.skipIf(folder === undefined)('recorded traffic (LLM_RECORDINGS)', () => {
  const recorded = exchangesOf(cassettes, { provider: 'anthropic', api: 'batch' })
  const connect = (exchange: NamedExchange) => {
    const { fetch, requests } = replayFetch([exchange])
    return { batches: anthropic({ apiKey: 'k', apiVersion: '2023-06-01', fetch }).batches, requests }
  }

  test('is all there', () => {
    expect(recorded).toHaveLength(27)
  })

  test.each(recorded)('$name', async exchange => {
    const { url, method, json } = exchange.request
    const [, id = '', action] = /batches(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(url) ?? []
    const { batches, requests } = connect(exchange)
    if (action === 'results') {
      const lines =
        exchange.response.text
          ?.trim()
          .split('\n')
          .map(line => JSON.parse(line) as Line) ?? []
      const texts = lines.map(({ result }) => result.message.content.map(({ text }) => text).join(''))
      expect((await batches.results(id)).map(item => item.ok && item.value.text)).toEqual(texts)
    } else {
      const body = exchange.response.json as { id: string; request_counts: Record<string, number> }
      const call =
        action === 'cancel' ? batches.cancel(id) : method === 'GET' ? batches.get(id) : batches.create(askFor(json))
      const total = Object.values(body.request_counts).reduce((sum, count) => sum + count, 0)
      expect(await call).toMatchObject({ id: body.id, total, succeeded: body.request_counts['succeeded'] })
      if (url.endsWith('/batches')) expect(withoutDefaults(requests[0]?.body)).toEqual(withoutDefaults(json))
    }
    expect(requests[0]).toMatchObject({ url, method })
  })
})

interface Line {
  readonly result: { readonly message: { readonly content: readonly { readonly text: string }[] } }
}

interface WireRequest {
  readonly params: {
    readonly model: string
    readonly max_tokens: number
    readonly system?: readonly { readonly text: string }[]
    readonly messages: readonly { readonly content: readonly { readonly text: string }[] }[]
  }
}

/** The recorded batch in our types. Its conversations are of one question each. */
function askFor(json: unknown): { readonly requests: readonly CompletionRequest[] } {
  const { requests } = json as { requests: readonly WireRequest[] }
  return {
    requests: requests.map(({ params: { model, max_tokens: maxTokens, system = [], messages } }) => ({
      model,
      maxTokens,
      messages: [
        ...system.map(({ text }) => ({ role: 'system', content: text }) as const),
        ...messages.map(({ content }) => ({ role: 'user', content: content[0]?.text ?? '' }) as const),
      ],
    })),
  }
}

/** The recorder says `stream: false`, which is the default. */
function withoutDefaults(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === 'stream' ? undefined : value)))
}
