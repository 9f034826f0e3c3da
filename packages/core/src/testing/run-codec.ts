import type { Completion, CompletionRequest } from '../completion.ts'
import type { CompletionCodec } from '../leaf/codec.ts'
import { defineProvider } from '../leaf/define-provider.ts'
import type { Provider } from '../provider.ts'
import type { Warning } from '../warning.ts'

/** What a codec made of a request. */
export interface Rendered {
  readonly body: Record<string, unknown>
  readonly warnings: readonly Warning[]
}

/**
 * A provider around a codec that sends nothing: each call is answered with a given body. A text is answered as a stream of
 * server-sent events, anything else as JSON.
 */
function codecProvider<Options>(
  codec: CompletionCodec<Options>,
  answer: unknown,
  sent?: (body: object) => void,
): Provider {
  const response = (): Response =>
    typeof answer === 'string'
      ? new Response(answer, { headers: { 'content-type': 'text/event-stream' } })
      : Response.json(answer)
  return defineProvider<Options>({
    id: 'host',
    codec,
    transport: { fetch: () => Promise.resolve(response()), readError: () => ({}) },
    options: () => Promise.resolve(PASS as never),
    buildRequest: body => {
      sent?.(body)
      return Promise.resolve({ url: 'http://localhost/', method: 'POST' })
    },
  })
}

/** Options of any form, as a codec's own tests have no schema of a host. */
const PASS = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } }

/**
 * The body that a codec renders for a request, and what it warns of. `finished` is any whole answer that it can read.
 *
 * @example
 * ```ts
 * import type { CompletionCodec } from '@llm/core'
 * import { renderWith } from '@llm/core/testing'
 *
 * declare const codec: CompletionCodec<object>
 *
 * const { body } = await renderWith(codec, { temperature: 0 }, { answer: 'Hi.' })
 * ```
 */
export async function renderWith<Options>(
  codec: CompletionCodec<Options>,
  request: Partial<CompletionRequest>,
  finished: unknown,
): Promise<Rendered> {
  let body: object = {}
  const provider = codecProvider(codec, finished, rendered => (body = rendered))
  const messages = [{ role: 'user', content: 'Hi' }] as const
  const { warnings } = await provider.complete({ model: 'm', messages, ...request })
  return { body: body as Record<string, unknown>, warnings }
}

/**
 * What a codec reads from a body, or from the text of a stream.
 *
 * @example
 * ```ts
 * import type { CompletionCodec } from '@llm/core'
 * import { parseWith } from '@llm/core/testing'
 *
 * declare const codec: CompletionCodec<object>
 *
 * const { text } = await parseWith(codec, { answer: 'Hi.' })
 * ```
 */
export function parseWith<Options>(codec: CompletionCodec<Options>, answer: unknown): Promise<Completion> {
  const provider = codecProvider(codec, answer)
  const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const
  return typeof answer === 'string' ? provider.stream(request).completion() : provider.complete(request)
}
