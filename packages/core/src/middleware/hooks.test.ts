import { describe, expect, test, vi } from 'vitest'
import type { Attempt, CompletionRequest } from '../completion.ts'
import { apiError } from '../errors/api-error.ts'
import type { LLMError } from '../errors/llm-error.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { say, scriptedProvider, type Happening } from '../testing/scripted-provider.ts'
import { compose } from './compose.ts'
import { fallback } from './fallback.ts'
import { hooks, type HookedCall, type Hooks } from './hooks.ts'
import { retry } from './retry.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
const limited = apiError({ kind: 'rate-limit', retryAfterMs: 100 }, { provider: 'p' })
const broken = apiError({ kind: 'server' }, { provider: 'p' })
const NAMES = ['onRequest', 'onAttempt', 'onFirstToken', 'onComplete', 'onError', 'onRateLimit'] as const

/** Hooks that note what they are told: its name, and some of it. */
function noting() {
  const log: string[] = []
  const note = (name: string, told: HookedCall & Record<string, unknown>): void => {
    const { operation, ms, attempt, error, retryAfterMs } = told
    const parts = [(attempt as Attempt | undefined)?.error ?? (error as LLMError | undefined)?.code, ms, retryAfterMs]
    log.push([name, operation, ...parts.flatMap(part => (part === undefined ? [] : String(part as string)))].join(' '))
  }
  const all = Object.fromEntries(
    NAMES.map(name => [
      name,
      (told: never) => {
        note(name, told)
      },
    ]),
  ) as Hooks
  return { log, all }
}

function setup(scripts: readonly (readonly Happening[])[]) {
  const clock = createManualClock({ autoAdvance: true })
  const inner = scriptedProvider(clock, call => scripts[call - 1] ?? [10, ...say('ok')])
  return { clock, inner, again: retry({ clock, random: () => 0 }) }
}

describe('hooks', () => {
  test('outside retry tell of one call and every try', async () => {
    const { clock, inner, again } = setup([[5, limited], [broken]])
    const { log, all } = noting()
    const completion = await compose(inner, hooks({ ...all, clock }), again).complete(request)
    expect(log).toEqual([
      'onRequest complete',
      'onAttempt complete rate_limit',
      'onRateLimit complete rate_limit 100',
      'onAttempt complete server',
      'onAttempt complete',
      'onComplete complete 115',
    ])
    expect(completion.attempts.map(({ ms }) => ms)).toEqual([5, 0, 10])
  })

  test('inside retry tell of each try as a call', async () => {
    const { clock, inner, again } = setup([[broken]])
    const { log, all } = noting()
    const completion = await compose(inner, again, hooks({ ...all, clock })).complete(request)
    expect(log).toEqual([
      'onRequest complete',
      'onAttempt complete server',
      'onError complete server 0',
      'onRequest complete',
      'onAttempt complete',
      'onComplete complete 10',
    ])
    expect(completion.attempts.length).toBe(2)
  })

  test('alone list the one try that there was', async () => {
    const { clock, inner } = setup([say('ok'), [broken]])
    const provider = compose(inner, hooks({ clock }))
    expect((await provider.complete(request)).attempts).toMatchObject([
      { provider: 'p', model: 'm', usage: { totalTokens: 2 } },
    ])
    await expect(provider.complete(request)).rejects.toMatchObject({ attempts: [{ error: 'server' }] })
  })

  test('tell of streams: the first content, the end, what failed, and what was left early', async () => {
    const { clock, inner, again } = setup([
      [5, broken],
      [7, ...say('a', 'b')],
      say('c'),
      [...say('d').slice(0, 2), 3, broken],
    ])
    const { log, all } = noting()
    const provider = compose(inner, hooks({ ...all, clock }), again)
    await provider.stream(request).completion()
    expect(log.splice(0)).toEqual([
      'onRequest stream',
      'onAttempt stream server',
      'onFirstToken stream 12',
      'onAttempt stream',
      'onComplete stream 12',
    ])
    for await (const text of provider.stream(request).textStream) expect(text).toBe('c')
    expect(log.splice(0)).toEqual([
      'onRequest stream',
      'onFirstToken stream 0',
      'onAttempt stream',
      'onComplete stream 0',
    ])
    await expect(provider.stream(request).completion()).rejects.toMatchObject({
      attempts: [{ error: 'server', ms: 3 }],
    })
    expect(log.splice(0)).toEqual([
      'onRequest stream',
      'onFirstToken stream 0',
      'onAttempt stream server',
      'onError stream server 3',
    ])
    const seen = vi.fn()
    const reader = compose(inner, hooks({ onComplete: seen, clock }))
      .stream(request)
      [Symbol.asyncIterator]()
    await reader.next()
    await reader.return?.()
    expect(seen.mock.calls[0]?.[0]).toMatchObject({
      operation: 'stream',
      result: { interrupted: true, attempts: [{ error: 'aborted' }] },
    })
  })

  test('inside retry of streams leave no listener behind', async () => {
    const { clock, inner, again } = setup([[broken], [broken]])
    const { log, all } = noting()
    await compose(inner, again, hooks({ ...all, clock }))
      .stream(request)
      .completion()
    expect(log.filter(line => line.startsWith('onAttempt'))).toEqual([
      'onAttempt stream server',
      'onAttempt stream server',
      'onAttempt stream',
    ])
  })

  test('tell of capabilities, whole and in pieces', async () => {
    const { clock, inner } = setup([say('x'), [5, ...say('y')], [...say('z').slice(0, 1), broken]])
    const { log, all } = noting()
    const provider = compose(inner, hooks({ ...all, clock }))
    await provider.embed({ model: 'm', input: ['x'] })
    expect(log.splice(0)).toEqual(['onRequest embed', 'onAttempt embed', 'onComplete embed 0'])
    const drain = async (): Promise<void> => {
      for await (const piece of provider.streamSpeech({ model: 'm', text: 'Hi' })) expect(piece.length).toBe(1)
    }
    await drain()
    expect(log.splice(0)).toEqual([
      'onRequest streamSpeech',
      'onFirstToken streamSpeech 5',
      'onAttempt streamSpeech',
      'onComplete streamSpeech 5',
    ])
    await expect(drain()).rejects.toMatchObject({ code: 'server', attempts: [{ error: 'server' }] })
    expect(log).toEqual([
      'onRequest streamSpeech',
      'onFirstToken streamSpeech 0',
      'onAttempt streamSpeech server',
      'onError streamSpeech server 0',
    ])
  })

  test('know which backup a try was made at', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const places: string[] = []
    const provider = fallback(
      [scriptedProvider(clock, () => [broken], 'a'), scriptedProvider(clock, () => say('ok'), 'b')],
      { clock },
    )
    const watched = compose(provider, hooks({ onAttempt: ({ attempt }) => places.push(attempt.provider), clock }))
    await watched.complete(request)
    expect([places, watched.endpoints.map(({ state }) => state)]).toEqual([
      ['p', 'b'],
      ['open', 'closed'],
    ])
  })

  test.each(['throws', 'rejects'])('a hook that %s never breaks a call', async how => {
    const failing = (): unknown => {
      if (how === 'throws') throw new Error('hook')
      return Promise.reject(new Error('hook'))
    }
    const { clock, inner, again } = setup([[limited], say('one'), [limited], say('two')])
    const all = Object.fromEntries(NAMES.map(name => [name, failing])) as Hooks
    const provider = compose(inner, hooks({ ...all, clock }), again)
    expect((await provider.complete(request)).text).toBe('one')
    expect((await provider.stream(request).completion()).text).toBe('two')
    await expect(
      compose(
        scriptedProvider(clock, () => [broken]),
        hooks({ ...all, clock }),
      ).complete(request),
    ).rejects.toBe(broken)
  })

  test('that do not exist are refused', () => {
    expect(() => hooks({ onAttempts: () => undefined } as Hooks)).toThrow('onAttempts')
  })
})
