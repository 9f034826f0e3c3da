import { expect, test } from 'vitest'
import { TimeoutError } from '../errors/timeout-error.ts'
import { defineProvider } from '../leaf/define-provider.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { watchStream } from './stream-watchdog.ts'

/** A host whose bytes are sent by hand; it says what it is sent. */
function byHand() {
  let closed = false
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given
    },
    cancel() {
      closed = true
    },
  })
  const provider = defineProvider({
    id: 'hand',
    codec: {
      protocol: 'hand',
      renderRequest: () => ({}),
      parseResponse: () => undefined,
      createStreamParser: context => ({
        push: ({ data }) => {
          context.emit({ type: 'text-delta', text: data })
        },
        done: false,
        end: () => true,
      }),
    },
    transport: {
      fetch: () => Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } })),
      readError: () => ({}),
    },
    options: () => Promise.reject(new Error('no options are used')),
    buildRequest: () => Promise.resolve({ url: 'https://example.com' }),
  })
  const send = (text: string): void => {
    controller?.enqueue(new TextEncoder().encode(text))
  }
  return { provider, send, closed: () => closed }
}

test('bytes of the network that are no event keep a stream alive: comments, and pieces of an event', async () => {
  const clock = createManualClock()
  const { provider, send, closed } = byHand()
  const stream = watchStream(provider.stream({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }), {
    limits: { livenessMs: 100 },
    clock,
    late: (timer, ms) => new TimeoutError({ message: String(ms), timer }),
  })
  const outcome = stream.completion().catch((error: unknown) => error)
  for (const bytes of [': ping\n\n', 'data: Hel', 'lo\n\n', ': ping\n\n']) {
    await clock.advance(90)
    send(bytes)
  }
  await clock.advance(99)
  expect([closed(), stream.snapshot().text]).toEqual([false, 'Hello'])
  await clock.advance(1)
  expect(await outcome).toMatchObject({ timer: 'liveness', message: '100', partial: { text: 'Hello' } })
  expect([closed(), clock.sleeping]).toEqual([true, 0])
})
