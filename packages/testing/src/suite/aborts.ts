import assert from 'node:assert/strict'
import type { CompletionEvent } from '@llm/core'
import { BASE_URL, failureOf, KEY, REQUEST, streamFailure } from './bench.ts'
import type { SuiteCase } from './case.ts'

export const abortCases: readonly SuiteCase[] = [
  {
    name: 'aborts: a signal that is aborted already ends a call before anything is sent',
    async run(bench) {
      const { provider, host } = bench.serve(bench.whole())
      const signal = AbortSignal.abort(new Error('left'))
      const failures = [
        await failureOf(() => provider.complete({ ...REQUEST, signal })),
        await streamFailure(provider.stream({ ...REQUEST, signal })),
      ]
      for (const failure of failures) assert.equal(failure.code, 'aborted')
      assert.equal(host.requests.length, 0, 'nothing was sent')
    },
  },
  {
    name: 'aborts: during a call, before the host answers',
    async run(bench) {
      for (const mode of ['complete', 'stream'] as const) {
        const controller = new AbortController()
        const { provider } = bench.serve({ pieces: [], silent: true })
        const request = { ...REQUEST, signal: controller.signal }
        const failure =
          mode === 'complete' ? failureOf(() => provider.complete(request)) : streamFailure(provider.stream(request))
        setTimeout(() => {
          controller.abort()
        }, 5)
        assert.equal((await failure).code, 'aborted', mode)
      }
    },
  },
  {
    name: 'aborts: while a body is read',
    async run(bench) {
      const controller = new AbortController()
      const { provider } = bench.serve({ ...bench.whole(), then: 'hang' })
      const failure = failureOf(() => provider.complete({ ...REQUEST, signal: controller.signal }))
      setTimeout(() => {
        controller.abort()
      }, 5)
      assert.equal((await failure).code, 'aborted')
    },
  },
  {
    name: 'aborts: during a stream, with what had arrived',
    async run(bench) {
      const controller = new AbortController()
      const all = bench.fixtures.events(bench.answer({ parts: [{ type: 'text', deltas: ['One', ' two', ' three'] }] }))
      const { provider } = bench.serve(bench.sse(all.slice(0, -1), { then: 'hang' }))
      const stream = provider.stream({ ...REQUEST, signal: controller.signal })
      const events: CompletionEvent[] = []
      const failure = await failureOf(async () => {
        for await (const event of stream) {
          events.push(event)
          if (event.type === 'text-delta') controller.abort()
        }
      })
      assert.equal(failure.code, 'aborted')
      assert.ok(failure.partial?.text.startsWith('One'), 'the error has what had arrived')
      const completion = await stream.completion()
      assert.equal(completion.interrupted, true)
      assert.ok(completion.text.startsWith('One'))
      assert.ok(
        events.every(event => event.type !== 'finish'),
        'a stream that was aborted does not finish',
      )
    },
  },
  {
    name: 'aborts: leaving the loop early cancels the body',
    async run(bench) {
      const { provider, host } = bench.serve({ ...bench.streamed(), then: 'hang' })
      const stream = provider.stream(REQUEST)
      for await (const event of stream) if (event.type === 'text-delta') break
      assert.equal(host.cancelled, 1)
      assert.equal((await stream.completion()).interrupted, true)
    },
  },
  {
    name: 'aborts: a deadline is a timeout, and no abort',
    async run(bench) {
      const { provider } = bench.serve({ pieces: [], silent: true })
      const request = { ...REQUEST, timeout: 10 }
      const failures = [
        await failureOf(() => provider.complete(request)),
        await streamFailure(provider.stream(request)),
      ]
      for (const failure of failures) {
        assert.equal(failure.code, 'timeout')
        assert.equal(failure.retryable, true)
      }
    },
  },
  {
    name: 'aborts: the deadline in the settings holds for every call',
    async run(bench) {
      const { host } = bench.serve({ pieces: [], silent: true })
      const provider = bench.create({
        apiKey: KEY,
        fetch: host.fetch,
        baseURL: BASE_URL,
        timeout: 10,
      })
      assert.equal((await failureOf(() => provider.complete(REQUEST))).code, 'timeout')
    },
  },
]
