import type { Completion, CompletionRequest } from '../completion.ts'
import { createDeadline } from '../http/deadline.ts'
import { CompletionAccumulator } from '../stream/accumulator.ts'
import type { HostDefinition } from './define-provider.ts'
import { planOutput } from './output-plan.ts'
import { createParseContext } from './parse-context.ts'
import { renderRequest, type RenderedRequest, type RenderingHost } from './render-request.ts'
import { reading, type CallContext } from './transport.ts'
import { validateRequest } from './validate-request.ts'

/** A host's wire format where completions travel in something else: in a batch, in a count of tokens. */
export interface BoundCodec<Options> {
  /** The body that `complete` would send. */
  render(request: CompletionRequest): Promise<RenderedRequest<Options>>
  /** The completion that a whole answer holds. What is known of the request says the family and the form. */
  read(body: unknown, about?: Partial<CompletionRequest>): Completion
}

/**
 * Binds a codec to its host, for calls that carry completions without being one. Requests go through the same steps as
 * those of `complete`, and answers come out the same.
 *
 * @example
 * ```ts
 * import { bindCodec, type CompletionCodec, type StandardSchema } from '@llm/core'
 *
 * declare const codec: CompletionCodec<object>
 * declare const options: StandardSchema<object>
 *
 * const bound = bindCodec({
 *   id: 'example',
 *   codec,
 *   transport: { readError: () => ({}) },
 *   options: () => Promise.resolve(options),
 * })
 * const { body } = await bound.render({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
 * ```
 */
export function bindCodec<Options>(
  host: RenderingHost<Options> & Pick<HostDefinition<Options, Record<never, never>>, 'transport'>,
): BoundCodec<Options> {
  const { id, codec, transport } = host
  const { protocol } = codec
  return {
    async render(request) {
      validateRequest(request)
      return renderRequest(host, request, { stream: false, signal: request.signal })
    },
    read(body, about = {}) {
      const request = { model: '', messages: [], ...about }
      const { model } = request
      const deadline = createDeadline(undefined, undefined)
      const call: CallContext = { provider: id, model, transport, deadline, signal: undefined, timeout: undefined }
      const accumulator = new CompletionAccumulator()
      const context = createParseContext({
        call,
        protocol,
        request,
        plan: planOutput(request),
        streamed: false,
        warnings: [],
        sink: event => {
          accumulator.push(event)
        },
      })
      reading(() => {
        codec.parseResponse(body, context)
      }, call)
      accumulator.response = { headers: {}, body }
      return accumulator.snapshot()
    },
  }
}
