import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RateLimitError } from '../../errors/rate-limit-error.ts'
import { ServerError } from '../../errors/server-error.ts'
import { createHeldProvider, type HeldCall } from '../../testing/held-provider.ts'
import { createManualClock, type ManualClock } from '../../testing/manual-clock.ts'
import { rateLimit, type RateLimitOptions } from './rate-limit.ts'
import type { RateLimitCharge, RateLimitStore } from './store.ts'

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const
const usage = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  outputTokens,
  source: 'reported' as const,
})

function limited(options: RateLimitOptions) {
  const clock = createManualClock()
  const { provider, calls } = createHeldProvider()
  return { clock, calls, provider: rateLimit({ clock, ...options })(provider) }
}

/** What a promise came to so far: a value, an error's code, or nothing yet. */
function watch<T>(promise: Promise<T>): { code?: string; value?: T } {
  const seen: { code?: string; value?: T } = {}
  promise.then(
    value => (seen.value = value),
    (error: unknown) => (seen.code = (error as { code: string }).code),
  )
  return seen
}

const settle = (clock: ManualClock) => clock.advance(0)
const userOf = (call: HeldCall | undefined) => call?.request.metadata?.userId

describe('requests', () => {
  test('wait until the window has room, and only as long', async () => {
    const { provider, calls, clock } = limited({ rpm: 2 })
    for (let index = 0; index < 4; index++) watch(provider.complete(request))
    await settle(clock)
    expect(calls).toHaveLength(2)
    await clock.advance(59_999)
    expect(calls).toHaveLength(2)
    await clock.advance(1)
    expect(calls).toHaveLength(4)
  })

  test('are never more than the limit in any minute, in the order they came, whatever the pace', async () => {
    const pace = fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), pace, async (rpm, gaps) => {
        const { provider, calls, clock } = limited({ rpm })
        const sent: number[] = []
        for (const [index, gap] of gaps.entries()) {
          void provider.complete({ ...request, metadata: { userId: String(index) } })
          for (let left = gap; left >= 0; left -= 1000) {
            await clock.advance(Math.min(1000, left))
            while (sent.length < calls.length) sent.push(clock.now())
          }
        }
        while (sent.length < gaps.length) {
          await clock.advance(1000)
          while (sent.length < calls.length) sent.push(clock.now())
        }
        // Times are known to the second: what was sent in less than 59 s was sent within one minute.
        for (const at of sent)
          expect(sent.filter(other => other >= at && other < at + 59_000).length).toBeLessThanOrEqual(rpm)
        expect(calls.map(userOf)).toEqual(gaps.map((_, index) => String(index)))
      }),
      { numRuns: 40 },
    )
  })

  test('of one key do not wait for those of another', async () => {
    const { provider, calls, clock } = limited({ rpm: 1, key: ['user'] })
    for (const userId of ['a', 'a', 'b']) watch(provider.complete({ ...request, metadata: { userId } }))
    await settle(clock)
    expect(calls.map(userOf)).toEqual(['a', 'b'])
  })

  test('by key of a function, and by model by default', async () => {
    const by = limited({ rpm: 1, key: call => call.operation })
    watch(by.provider.complete(request))
    watch(by.provider.complete({ ...request, model: 'n' }))
    watch(by.provider.embed({ model: 'm', input: ['x'] }))
    await settle(by.clock)
    expect(by.calls.map(call => call.operation)).toEqual(['complete', 'embed'])
    const plain = limited({ rpm: 1 })
    watch(plain.provider.complete(request))
    watch(plain.provider.complete({ ...request, model: 'n' }))
    await settle(plain.clock)
    expect(plain.calls).toHaveLength(2)
  })
})

describe('tokens', () => {
  test('are reserved by estimate and corrected by what was used', async () => {
    const { provider, calls, clock } = limited({ tpm: 1000 })
    // "Hi" is one token and the message four: each call reserves 505.
    const first = watch(provider.complete({ ...request, maxTokens: 500 }))
    watch(provider.complete({ ...request, maxTokens: 500 }))
    await settle(clock)
    expect(calls).toHaveLength(1)
    calls[0]?.answer({ usage: usage(10, 20) })
    await settle(clock)
    expect(first.value?.text).toBe('ok')
    expect(calls).toHaveLength(2)
  })

  test('used beyond the estimate are waited for', async () => {
    const { provider, calls, clock } = limited({ tpm: 1000 })
    watch(provider.complete({ ...request, maxTokens: 100 }))
    await settle(clock)
    await clock.advance(10_000)
    calls[0]?.answer({ usage: usage(100, 900) })
    await settle(clock)
    watch(provider.complete({ ...request, maxTokens: 100 }))
    await clock.advance(49_999)
    expect(calls).toHaveLength(1)
    // The 105 reserved at 0 are forgotten at 60 s, and 895 + 105 fit.
    await clock.advance(1)
    expect(calls).toHaveLength(2)
  })

  test('of an aborted stream are those that came', async () => {
    const { provider, calls, clock } = limited({ tpm: 1000 })
    const iterator = provider.stream({ ...request, maxTokens: 900 })[Symbol.asyncIterator]()
    const first = iterator.next()
    await settle(clock)
    calls[0]?.emit({ type: 'text-delta', text: 'x'.repeat(400) })
    await first
    await iterator.return?.()
    // 5 in and 100 out were used: 895 are left.
    watch(provider.complete({ ...request, maxTokens: 890 }))
    watch(provider.complete({ ...request, maxTokens: 1 }))
    await settle(clock)
    expect(calls.map(call => call.operation)).toEqual(['stream', 'complete'])
  })

  test('of a refused call are none', async () => {
    const { provider, calls, clock } = limited({ tpm: 1000 })
    const failed = watch(provider.complete({ ...request, maxTokens: 900 }))
    await settle(clock)
    calls[0]?.fail(new ServerError({ message: 'no' }))
    await settle(clock)
    watch(provider.complete({ ...request, maxTokens: 900 }))
    await settle(clock)
    expect([failed.code, calls.length]).toEqual(['server', 2])
  })

  test('beyond the whole limit are let through alone', async () => {
    const { provider, calls, clock } = limited({ tpm: 100 })
    watch(provider.complete({ ...request, maxTokens: 5 }))
    watch(provider.complete({ ...request, maxTokens: 50_000 }))
    await clock.advance(59_999)
    expect(calls).toHaveLength(1)
    await clock.advance(1)
    expect(calls).toHaveLength(2)
  })
})

describe('calls at the same time', () => {
  test('are limited, and every way to end frees a place', async () => {
    const { provider, calls, clock } = limited({ concurrency: 1 })
    const abort = new AbortController()
    watch(provider.complete({ ...request, signal: abort.signal }))
    const stream = provider.stream(request)
    const streamed = watch(stream[Symbol.asyncIterator]().next())
    await settle(clock)
    watch(provider.embed({ model: 'm', input: ['x'] }))
    watch(provider.stream(request).completion())
    const seen: number[] = []
    const step = async (act?: () => unknown): Promise<void> => {
      act?.()
      await settle(clock)
      seen.push(calls.length)
    }
    await step()
    await step(() => {
      abort.abort()
    })
    await step(() => stream.cancel())
    await step(() => {
      calls[2]?.fail(new ServerError({ message: 'no' }))
    })
    calls[3]?.answer()
    watch(provider.complete(request))
    await step()
    expect(seen).toEqual([1, 2, 3, 4, 5])
    expect(streamed.value).toEqual({ done: true, value: undefined })
    expect(calls[1]?.cancelled).toBe(true)
  })

  test('are never more than the limit, whatever happens to them', async () => {
    const acts = fc.array(fc.tuple(fc.constantFrom('call', 'stream', 'answer', 'fail', 'abort'), fc.nat(9)), {
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), acts, async (concurrency, list) => {
        const { provider, calls, clock } = limited({ concurrency })
        const aborts: AbortController[] = []
        const ended = new Set<HeldCall>()
        const promises: Promise<unknown>[] = []
        const open = () => calls.filter(call => !ended.has(call) && !call.request.signal?.aborted)
        for (const [act, index] of list) {
          const call = open()[index]
          if (act === 'call' || act === 'stream') {
            const abort = new AbortController()
            aborts.push(abort)
            const given = { ...request, signal: abort.signal }
            const answer = act === 'call' ? provider.complete(given) : provider.stream(given).completion()
            promises.push(answer.catch(() => undefined))
          } else if (act === 'abort') aborts[index]?.abort()
          else if (call !== undefined) {
            ended.add(call)
            if (act === 'answer') call.answer()
            else call.fail(new ServerError({ message: 'no' }))
          }
          await settle(clock)
          expect(open().length).toBeLessThanOrEqual(concurrency)
        }
        for (let rest = open(); rest.length > 0; rest = open()) {
          for (const call of rest) {
            ended.add(call)
            call.answer()
          }
          await settle(clock)
        }
        await Promise.all(promises)
        expect(clock.sleeping).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
})

describe('waiting', () => {
  test('ends when its time is up, the shorter of two', async () => {
    const { provider, calls, clock } = limited({ concurrency: 1, maxWaitMs: 5000 })
    watch(provider.complete(request))
    const patient = watch(provider.complete(request))
    const hurried = watch(provider.complete({ ...request, timeout: 1000 }))
    await clock.advance(1000)
    expect([patient.code, hurried.code]).toEqual([undefined, 'timeout'])
    await clock.advance(4000)
    expect([patient.code, calls.length, clock.sleeping]).toEqual(['rate_limit', 1, 0])
  })

  test('is part of what a call may take', async () => {
    const { provider, calls, clock } = limited({ concurrency: 1 })
    watch(provider.complete(request))
    watch(provider.complete({ ...request, timeout: 1000 }))
    await clock.advance(400)
    calls[0]?.answer()
    await settle(clock)
    expect(calls[1]?.request.timeout).toBe(600)
  })

  test('ends at once on abort, also where nobody reads a stream any more, and takes nothing', async () => {
    const { provider, calls, clock } = limited({ rpm: 2, concurrency: 1 })
    const abort = new AbortController()
    watch(provider.complete(request))
    const aborted = watch(provider.complete({ ...request, signal: abort.signal }))
    const left = provider.stream(request)
    watch(left[Symbol.asyncIterator]().next())
    const next = watch(provider.complete(request))
    await settle(clock)
    abort.abort(new Error('enough'))
    await left.cancel()
    calls[0]?.answer()
    await settle(clock)
    expect([aborted.code, calls.length]).toEqual(['aborted', 2])
    calls[1]?.answer()
    await settle(clock)
    expect([next.value?.text, clock.sleeping]).toEqual(['ok', 0])
    await expect(provider.complete({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    })
  })

  test('of 0 ms is none', async () => {
    const { provider, calls, clock } = limited({ rpm: 1, maxWaitMs: 0 })
    watch(provider.complete(request))
    const second = watch(provider.complete(request))
    await settle(clock)
    expect([second.code, calls.length]).toEqual(['rate_limit', 1])
  })

  test('in vain says when there may be room', async () => {
    const window = limited({ rpm: 1, maxWaitMs: 1000 })
    watch(window.provider.complete(request))
    await window.clock.advance(10_000)
    const late = window.provider.complete(request)
    const told = expect(late).rejects.toMatchObject({ code: 'rate_limit', retryAfterMs: 49_000 })
    await window.clock.advance(1000)
    await told
    const places = limited({ concurrency: 1, maxWaitMs: 0 })
    watch(places.provider.complete(request))
    const full = expect(places.provider.complete(request)).rejects.toMatchObject({
      code: 'rate_limit',
      retryAfterMs: 0,
    })
    await places.clock.advance(0)
    await full
  })

  test('for a store that fails says so', async () => {
    const { provider } = limited({
      rpm: 1,
      store: { take: () => Promise.reject(new Error('gone')), adjust: () => undefined },
    })
    await expect(provider.complete(request)).rejects.toMatchObject({ code: 'llm_error', cause: { message: 'gone' } })
  })
})

describe('what hosts tell', () => {
  const spent = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1.5s' }

  test('is respected without a limit of our own', async () => {
    const { provider, calls, clock } = limited({})
    watch(provider.complete(request))
    await settle(clock)
    calls[0]?.answer({ headers: spent })
    await settle(clock)
    watch(provider.complete(request))
    await clock.advance(1499)
    expect(calls).toHaveLength(1)
    await clock.advance(1)
    expect(calls).toHaveLength(2)
  })

  test('of tokens holds back what is too large, and can be ignored', async () => {
    const headers = { 'some-ratelimit-input-tokens-remaining': '3', 'some-ratelimit-input-tokens-reset': '2' }
    const { provider, calls, clock } = limited({})
    watch(provider.complete(request))
    await settle(clock)
    calls[0]?.answer({ headers })
    await settle(clock)
    watch(provider.complete(request))
    await settle(clock)
    expect(calls).toHaveLength(1)
    await clock.advance(2000)
    expect(calls).toHaveLength(2)
    const deaf = limited({ readLimits: () => [] })
    watch(deaf.provider.complete(request))
    await settle(deaf.clock)
    deaf.calls[0]?.answer({ headers: spent })
    watch(deaf.provider.complete(request))
    await settle(deaf.clock)
    expect(deaf.calls).toHaveLength(2)
  })

  test('with an error pauses the key, and a wait in vain is not begun', async () => {
    const { provider, calls, clock } = limited({ maxWaitMs: 1000 })
    watch(provider.complete(request))
    await settle(clock)
    calls[0]?.fail(new RateLimitError({ message: 'slow down', retryAfterMs: 3000 }))
    await settle(clock)
    await expect(provider.complete(request)).rejects.toMatchObject({ code: 'rate_limit', retryAfterMs: 3000 })
    await clock.advance(2000)
    watch(provider.complete(request))
    await clock.advance(999)
    expect(calls).toHaveLength(1)
    await clock.advance(1)
    expect(calls).toHaveLength(2)
  })
})

test('counts that are corrected reach a store of any kind', async () => {
  const adjusted: RateLimitCharge[] = []
  const store: RateLimitStore = {
    take: () => Promise.resolve({ taken: true, at: 0 }),
    adjust: charge => Promise.resolve(void adjusted.push(charge)),
  }
  const { provider, calls, clock } = limited({ tpm: 1000, key: 'user', store })
  watch(provider.complete({ ...request, maxTokens: 100, metadata: { userId: 'me:you' } }))
  await settle(clock)
  calls[0]?.answer({ usage: usage(20, 30) })
  await settle(clock)
  expect(adjusted).toEqual([{ key: 'me%3Ayou:tokens', limit: 1000, windowMs: 60_000, amount: 50 - 105 }])
})

test('wrong options are refused', () => {
  expect(() => rateLimit({ rmp: 3 } as never)).toThrow('rmp')
  expect(() => rateLimit({ rpm: 0 })).toThrow('rpm is not')
  expect(() => rateLimit({ key: 'modle' as never })).toThrow('modle')
})
