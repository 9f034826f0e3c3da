import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import type { CompletionStream, Provider } from '@llm/core'
import { BASE_URL, failureOf, KEY, REQUEST, streamFailure, type Bench } from './bench.ts'
import type { SuiteCase } from './case.ts'
import type { Reply } from './fake-host.ts'
import { startLoopback, type Loopback } from './loopback.ts'

/** Runs a check against a provider whose host is a real server on this machine. */
async function onLoopback(
  bench: Bench,
  reply: Reply,
  check: (provider: Provider, server: Loopback) => Promise<void>,
): Promise<void> {
  const server = await startLoopback(reply)
  try {
    await check(bench.create({ apiKey: KEY, baseURL: BASE_URL, fetch: server.fetch }), server)
  } finally {
    await server.close()
  }
}

function endless(bench: Bench): Reply {
  const events = bench.fixtures.events(bench.answer({ parts: [{ type: 'text', deltas: ['One', ' two', ' three'] }] }))
  return bench.sse(events.slice(0, -2), { then: 'hang' })
}

async function readOne(stream: CompletionStream): Promise<void> {
  for await (const event of stream) if (event.type === 'text-delta') return
}

/** What happens to real connections. */
export const socketCases: readonly SuiteCase[] = [
  {
    name: 'sockets: whole and streamed answers come over a real connection',
    async run(bench) {
      await onLoopback(bench, bench.whole(), async provider => {
        assert.equal((await provider.complete(REQUEST)).text, 'Good day.')
      })
      await onLoopback(bench, { ...bench.streamed(), seed: 3 }, async provider => {
        assert.equal((await provider.stream(REQUEST).completion()).text, 'Good day.')
      })
    },
  },
  {
    name: 'sockets: leaving the loop early closes the connection',
    run: bench =>
      onLoopback(bench, endless(bench), async (provider, server) => {
        await readOne(provider.stream(REQUEST))
        await server.closed()
      }),
  },
  {
    name: 'sockets: an abort closes the connection',
    run: bench =>
      onLoopback(bench, endless(bench), async (provider, server) => {
        const controller = new AbortController()
        const stream = provider.stream({ ...REQUEST, signal: controller.signal })
        const failure = await failureOf(async () => {
          for await (const event of stream) if (event.type === 'text-delta') controller.abort()
        })
        assert.equal(failure.code, 'aborted')
        await server.closed()
      }),
  },
  {
    name: 'sockets: an abort before the host answers closes the connection',
    run: bench =>
      onLoopback(bench, { pieces: [], silent: true }, async (provider, server) => {
        for (const mode of ['complete', 'stream'] as const) {
          const controller = new AbortController()
          const request = { ...REQUEST, signal: controller.signal }
          const failure =
            mode === 'complete' ? failureOf(() => provider.complete(request)) : streamFailure(provider.stream(request))
          await server.received()
          controller.abort()
          assert.equal((await failure).code, 'aborted')
          await server.closed()
        }
      }),
  },
  {
    name: 'sockets: a deadline closes the connection',
    run: bench =>
      onLoopback(bench, endless(bench), async (provider, server) => {
        assert.equal((await streamFailure(provider.stream({ ...REQUEST, timeout: 50 }))).code, 'timeout')
        await server.closed()
      }),
  },
  {
    name: 'sockets: a server that hangs up in the middle is a connection error, with what had arrived',
    run: bench =>
      onLoopback(bench, { ...endless(bench), then: 'break' }, async provider => {
        const failure = await streamFailure(provider.stream(REQUEST))
        assert.equal(failure.code, 'connection')
        assert.ok(failure.partial?.text.startsWith('One'))
      }),
  },
  {
    name: "sockets: no listener is left on the caller's signal",
    async run(bench) {
      const { signal } = new AbortController()
      const request = { ...REQUEST, signal, timeout: 60_000 }
      await onLoopback(bench, bench.whole(), async provider => {
        for (let call = 0; call < 12; call++) await provider.complete({ ...REQUEST, signal })
        await provider.complete(request)
      })
      await onLoopback(bench, bench.streamed(), async provider => {
        for (let call = 0; call < 12; call++) await provider.stream({ ...REQUEST, signal }).completion()
        await readOne(provider.stream(request))
      })
      await onLoopback(bench, { status: 500, pieces: [] }, async provider => {
        await failureOf(() => provider.complete(request))
        await streamFailure(provider.stream(request))
      })
      assert.equal(getEventListeners(signal, 'abort').length, 0)
    },
  },
]
