import type { PreparedRequest } from '../leaf/codec.ts'
import { defineProvider } from '../leaf/define-provider.ts'
import type { Provider } from '../provider.ts'

/** A host that is none, and what it was sent. */
export interface FakeHost {
  readonly provider: Provider
  /** The requests as a codec gets them, fitted to their model, oldest first. */
  readonly sent: readonly PreparedRequest<unknown>[]
}

/**
 * A host that answers every call with `ok` and keeps what it was sent: for tests of model families.
 *
 * @example
 * ```ts
 * import { createFakeHost } from '@llm/core/testing'
 *
 * const { provider, sent } = createFakeHost()
 * await provider.complete({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], temperature: 0 })
 * sent[0]?.temperature // 0
 * ```
 */
export function createFakeHost(id: string = 'fake'): FakeHost {
  const sent: PreparedRequest<unknown>[] = []
  const provider = defineProvider<unknown>({
    id,
    codec: {
      protocol: 'fake',
      renderRequest: request => {
        sent.push(request)
        return {}
      },
      parseResponse: (_, context) => {
        context.emit({ type: 'text-delta', text: 'ok' })
        context.emit({ type: 'finish', finishReason: 'stop' })
      },
      createStreamParser: () => ({ push: () => undefined, done: true, end: () => true }),
    },
    transport: { fetch: () => Promise.resolve(Response.json({})), readError: () => ({}) },
    options: () => Promise.reject(new Error('no options are used')),
    buildRequest: () => Promise.resolve({ url: 'https://example.com' }),
  })
  return { provider, sent }
}
