import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { CallOptions } from '../call-options.ts'
import type { StreamMessage } from '../http/sse.ts'
import { createHostCalls, type HostCall, type MessageReader } from './host-calls.ts'

const respond = (response: Response | Error) =>
  vi.fn<typeof globalThis.fetch>(() =>
    response instanceof Error ? Promise.reject(response) : Promise.resolve(response),
  )

function host(fetch: typeof globalThis.fetch) {
  return createHostCalls<{ tier?: string }>({
    id: 'fake',
    transport: { fetch, readError: body => ({ message: (body as { error: string }).error }) },
    options: () => Promise.resolve(z.strictObject({ tier: z.string() }) as never),
  })
}
const call = (request: CallOptions = {}): HostCall<{ tier?: string }> => ({
  request,
  model: 'm',
  build: options => Promise.resolve({ url: 'https://example.com/x', method: 'POST', body: JSON.stringify(options) }),
})
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('a call that answers with JSON', () => {
  test('is built with its options and read', async () => {
    const fetch = respond(Response.json({ n: 1 }, { headers: { 'x-request-id': 'r1' } }))
    const result = await host(fetch).json(call({ providerOptions: { fake: { tier: 'gold' } } }), (body, info) => ({
      body,
      info,
    }))
    expect(result).toMatchObject({
      body: { n: 1 },
      info: { requestId: 'r1', response: { body: { n: 1 }, headers: { 'x-request-id': 'r1' } } },
    })
    expect(fetch.mock.calls[0]?.[1]?.body).toBe('{"tier":"gold"}')
  })
  test.each<[string, Response | Error, (body: unknown) => unknown, object]>([
    [
      'a failure',
      Response.json({ error: 'Slow' }, { status: 429 }),
      body => body,
      { name: 'RateLimitError', message: 'fake answered 429: Slow', model: 'm' },
    ],
    ['a body that is none', new Response('<html>'), body => body, { name: 'MalformedResponseError' }],
    [
      'a body of another form',
      Response.json(null),
      body => (body as { a: unknown }).a,
      { name: 'MalformedResponseError' },
    ],
    ['a network that fails', new TypeError('fetch failed'), body => body, { name: 'ConnectionError', retryable: true }],
  ])('throws for %s', async (...[, response, read, expected]) => {
    await expect(host(respond(response)).json(call(), read)).rejects.toMatchObject(expected)
  })
  test('may fail inside a success', async () => {
    const failing = host(respond(Response.json({}))).json(call(), (_body, info) =>
      info.fail({ kind: 'quota-exceeded', message: 'Pay' }),
    )
    await expect(failing).rejects.toMatchObject({ name: 'QuotaExceededError', message: 'fake: Pay' })
  })
  test('is refused for options that are wrong, and not made once aborted', async () => {
    const fetch = respond(Response.json({}))
    await expect(host(fetch).json(call({ providerOptions: { fake: { tire: 1 } } }), Boolean)).rejects.toMatchObject({
      code: 'validation',
    })
    await expect(host(fetch).json(call({ signal: AbortSignal.abort() }), Boolean)).rejects.toMatchObject({
      code: 'aborted',
    })
    await expect(
      host(fetch).json({ ...call(), build: () => Promise.reject(new Error('no URL')) }, Boolean),
    ).rejects.toMatchObject({ code: 'configuration' })
    expect(fetch).not.toHaveBeenCalled()
  })
  test('needs no options at all', async () => {
    const bare = createHostCalls({
      id: 'bare',
      timeout: 1000,
      transport: { fetch: respond(Response.json([1])), readError: () => ({}) },
    })
    expect(
      await bare.json({ request: {}, build: () => Promise.resolve({ url: 'https://example.com' }) }, body => body),
    ).toEqual([1])
  })
})

describe('a call that answers with bytes', () => {
  test('gives them whole or as they arrive', async () => {
    const { bytes, info } = await host(respond(new Response('abc'))).bytes(call())
    expect([new TextDecoder().decode(bytes), info.response.body]).toEqual(['abc', undefined])
    expect(await collect(host(respond(new Response('abc'))).byteStream(call()))).toEqual([
      new TextEncoder().encode('abc'),
    ])
    expect(await collect(host(respond(new Response(null))).byteStream(call()))).toEqual([])
  })
  test('connects on the first read, and closes when it is left', async () => {
    const cancel = vi.fn()
    const body = new ReadableStream<Uint8Array>({
      pull: controller => {
        controller.enqueue(Uint8Array.of(1))
      },
      cancel,
    })
    const fetch = respond(new Response(body))
    const stream = host(fetch).byteStream(call())
    expect(fetch).not.toHaveBeenCalled()
    for await (const piece of stream) if (piece.length > 0) break
    expect(cancel).toHaveBeenCalledTimes(1)
  })
  test('does not wait for whoever reads a copy of them', async () => {
    const response = new Response('abc')
    response.clone()
    const pieces = []
    for await (const piece of host(respond(response)).byteStream(call())) {
      pieces.push(piece)
      break
    }
    expect(pieces).toHaveLength(1)
  })
  test('throws typed errors', async () => {
    await expect(collect(host(respond(new Response('', { status: 500 }))).byteStream(call()))).rejects.toMatchObject({
      name: 'ServerError',
    })
  })
})

/** Gives the messages as they are; the one with `last` in it ends the answer. */
const readerUntil = (last: string) => (): MessageReader<StreamMessage> => {
  let done = false
  return {
    push(message) {
      if (message.data === 'broken') JSON.parse(message.data)
      done ||= message.data === last
      return [message]
    },
    get done() {
      return done
    },
  }
}

test('a call that answers with messages gives them in order, the last without its end too', async () => {
  const body = 'event: a\ndata: 1\n\ndata: 2\n\ndata: 3'
  const messages = await collect(host(respond(new Response(body))).messageStream(call(), readerUntil('3')))
  expect(messages.map(({ event, data }) => [event, data])).toEqual([
    ['a', '1'],
    [undefined, '2'],
    [undefined, '3'],
  ])
})

test('a host that does not stream has said it all in one message', async () => {
  const messages = await collect(
    host(respond(Response.json({ a: '\n\n' }))).messageStream(call(), readerUntil('{"a":"\\n\\n"}')),
  )
  expect(messages).toEqual([{ data: '{"a":"\\n\\n"}' }])
})

test.each([
  ['are cut short', 'data: 1\n\n', { code: 'connection', retryable: true }],
  ['cannot be read', 'data: broken\n\n', { code: 'malformed_response' }],
])('messages that %s are a typed error', async (_what, body, expected) => {
  const stream = host(respond(new Response(body))).messageStream(call(), readerUntil('2'))
  await expect(collect(stream)).rejects.toMatchObject(expected)
})

test('a key makes a call one that may be repeated: it is sent beside the headers of the host', async () => {
  const fetch = respond(Response.json({}))
  const build = async () => ({ url: 'https://example.com/x', headers: { 'x-own': 'yes' } })
  await host(fetch).json({ request: { idempotencyKey: 'job-1' }, build }, body => body)
  const headers = new Headers(fetch.mock.calls[0]?.[1]?.headers)
  expect([headers.get('idempotency-key'), headers.get('x-own')]).toEqual(['job-1', 'yes'])
})

test('a body whose reader is left and that cannot be cancelled troubles nobody', async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array([1]))
    },
    cancel: () => Promise.reject(new Error('not now')),
  })
  const pieces = host(respond(new Response(body))).byteStream(call())
  for await (const piece of pieces) {
    expect(piece).toEqual(new Uint8Array([1]))
    break
  }
  await new Promise(resolve => setTimeout(resolve))
})
