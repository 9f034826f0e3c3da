import {
  APICallError,
  encodeBase64,
  sniffMediaType,
  UnsupportedOperationError,
  type CallOptions,
  type MediaSource,
  type Provider,
} from '@llm/core'
import type {
  ServiceEmbeddingRequest,
  ServiceImageRequest,
  ServiceSpeechRequest,
  ServiceTarget,
  ServiceTranscriptionRequest,
  ServiceVideoRequest,
} from './requests.ts'
import {
  infoOf,
  type EmbeddingAnswer,
  type ImageAnswer,
  type SpeechAnswer,
  type TranscriptionAnswer,
  type VideoAnswer,
} from './responses.ts'

/** The calls besides completions. */
export interface MediaCalls {
  image(request: ServiceImageRequest, requestId: string): Promise<ImageAnswer>
  speech(request: ServiceSpeechRequest, requestId: string): Promise<SpeechAnswer>
  transcription(request: ServiceTranscriptionRequest, requestId: string): Promise<TranscriptionAnswer>
  video(request: ServiceVideoRequest, requestId: string): Promise<VideoAnswer>
  embedding(request: ServiceEmbeddingRequest, requestId: string): Promise<EmbeddingAnswer>
}

/** Makes them over named providers. */
export function createMediaCalls(providerOf: (name: string) => Provider): MediaCalls {
  return {
    async image(request, requestId) {
      const provider = providerOf(request.provider)
      if (provider.generateImage === undefined) throw cannot(provider, 'makes no images')
      const made = await provider.generateImage(forProvider(request, requestId))
      return { kind: 'image', ...infoOf(made), images: made.images.map(({ source }) => imageOf(source)) }
    },
    async speech(request, requestId) {
      const provider = providerOf(request.provider)
      if (provider.generateSpeech === undefined) throw cannot(provider, 'does not speak')
      const spoken = await provider.generateSpeech(forProvider(request, requestId))
      return { kind: 'speech', ...infoOf(spoken), base64: encodeBase64(spoken.audio), mediaType: spoken.mediaType }
    },
    async transcription(request, requestId) {
      const provider = providerOf(request.provider)
      if (provider.transcribe === undefined) throw cannot(provider, 'writes no sound down')
      const written = await provider.transcribe(forProvider(request, requestId))
      const { text, language, duration, segments } = written
      const known = { ...(language !== undefined && { language }), ...(duration !== undefined && { duration }) }
      return { kind: 'transcription', ...infoOf(written), text, segments, ...known }
    },
    async video(request, requestId) {
      const provider = providerOf(request.provider)
      if (provider.generateVideo === undefined) throw cannot(provider, 'makes no videos')
      return video(provider.generateVideo.bind(provider), forProvider(request, requestId))
    },
    async embedding(request, requestId) {
      const provider = providerOf(request.provider)
      if (provider.embed === undefined) throw cannot(provider, 'has no embeddings')
      const embedded = await provider.embed(forProvider(request, requestId))
      return { kind: 'embedding', ...infoOf(embedded), vectors: embedded.vectors.map(vector => [...vector]) }
    },
  }
}

type GenerateVideo = NonNullable<Provider['generateVideo']>

/** A video takes minutes; whoever cannot wait for it makes a background job of the call. */
async function video(generate: GenerateVideo, request: Parameters<GenerateVideo>[0]): Promise<VideoAnswer> {
  const job = await generate(request)
  const { signal, timeout } = request
  const options = { signal, timeout }
  const { state, message = 'The host does not say why.' } = await job.wait(options)
  if (state === 'failed') {
    throw new APICallError({
      message: `${job.provider} made no video: ${message}`,
      hint: 'Change the prompt, or try again.',
      provider: job.provider,
      model: job.model,
    })
  }
  const bytes = await collect(job.download(options))
  return {
    kind: 'video',
    provider: job.provider,
    model: job.model,
    usage: { source: 'reported' },
    warnings: [],
    base64: encodeBase64(bytes),
    mediaType: sniffMediaType(bytes) ?? 'video/mp4',
  }
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: BlobPart[] = []
  for await (const piece of pieces) all.push(piece as Uint8Array<ArrayBuffer>)
  return new Uint8Array(await new Blob(all).arrayBuffer())
}

/** A request as the provider takes it: without what only the service knows, and with whom it is for as metadata. */
function forProvider<R extends ServiceTarget & { readonly kind?: string }>(
  request: R,
  requestId: string,
): Omit<R, keyof ServiceTarget | 'kind'> & CallOptions & { readonly model: string } {
  const {
    provider: _provider,
    kind: _kind,
    userId,
    projectId,
    organizationId,
    tags,
    signal,
    timeout,
    ...rest
  } = request
  return { ...rest, ...callOf({ userId, projectId, organizationId, tags, signal, timeout }, requestId) } as never
}

/** For whom a call is made, and how long it may take. */
export function callOf(
  { userId, projectId, organizationId, tags, signal, timeout }: Omit<ServiceTarget, 'provider' | 'model'>,
  requestId: string,
): CallOptions {
  return { metadata: { requestId, userId, projectId, organizationId, tags }, signal, timeout }
}

function imageOf(source: MediaSource): ImageAnswer['images'][number] {
  const mediaType = source.mediaType === undefined ? {} : { mediaType: source.mediaType }
  if ('url' in source) return { ...mediaType, url: source.url }
  return 'base64' in source ? { ...mediaType, base64: source.base64 } : mediaType
}

function cannot({ id }: Provider, what: string): UnsupportedOperationError {
  return new UnsupportedOperationError({
    message: `${id} ${what}.`,
    hint: 'Use a provider that can: see its capabilities.',
  })
}
