import type {
  CompletionOptions,
  ImageRequest,
  JsonSchema,
  Message,
  RequestMetadata,
  Schema,
  SpeechRequest,
  TranscriptionRequest,
  VideoRequest,
} from '@llm/core'

/** Who runs which model, and for whom. */
export interface ServiceTarget {
  /** A name of the service's providers. */
  readonly provider: string
  readonly model: string
  readonly userId?: string | undefined
  readonly projectId?: string | undefined
  readonly organizationId?: string | undefined
  readonly tags?: RequestMetadata['tags']
  /** Ends the call. The one field that is no data. */
  readonly signal?: AbortSignal | undefined
  /** The most milliseconds that the call may take. */
  readonly timeout?: number | undefined
}

/** What is asked: a question, or a conversation. One of both. */
export interface TextRequest extends ServiceTarget {
  readonly prompt?: string | undefined
  readonly messages?: readonly Message[] | undefined
  /** Search this vector store while answering. */
  readonly vectorStoreId?: string | undefined
  /** The most results of that search. */
  readonly maxResults?: number | undefined
  /** Everything else that a call takes: temperature, tools to name, reasoning. */
  readonly options?: Omit<CompletionOptions, 'output' | 'signal' | 'timeout' | 'metadata' | 'fileSearch'> | undefined
}

/** A question whose answer must fit a schema. */
export interface StructuredRequest<S extends Schema = JsonSchema> extends TextRequest {
  readonly schema: S
}

/** An image to make. */
export interface ServiceImageRequest
  extends ServiceTarget, Pick<ImageRequest, 'prompt' | 'images' | 'n' | 'size' | 'aspectRatio'> {}

/** A text to speak. */
export interface ServiceSpeechRequest extends ServiceTarget, Pick<SpeechRequest, 'text' | 'voice' | 'format'> {}

/** Sound to write down, by URL or as base64 text. */
export interface ServiceTranscriptionRequest
  extends ServiceTarget, Pick<TranscriptionRequest, 'audio' | 'language' | 'prompt' | 'timestamps' | 'speakers'> {}

/** A video to make. It takes minutes, and the call waits for it. */
export interface ServiceVideoRequest
  extends ServiceTarget, Pick<VideoRequest, 'prompt' | 'image' | 'duration' | 'size' | 'aspectRatio' | 'seed'> {}

/** Texts to turn into vectors. */
export interface ServiceEmbeddingRequest extends ServiceTarget {
  readonly input: readonly string[]
  /** Shorter vectors, on models that can cut them. */
  readonly dimensions?: number | undefined
}

/** A call as data: what a queue, a route or another process hands over. `kind` says what is wanted. */
export type ServiceRequest =
  | (TextRequest & { readonly kind?: 'text' | undefined })
  | (StructuredRequest & { readonly kind: 'object' })
  | (ServiceImageRequest & { readonly kind: 'image' })
  | (ServiceSpeechRequest & { readonly kind: 'speech' })
  | (ServiceTranscriptionRequest & { readonly kind: 'transcription' })
  | (ServiceVideoRequest & { readonly kind: 'video' })
  | (ServiceEmbeddingRequest & { readonly kind: 'embedding' })
