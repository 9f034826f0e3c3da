import { getEventListeners } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { answering, collect, failure, finish, host, line, request, text } from './__fixtures__/event-host.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

/** A server of raw bytes on loopback; `answer` gets each connection once its request has come. */
async function listen(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    socket.once('data', () => {
      answer(socket)
    })
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const chunk = (body: string): string => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`
const closed = (socket: Socket): Promise<void> =>
  new Promise(resolve =>
    socket.once('close', () => {
      resolve()
    }),
  )

describe('on a real network', () => {
  test('a closed port', async () => {
    const url = await listen(() => undefined)
    await new Promise(resolve => servers.pop()?.close(resolve))
    const error = await failure(host({ url }).complete(request))
    expect(error).toMatchObject({
      name: 'ConnectionError',
      retryable: true,
      vendorCode: 'ECONNREFUSED',
      cause: { name: 'TypeError' },
    })
  })

  test('a connection that is reset in the middle', async () => {
    const url = await listen(socket =>
      socket.write(HEAD + chunk(line(text('a'))), () => setTimeout(() => socket.resetAndDestroy(), 5)),
    )
    const { events, error } = await collect(host({ url }).stream(request))
    expect(events.at(-1)).toEqual(text('a'))
    expect(error).toMatchObject({ name: 'ConnectionError', retryable: true, partial: { text: 'a' } })
  })

  test('leaving early closes the socket', async () => {
    const done = Promise.withResolvers<void>()
    const url = await listen(socket => {
      void closed(socket).then(done.resolve)
      socket.write(HEAD + chunk(line(text('a'))))
    })
    for await (const { type } of host({ url }).stream(request)) if (type === 'text-delta') break
    await done.promise
  })

  test('leaving before there is an answer closes the socket too', async () => {
    const asked = Promise.withResolvers<Socket>()
    const url = await listen(asked.resolve)
    const stream = host({ url }).stream(request)
    const first = stream[Symbol.asyncIterator]().next()
    const gone = closed(await asked.promise)
    await stream.cancel()
    await gone
    expect(await first).toEqual({ done: true, value: undefined })
  })

  test('a failure in the middle closes the socket', async () => {
    const done = Promise.withResolvers<void>()
    const url = await listen(socket => {
      void closed(socket).then(done.resolve)
      socket.write(HEAD + chunk(line(text('a'))) + chunk(line({ type: 'error', error: { status: 500 } })))
    })
    expect((await collect(host({ url }).stream(request))).error).toMatchObject({ name: 'ServerError' })
    await done.promise
  })

  test('a host that goes on behind the end is let go', async () => {
    const done = Promise.withResolvers<void>()
    const url = await listen(socket => {
      socket.write(HEAD + chunk(line(text('a')) + line(finish)))
      const timer = setInterval(() => socket.write(chunk(': ping\n\n')), 1)
      void closed(socket)
        .then(() => {
          clearInterval(timer)
        })
        .then(done.resolve)
    })
    expect((await collect(host({ url }).stream(request))).events).toHaveLength(3)
    await done.promise
  })

  /** What comes first needs its time on a busy machine. */
  const moments: readonly [string, (socket: Socket) => void, { readonly count: number; readonly ms: number }][] = [
    ['before the headers', () => undefined, { count: 0, ms: 40 }],
    ['in the middle', socket => socket.write(HEAD + chunk(line(text('a')))), { count: 2, ms: 600 }],
  ]
  test.each(moments)('the deadline passes %s of a stream', async (_name, answer, { count, ms }) => {
    const url = await listen(answer)
    const { events, error } = await collect(host({ url }).stream({ ...request, timeout: ms }))
    expect(events).toHaveLength(count)
    expect(error).toMatchObject({
      name: 'TimeoutError',
      timer: 'total',
      retryable: true,
      message: `fake: the call took longer than ${String(ms)} ms.`,
    })
    expect(error?.partial?.text).toBe(count === 0 ? '' : 'a')
  })

  test('the deadline of the provider holds where the request names none', async () => {
    const url = await listen(() => undefined)
    expect(await failure(host({ url, timeout: 20 }).complete(request))).toMatchObject({
      name: 'TimeoutError',
      timer: 'total',
    })
  })

  test.each(moments)('the caller aborts %s of a stream', async (_name, answer, { count, ms }) => {
    const url = await listen(answer)
    const controller = new AbortController()
    setTimeout(() => {
      controller.abort('enough')
    }, ms)
    const stream = host({ url }).stream({ ...request, signal: controller.signal, timeout: 10_000 })
    const { events, error } = await collect(stream)
    expect(events).toHaveLength(count)
    expect(error).toMatchObject({ name: 'AbortedError', cause: 'enough', retryable: false })
    expect(await stream.completion()).toMatchObject({ interrupted: true, text: count === 0 ? '' : 'a' })
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  test('the caller aborts a call', async () => {
    const url = await listen(() => undefined)
    const signal = AbortSignal.timeout(20)
    expect(await failure(host({ url }).complete({ ...request, signal }))).toMatchObject({
      name: 'AbortedError',
      cause: { name: 'TimeoutError' },
    })
  })
})

describe('afterwards', () => {
  test('no listener and no timer is left, however the call went', async () => {
    const { signal } = new AbortController()
    const timers = (): number => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
    const before = timers()
    const call = { ...request, signal, timeout: 60_000 }
    const url = await listen(socket => socket.write(HEAD + chunk(line(text('a')) + line(finish)) + '0\r\n\r\n'))
    const local = host({ url })
    await local.stream(call).completion()
    for await (const { type } of local.stream(call)) if (type === 'start') break
    await host({ fetch: answering(Response.json({ events: [finish] })) }).complete(call)
    await failure(host({ fetch: answering() }).complete(call))
    await collect(host({ fetch: answering(new Response('')) }).stream(call))
    await failure(local.complete({ ...call, model: '' }))
    await vi.waitFor(() => {
      expect(timers()).toBeLessThanOrEqual(before + 1)
    })
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('a longer deadline than timers can hold does not pass at once', async () => {
    const slow = (): Promise<Response> =>
      new Promise(resolve =>
        setTimeout(() => {
          resolve(Response.json({ events: [finish] }))
        }, 15),
      )
    expect((await host({ fetch: answering(slow) }).complete({ ...request, timeout: 2 ** 40 })).finishReason).toBe(
      'stop',
    )
  })
})
