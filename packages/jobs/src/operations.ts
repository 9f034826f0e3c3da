import {
  UnsupportedOperationError,
  type Capabilities,
  type CompletionRequest,
  type EmbeddingRequest,
  type Provider,
  type VideoRequest,
} from '@llm/core'
import type { JobOperation, JobProgress, StoredEmbedding } from './job.ts'
import type { MediaWriter } from './media.ts'

/** What a call of a job may use. */
export interface OperationContext {
  readonly provider: Provider
  readonly signal: AbortSignal
  readonly stream: boolean
  readonly media: MediaWriter
  /** Told how far it is. */
  readonly progress: (progress: JobProgress) => void
}

type Run = (request: never, context: OperationContext) => Promise<unknown>

/** Those whose result is media: they need a place for it. */
export const MAKES_MEDIA: ReadonlySet<JobOperation> = new Set([
  'generateImage',
  'generateSpeech',
  'generateVideo',
] as const)

const OPERATIONS: Readonly<Record<JobOperation, Run>> = {
  complete,
  embed,
  generateImage: call('generateImage'),
  generateSpeech,
  generateVideo,
  moderate: call('moderate'),
  rerank: call('rerank'),
  transcribe: call('transcribe'),
}

/** Makes the call of a job, and gives its result as plain data, with media in files. */
export async function runOperation(
  operation: JobOperation,
  request: object,
  context: OperationContext,
): Promise<unknown> {
  const result = await OPERATIONS[operation]({ ...request, signal: context.signal } as never, context)
  return context.media.extract(withoutBody(result))
}

async function complete(
  request: CompletionRequest,
  { provider, stream, progress }: OperationContext,
): Promise<unknown> {
  if (!stream) return provider.complete(request)
  const answer = provider.stream(request)
  let text = ''
  for await (const piece of answer.textStream) {
    text += piece
    progress({ text })
  }
  return answer.completion()
}

/** JSON has no typed arrays. */
async function embed(request: EmbeddingRequest, { provider }: OperationContext): Promise<StoredEmbedding> {
  const embedding = await capability(provider, 'embed')(request)
  return { ...embedding, vectors: embedding.vectors.map(vector => [...vector]) }
}

async function generateSpeech(
  request: Parameters<Capabilities['generateSpeech']>[0],
  context: OperationContext,
): Promise<unknown> {
  const { audio, mediaType, ...speech } = await capability(context.provider, 'generateSpeech')(request)
  return { ...speech, audio: await context.media.save(audio, mediaType) }
}

async function generateVideo(request: VideoRequest, context: OperationContext): Promise<unknown> {
  const { signal } = context
  const video = await capability(context.provider, 'generateVideo')(request)
  const { state, message = 'The host says no more.' } = await video.wait({
    signal,
    onProgress: ({ progress }) => {
      if (progress !== undefined) context.progress({ fraction: progress })
    },
  })
  if (state !== 'completed') {
    throw new UnsupportedOperationError({
      message: `The video was not made: ${message}`,
      hint: 'Change the prompt or the image as the host says, and start a new job.',
    })
  }
  const pieces: Uint8Array[] = []
  for await (const piece of video.download({ signal })) pieces.push(piece)
  const { id, provider, model } = video
  return { id, provider, model, video: await context.media.save(Buffer.concat(pieces), 'video/mp4') }
}

type Call = Exclude<JobOperation, 'complete'>

function call(name: Exclude<Call, 'embed' | 'generateSpeech' | 'generateVideo'>): Run {
  return (request, { provider }) => capability(provider, name)(request)
}

function capability<N extends Call>(provider: Provider, name: N): NonNullable<Provider[N]> {
  const method = provider[name]
  if (method !== undefined) return method.bind(provider) as NonNullable<Provider[N]>
  throw new UnsupportedOperationError({
    message: `The provider ${provider.id} has no ${name}.`,
    hint: `Start the job with a provider that has ${name}, or give the workers one under this name.`,
  })
}

/** The host's own form of an answer says the same once more, media included. */
function withoutBody(result: unknown): unknown {
  const { response } = result as { readonly response?: { readonly headers: object } }
  return response === undefined ? result : { ...(result as object), response: { headers: response.headers } }
}
