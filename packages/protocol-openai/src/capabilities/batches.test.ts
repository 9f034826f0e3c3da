import { AbortedError, APICallError, ContextLengthError, TimeoutError, ValidationError } from '@llm/core'
import type { StandardSchema } from '@llm/core'
import { expect, test } from 'vitest'
import { createChatCodec } from '../chat/codec.ts'
import { defineHost } from '../define-host.ts'
import { createBatches, createEmbeddingBatches } from './batches.ts'

const OPTIONS = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } }
const BATCH = {
  id: 'batch_1',
  status: 'validating',
  created_at: 86_400,
  expires_at: 172_800,
  request_counts: { total: 0, completed: 0, failed: 0 },
}
const ANSWER = { id: 'c', model: 'm-1', choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] }
const ask = (content: string) => ({ model: 'm', messages: [{ role: 'user', content } as const], temperature: 0 })

/** A host with an answer for each path: JSON, or text as it is. */
function hostOf(answers: Readonly<Record<string, unknown>>) {
  const built: { method: string; path: string; body?: object | undefined }[] = []
  const { batches, embeddingBatches } = defineHost({
    id: 'host',
    codec: createChatCodec(),
    path: '/chat/completions',
    client: () =>
      Promise.resolve({
        buildRequest: options => {
          built.push(options)
          return Promise.resolve({ url: `https://host.test${options.path}`, req: { method: options.method } })
        },
      }),
    options: () => Promise.resolve(OPTIONS as unknown as StandardSchema<object>),
    nameOf: model => `our-${model}`,
    transport: {
      fetch: input => {
        const { pathname, search } = new URL(input as string)
        const answer = answers[pathname + search]
        return Promise.resolve(new Response(typeof answer === 'string' ? answer : JSON.stringify(answer)))
      },
    },
    capabilities: host => ({
      batches: createBatches(host, '/v1/chat/completions'),
      embeddingBatches: createEmbeddingBatches(host, '/v1/embeddings'),
    }),
  })
  return { batches, embeddingBatches, built }
}

function ended(status: string, total: number, files: object): object {
  return { ...BATCH, status, request_counts: { total, completed: 1, failed: total - 1 }, ...files }
}

test('requests are written into a file as they would be sent, and the file is handed in', async () => {
  const { batches, built } = hostOf({ '/files': { id: 'file_1' }, '/batches': BATCH })
  const batch = await batches.create({ requests: [ask('A'), ask('B')] })
  const form = built[0]?.body as FormData
  expect(form.get('purpose')).toBe('batch')
  const lines = (await (form.get('file') as File).text()).split('\n').map(line => JSON.parse(line) as unknown)
  expect(lines).toEqual(
    ['A', 'B'].map((content, index) => ({
      custom_id: String(index),
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'our-m', messages: [{ role: 'user', content }], temperature: 0 },
    })),
  )
  expect(built[1]).toEqual({
    method: 'post',
    path: '/batches',
    body: { input_file_id: 'file_1', endpoint: '/v1/chat/completions', completion_window: '24h' },
  })
  expect(batch).toEqual({
    id: 'batch_1',
    state: 'queued',
    total: 0,
    succeeded: 0,
    failed: 0,
    createdAt: '1970-01-02T00:00:00.000Z',
    expiresAt: '1970-01-03T00:00:00.000Z',
  })
})

test('a wrong request is refused before anything is handed in', async () => {
  const { batches, built } = hostOf({})
  await expect(batches.create({ requests: [ask('A'), {} as never] })).rejects.toBeInstanceOf(ValidationError)
  expect(built).toEqual([])
})

test('batches are listed, read and cancelled, in whichever state', async () => {
  const { batches, built } = hostOf({
    '/batches': { data: [BATCH, { id: 'b', status: 'in_progress' }, { id: 'c', status: 'finalizing' }] },
    '/batches/batch%2F1': { id: 'batch/1', status: 'expired' },
    '/batches/batch_1/cancel': { ...BATCH, status: 'cancelling' },
  })
  expect((await batches.list()).map(({ state }) => state)).toEqual(['queued', 'running', 'running'])
  expect(await batches.get('batch/1')).toEqual({ id: 'batch/1', state: 'expired' })
  expect((await batches.cancel('batch_1')).state).toBe('cancelling')
  expect(built.at(-1)).toEqual({ method: 'post', path: '/batches/batch_1/cancel' })
})

test('answers come in the order of the requests, each a completion or the error that it is', async () => {
  const line = (custom_id: string, more: object): string => JSON.stringify({ custom_id, ...more })
  const tooLong = { error: { message: 'Too long.', code: 'context_length_exceeded' } }
  const { batches } = hostOf({
    '/batches/batch_1': ended('expired', 5, { output_file_id: 'out', error_file_id: 'err' }),
    '/files/out/content': [
      line('3', { response: { status_code: 200, body: {} }, error: null }),
      line('1', { response: { status_code: 200, body: ANSWER }, error: null }),
    ].join('\n'),
    '/files/err/content': `${line('0', { response: { status_code: 400, body: tooLong } })}\n${line('2', {
      response: null,
      error: { code: 'batch_expired', message: 'It expired.' },
    })}\n`,
  })
  const items = await batches.results('batch_1')
  expect(items.map(({ ok }) => ok)).toEqual([false, true, false, false, false])
  const [wrong, right, late, odd, missing] = items.map(item => (item.ok ? item.value : item.error))
  expect(wrong).toBeInstanceOf(ContextLengthError)
  expect(wrong).toMatchObject({ status: 400, message: 'host answered 400: Too long.' })
  expect(right).toMatchObject({ id: 'c', model: 'm-1', text: 'Hi', provider: 'host' })
  expect(late).toBeInstanceOf(APICallError)
  expect(late).toMatchObject({ vendorCode: 'batch_expired' })
  expect(odd).toMatchObject({ code: 'malformed_response' })
  expect(missing).toBeInstanceOf(TimeoutError)
})

test('what a cancelled batch did not come to was aborted', async () => {
  const { batches } = hostOf({ '/batches/batch_1': ended('cancelled', 1, {}) })
  expect(await batches.results('batch_1')).toMatchObject([{ ok: false, error: expect.any(AbortedError) }])
})

test.each([
  ['in_progress', {}, { code: 'validation', message: expect.stringContaining('running') }],
  ['failed', { errors: { data: [{ message: 'Line 1 is wrong.' }, {}] } }, { message: 'host: Line 1 is wrong.' }],
  ['completed', { output_file_id: 'out' }, { code: 'malformed_response' }],
])('there are no answers of a batch that is %s (or no readable ones)', async (status, more, error) => {
  const { batches } = hostOf({ '/batches/batch_1': ended(status, 1, more), '/files/out/content': 'no JSON' })
  await expect(batches.results('batch_1')).rejects.toMatchObject(error)
})

test('a list is read page by page, and has the batches of its own endpoint', async () => {
  const pages = {
    '/batches': {
      data: [
        { ...BATCH, id: 'a', endpoint: '/v1/chat/completions' },
        { ...BATCH, id: 'b', endpoint: '/v1/embeddings' },
      ],
      has_more: true,
    },
    '/batches?after=b': { data: [{ ...BATCH, id: 'c', endpoint: '/chat/completions' }], has_more: true },
    '/batches?after=c': { data: [], has_more: true },
  }
  const { batches, embeddingBatches } = hostOf(pages)
  expect((await batches.list()).map(({ id }) => id)).toEqual(['a', 'c'])
  expect((await embeddingBatches.list()).map(({ id }) => id)).toEqual(['b'])
})

test('dates may be written out, states in capitals and counts missing', async () => {
  const wire = {
    id: 'b',
    status: 'Validating',
    created_at: '2024-07-19T17:13:57.5+00:00',
    request_counts: { total: null },
  }
  expect(await hostOf({ '/batches/b': wire }).batches.get('b')).toEqual({
    id: 'b',
    state: 'queued',
    createdAt: '2024-07-19T17:13:57.500Z',
  })
})

test('embeddings are handed in and come back like completions', async () => {
  const line = (custom_id: string, body: object): string =>
    JSON.stringify({ custom_id, response: { status_code: 200, body }, error: null })
  const { embeddingBatches, built } = hostOf({
    '/files': { id: 'file_1' },
    '/batches': BATCH,
    '/batches/batch_1': ended('completed', 3, { output_file_id: 'out' }),
    '/files/out/content': [
      line('1', { model: 'm-1', data: [{ embedding: [3] }], usage: { prompt_tokens: 2, total_tokens: 2 } }),
      line('0', { data: [{ embedding: [1, 2] }] }),
      line('2', {}),
    ].join('\n'),
  })
  const requests = [
    { model: 'm', input: ['A'], dimensions: 2 },
    { model: 'm', input: ['B', 'C'] },
  ]
  await embeddingBatches.create({ requests })
  const lines = (await ((built[0]?.body as FormData).get('file') as File).text()).split('\n')
  expect(lines.map(text => JSON.parse(text) as unknown)).toEqual(
    requests.map((body, index) => ({ custom_id: String(index), method: 'POST', url: '/v1/embeddings', body })),
  )
  expect(built[1]?.body).toMatchObject({ endpoint: '/v1/embeddings' })
  const [first, second, broken] = await embeddingBatches.results('batch_1')
  expect(first).toMatchObject({ ok: true, value: { provider: 'host', vectors: [new Float32Array([1, 2])] } })
  expect(second).toMatchObject({ ok: true, value: { model: 'm-1', usage: { inputTokens: 2 } } })
  expect(broken).toMatchObject({ ok: false, error: { code: 'malformed_response' } })
})
