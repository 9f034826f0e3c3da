import { expect, test } from 'vitest'
import { guardFetch } from './guard-fetch.ts'

const EVENT = 'data: {"jsonrpc":"2.0","id":7,"result":{}}\n\n'
const CUT = '\n\ndata: {"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"The answer was cut."}}\n\n'
const CALL = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call' })

/** A fetch whose answer comes in these chunks, and then breaks or ends. */
function answering(chunks: readonly string[], { broken = false, type = 'text/event-stream' } = {}): typeof fetch {
  const encoder = new TextEncoder()
  const left = [...chunks]
  return async () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          const chunk = left.shift()
          if (chunk !== undefined) controller.enqueue(encoder.encode(chunk))
          else if (broken) controller.error(new TypeError('terminated'))
          else controller.close()
        },
      }),
      { status: 203, headers: { 'content-type': type, 'mcp-session-id': 's1' } },
    )
}

const read = async (fetch: typeof globalThis.fetch, body: string | null = CALL): Promise<string> => {
  const response = await guardFetch(fetch)('http://localhost', body === null ? {} : { method: 'POST', body })
  expect(response.status).toBe(203)
  expect(response.headers.get('mcp-session-id')).toBe('s1')
  return response.text()
}

test.each([
  ['that ends', false],
  ['that breaks', true],
])('a stream of events %s gets an error as its last event', async (_name, broken) => {
  expect(await read(answering([': hello\n\n', 'data: {"js'], { broken }))).toBe(`: hello\n\ndata: {"js${CUT}`)
  expect(await read(answering([EVENT], { broken }))).toBe(EVENT + CUT)
})

test.each([[['id: 4\ndata: \n\n']], [['data: \nid', ': 4\n\n']], [['data: \r', 'i', 'd:4\r\n\r\n']]])(
  'a stream that can be resumed is left to the SDK: %j',
  async chunks => {
    expect(await read(answering(chunks))).toBe(chunks.join(''))
    await expect(read(answering(chunks, { broken: true }))).rejects.toThrow('terminated')
  },
)

test('anything else goes through as it is', async () => {
  expect(await read(answering(['{}'], { type: 'application/json' }))).toBe('{}')
  expect(await read(answering([EVENT]), null), 'the stream of notifications').toBe(EVENT)
  expect(await read(answering([EVENT]), '{"method":"notifications/initialized"}')).toBe(EVENT)
})

test('whoever stops reading closes the connection', async () => {
  let cancelled = false
  const body = new ReadableStream({
    pull: controller => {
      controller.enqueue(new TextEncoder().encode(EVENT))
    },
    cancel: () => {
      cancelled = true
    },
  })
  const fetch = async (): Promise<Response> => new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  const response = await guardFetch(fetch)('http://localhost', { method: 'POST', body: CALL })
  const reader = response.body?.getReader()
  expect((await reader?.read())?.value).toEqual(new TextEncoder().encode(EVENT))
  await reader?.cancel()
  expect(cancelled).toBe(true)
})
