import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Completion, CompletionRequest } from '../completion.ts'
import type { Middleware, Provider, TokenCount } from '../provider.ts'
import { CompletionAccumulator } from '../stream/accumulator.ts'
import type { CompletionStream } from '../stream/completion-stream.ts'
import { deferStream } from '../stream/defer-stream.ts'
import { compose } from './compose.ts'
import { wrapProvider, type ProviderOverrides } from './wrap-provider.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
const RESULT = Symbol('own')

/** A provider with everything that a careless wrapper loses. */
class ClassProvider implements Provider {
  readonly id = 'class'
  readonly protocol = 'none'
  #calls = 0
  #text: string
  constructor(text: string) {
    this.#text = text
  }
  get calls(): number {
    return this.#calls
  }
  get files(): never {
    throw new Error('loaded too early')
  }
  complete(): Promise<Completion> {
    this.#calls += 1
    const accumulator = new CompletionAccumulator()
    accumulator.push({ type: 'text-delta', text: this.#text })
    return Promise.resolve(accumulator.snapshot())
  }
  stream(): CompletionStream {
    return deferStream(() => Promise.reject(new Error('unused')))
  }
  countTokens(): Promise<TokenCount> {
    return Promise.resolve({ inputTokens: this.#text.length, source: 'provider' })
  }
  [RESULT](): string {
    return this.#text
  }
}
class Child extends ClassProvider {
  override stream(): CompletionStream {
    return super.stream()
  }
  rerank(): Promise<never> {
    return Promise.reject(new Error('no'))
  }
}

describe('a wrapped provider', () => {
  const inner = new Child('hello')
  const wrapped = wrapProvider(inner, {})

  test('has all members of its class and those above, with their private fields', async () => {
    expect((await wrapped.complete()).text).toBe('hello')
    expect(await wrapped.countTokens()).toEqual({ inputTokens: 5, source: 'provider' })
    expect(wrapped[RESULT]()).toBe('hello')
    await expect(wrapped.rerank()).rejects.toThrow('no')
    expect(wrapped.stream()).toBeDefined()
    expect([wrapped.id, wrapped.protocol, 'embed' in wrapped]).toEqual(['class', 'none', false])
  })

  test('reads getters when they are used, not before', () => {
    expect(wrapped.calls).toBe(inner.calls)
    expect(() => wrapped.files).toThrow('loaded too early')
    expect(Object.keys(wrapped)).toContain('countTokens')
  })

  test('has the overrides instead, and leaves the inner one alone', async () => {
    const own = wrapProvider(inner, {
      id: 'other',
      complete: async () => ({ ...(await inner.complete()), model: 'mine' }),
    })
    expect([own.id, inner.id]).toEqual(['other', 'class'])
    expect([(await own.complete()).model, (await inner.complete()).model]).toEqual(['mine', ''])
  })

  test('works for plain objects and objects without a prototype', async () => {
    const plain = Object.assign(Object.create(null) as object, {
      id: 'bare',
      protocol: 'p',
      complete: () => inner.complete(),
      stream: () => inner.stream(),
    }) as Provider
    expect((await wrapProvider(plain, {}).complete(request)).text).toBe('hello')
  })
})

describe('around', () => {
  test('stands around every call that answers with a promise and that there is', async () => {
    const log: string[] = []
    const provider = wrapProvider(new Child('hi'), {
      async around(name, given, proceed) {
        log.push(`${name} ${String((given as CompletionRequest | undefined)?.model)}`)
        return proceed(given)
      },
    })
    await provider.complete()
    await provider.countTokens()
    await provider.rerank().catch(() => undefined)
    expect(log).toEqual(['complete undefined', 'countTokens undefined', 'rerank undefined'])
    expect('embed' in provider).toBe(false)
  })

  test('leaves a replaced complete alone', async () => {
    const seen: string[] = []
    const around: ProviderOverrides['around'] = (name, given, proceed) => {
      seen.push(name)
      return proceed(given)
    }
    const inner = new ClassProvider('x')
    const provider: Provider = wrapProvider(inner, { complete: () => inner.complete(), around })
    await provider.complete(request)
    await provider.countTokens?.(request)
    expect(seen).toEqual(['countTokens'])
  })
})

test('aroundStream stands around what answers piece by piece, and streams of completions are not its business', async () => {
  const names: string[] = []
  const inner = Object.assign(new ClassProvider('x'), {
    async *streamSpeech() {
      yield* await Promise.resolve([new Uint8Array([1]), new Uint8Array([2])])
    },
  })
  const provider = wrapProvider(inner, {
    async *aroundStream(name, given, proceed) {
      names.push(name)
      yield* proceed(given)
      names.push('end')
    },
  })
  const bytes: number[] = []
  for await (const chunk of provider.streamSpeech()) bytes.push(...chunk)
  expect(bytes).toEqual([1, 2])
  expect(names).toEqual(['streamSpeech', 'end'])
  expect('streamImage' in provider).toBe(false)
})

test('compose: the first is the outermost, the type stays', async () => {
  const log: string[] = []
  const named =
    (name: string): Middleware =>
    next =>
      wrapProvider(next, {
        complete: async given => {
          log.push(`${name} in`)
          const completion = await next.complete(given)
          log.push(`${name} out`)
          return completion
        },
      })
  const provider = new ClassProvider('x')
  const stack = compose(provider, named('outer'), named('inner'))
  await (stack as Provider).complete(request)
  expect(log).toEqual(['outer in', 'inner in', 'inner out', 'outer out'])
  expect(compose(provider)).toBe(provider)
  expectTypeOf(stack).toEqualTypeOf<ClassProvider>()
  expectTypeOf(wrapProvider(provider, {})).toEqualTypeOf<ClassProvider>()
  expectTypeOf<Provider['countTokens']>().toBeNullable()
  expectTypeOf<(typeof stack)['countTokens']>().returns.resolves.toEqualTypeOf<TokenCount>()
})
