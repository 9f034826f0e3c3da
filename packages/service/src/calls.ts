import {
  ModelClient,
  ModelSpecRegistry,
  ValidationError,
  type CompletionOptions,
  type InferSchema,
  type Message,
  type ModelFamily,
  type Provider,
  type ProviderRegistry,
  type Schema,
} from '@llm/core'
import { callOf, createMediaCalls, type MediaCalls } from './media-calls.ts'
import type { ServiceTarget, StructuredRequest, TextRequest } from './requests.ts'
import { infoOf, textAnswer, type ObjectAnswer, type TextAnswer } from './responses.ts'

/** Makes a client of a family over a provider: `gpt` and the other factories are such functions. */
export type ClientFactory = (model: string, options: { readonly provider: Provider }) => ModelClient

/** The calls that a service makes, by the kinds of requests. */
export interface Calls extends MediaCalls {
  text(request: TextRequest, requestId: string): Promise<TextAnswer>
  object<S extends Schema>(request: StructuredRequest<S>, requestId: string): Promise<ObjectAnswer<InferSchema<S>>>
}

/** A model without a family: no rules are applied to it. */
const NO_FAMILY: ModelFamily = { name: '', registry: () => new ModelSpecRegistry([]) }

/** Makes the calls over named providers. */
export function createCalls(registry: ProviderRegistry, family: (model: string) => ClientFactory | undefined): Calls {
  const clientOf = ({ provider: name, model }: ServiceTarget): ModelClient => {
    const provider = registry.provider(name)
    return family(model)?.(model, { provider }) ?? new ModelClient(model, { provider, family: NO_FAMILY })
  }
  return {
    text: async (request, requestId) =>
      textAnswer(await clientOf(request).complete(messagesOf(request), optionsOf(request, requestId))),
    object: async (request, requestId) => {
      const { schema } = request
      const completion = await clientOf(request).completeObject(
        schema,
        messagesOf(request),
        optionsOf(request, requestId),
      )
      return { kind: 'object', ...infoOf(completion), object: completion.object }
    },
    ...createMediaCalls(name => registry.provider(name)),
  }
}

function messagesOf({ prompt, messages }: TextRequest): readonly Message[] {
  if (messages !== undefined && prompt === undefined) return messages
  if (prompt !== undefined && messages === undefined) return [{ role: 'user', content: prompt }]
  throw new ValidationError({
    message: 'A request has either a prompt or messages.',
    hint: 'Give a prompt for one question, or messages for a conversation, and leave out the other.',
    parameter: 'prompt',
  })
}

function optionsOf(request: TextRequest, requestId: string): CompletionOptions {
  const { vectorStoreId, maxResults, options } = request
  const fileSearch = vectorStoreId === undefined ? undefined : { vectorStoreIds: [vectorStoreId], maxResults }
  return { ...options, ...(fileSearch && { fileSearch }), ...callOf(request, requestId) }
}
