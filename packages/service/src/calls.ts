import {
  ModelClient,
  ModelSpecRegistry,
  UnsupportedOperationError,
  ValidationError,
  type CallOptions,
  type CompletionOptions,
  type InferSchema,
  type MediaSource,
  type Message,
  type ModelFamily,
  type Provider,
  type ProviderRegistry,
  type Schema,
} from '@llm/core'
import type {
  ServiceEmbeddingRequest,
  ServiceImageRequest,
  ServiceSpeechRequest,
  ServiceTarget,
  StructuredRequest,
  TextRequest,
} from './requests.ts'
import {
  infoOf,
  textAnswer,
  type EmbeddingAnswer,
  type ImageAnswer,
  type ObjectAnswer,
  type SpeechAnswer,
  type TextAnswer,
} from './responses.ts'

/** Makes a client of a family over a provider: `gpt` and the other factories are such functions. */
export type ClientFactory = (model: string, options: { readonly provider: Provider }) => ModelClient

/** The calls that a service makes. */
export interface Calls {
  text(request: TextRequest, requestId: string): Promise<TextAnswer>
  object<S extends Schema>(request: StructuredRequest<S>, requestId: string): Promise<ObjectAnswer<InferSchema<S>>>
  image(request: ServiceImageRequest, requestId: string): Promise<ImageAnswer>
  speech(request: ServiceSpeechRequest, requestId: string): Promise<SpeechAnswer>
  embedding(request: ServiceEmbeddingRequest, requestId: string): Promise<EmbeddingAnswer>
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
    image: (request, requestId) => image(registry.provider(request.provider), request, requestId),
    speech: (request, requestId) => speech(registry.provider(request.provider), request, requestId),
    embedding: (request, requestId) => embedding(registry.provider(request.provider), request, requestId),
  }
}

async function image(provider: Provider, request: ServiceImageRequest, requestId: string): Promise<ImageAnswer> {
  if (provider.generateImage === undefined) throw cannot(provider, 'makes no images')
  const { model, prompt, images, n, size, aspectRatio } = request
  const made = await provider.generateImage({
    model,
    prompt,
    images,
    n,
    size,
    aspectRatio,
    ...callOf(request, requestId),
  })
  return { kind: 'image', ...infoOf(made), images: made.images.map(({ source }) => imageOf(source)) }
}

async function speech(provider: Provider, request: ServiceSpeechRequest, requestId: string): Promise<SpeechAnswer> {
  if (provider.generateSpeech === undefined) throw cannot(provider, 'does not speak')
  const { model, text, voice, format } = request
  const spoken = await provider.generateSpeech({ model, text, voice, format, ...callOf(request, requestId) })
  return { kind: 'speech', ...infoOf(spoken), base64: toBase64(spoken.audio), mediaType: spoken.mediaType }
}

async function embedding(
  provider: Provider,
  request: ServiceEmbeddingRequest,
  requestId: string,
): Promise<EmbeddingAnswer> {
  if (provider.embed === undefined) throw cannot(provider, 'has no embeddings')
  const { model, input, dimensions } = request
  const embedded = await provider.embed({ model, input, dimensions, ...callOf(request, requestId) })
  return { kind: 'embedding', ...infoOf(embedded), vectors: embedded.vectors.map(vector => [...vector]) }
}

function messagesOf({ prompt, messages }: TextRequest): readonly Message[] {
  if (messages !== undefined && prompt === undefined) return messages
  if (prompt !== undefined && messages === undefined) return [{ role: 'user', content: prompt }]
  throw new ValidationError({
    message: 'A request has either a prompt or messages.',
    hint: 'Give one of both.',
    parameter: 'prompt',
  })
}

function optionsOf(request: TextRequest, requestId: string): CompletionOptions {
  const { vectorStoreId, maxResults, options } = request
  const fileSearch = vectorStoreId === undefined ? undefined : { vectorStoreIds: [vectorStoreId], maxResults }
  return { ...options, ...(fileSearch && { fileSearch }), ...callOf(request, requestId) }
}

function callOf(
  { userId, projectId, organizationId, tags, signal, timeout }: ServiceTarget,
  requestId: string,
): CallOptions {
  return { metadata: { requestId, userId, projectId, organizationId, tags }, signal, timeout }
}

function imageOf(source: MediaSource): ImageAnswer['images'][number] {
  const mediaType = source.mediaType === undefined ? {} : { mediaType: source.mediaType }
  if ('url' in source) return { ...mediaType, url: source.url }
  return 'base64' in source ? { ...mediaType, base64: source.base64 } : mediaType
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += 8192)
    text += String.fromCharCode(...bytes.subarray(start, start + 8192))
  return btoa(text)
}

function cannot({ id }: Provider, what: string): UnsupportedOperationError {
  return new UnsupportedOperationError({
    message: `${id} ${what}.`,
    hint: 'Use a provider that can: see its capabilities.',
  })
}
