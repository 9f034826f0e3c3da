import type { BatchClient } from './batches.ts'
import type { CacheClient } from './caches.ts'
import type { CodeRequest } from './code-completion.ts'
import type { Completion, CompletionRequest } from './completion.ts'
import type { Embedding, EmbeddingRequest } from './embedding.ts'
import type { FileClient, VectorStoreClient } from './files.ts'
import type { GeneratedImages, ImageEvent, ImageRequest } from './media/image.ts'
import type { Speech, SpeechRequest } from './media/speech.ts'
import type { Transcription, TranscriptionEvent, TranscriptionRequest } from './media/transcription.ts'
import type { VideoJob, VideoRequest } from './media/video.ts'
import type { Moderation, ModerationRequest } from './moderation.ts'
import type { RerankRequest, Reranking } from './rerank.ts'
import type { Warning } from './warning.ts'
import type { CompletionStream } from './stream/completion-stream.ts'

/** What a host can do besides completions. A provider has a member exactly when its host has the capability. */
export interface Capabilities {
  embed(request: EmbeddingRequest): Promise<Embedding>
  /** The most texts that one call of {@link embed} takes. Clients split what is longer. */
  readonly maxEmbeddingInputs: number
  generateImage(request: ImageRequest): Promise<GeneratedImages>
  streamImage(request: ImageRequest): AsyncIterable<ImageEvent>
  generateSpeech(request: SpeechRequest): Promise<Speech>
  /** Bytes of sound as they arrive. */
  streamSpeech(request: SpeechRequest): AsyncIterable<Uint8Array>
  transcribe(request: TranscriptionRequest): Promise<Transcription>
  /** What was said, as it is written down. Connects on the first read. */
  streamTranscription(request: TranscriptionRequest): AsyncIterable<TranscriptionEvent>
  generateVideo(request: VideoRequest): Promise<VideoJob>
  moderate(request: ModerationRequest): Promise<Moderation>
  rerank(request: RerankRequest): Promise<Reranking>
  /** Fills in code between a prefix and a suffix. */
  completeCode(request: CodeRequest): Promise<Completion>
  countTokens(request: CompletionRequest): Promise<TokenCount>
  listModels(options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly ListedModel[]>
  readonly batches: BatchClient
  readonly embeddingBatches: BatchClient<EmbeddingRequest, Embedding>
  readonly files: FileClient
  readonly vectorStores: VectorStoreClient
  readonly caches: CacheClient
}

/** A model as its host lists it. */
export interface ListedModel {
  readonly id: string
  readonly name?: string
  /** When the host says it was made: an ISO 8601 date. */
  readonly createdAt?: string
  /** Input and output together, in tokens. */
  readonly contextWindow?: number
  /** The longest answer, in tokens. */
  readonly maxOutputTokens?: number
}

/** How many tokens a request would take as input, and who counted. */
export interface TokenCount {
  readonly inputTokens: number
  readonly source: 'provider' | 'tokenizer' | 'heuristic'
  /** How far off the count may be, as a part of it: 0.1 is ten per cent either way. Absent where it is exact. */
  readonly errorBound?: number
}

/**
 * A host that runs models: who answers, at which URL, with which credentials. The one seam of this library: clients call
 * it, middleware wraps it, provider packages make it.
 *
 * @example
 * ```ts
 * import type { Provider } from '@llm/core'
 *
 * async function ask(provider: Provider, model: string, question: string): Promise<string> {
 *   const { text } = await provider.complete({ model, messages: [{ role: 'user', content: question }] })
 *   return text
 * }
 * ```
 */
export interface Provider extends Partial<Capabilities> {
  /** The host, in lower case. */
  readonly id: string
  /** The wire format that it speaks. */
  readonly protocol: string
  /** Where it is called, where it was told: two endpoints of one kind may have other models of one name. */
  readonly baseURL?: string | undefined
  /** The model behind a name of the host's own, such as a deployment's, where the provider was told of it. */
  modelOf?(name: string): string | undefined
  /** The model that embeds where a call names none, on a host that was lent one. */
  readonly embeddingModel?: string | undefined
  /**
   * The whole answer at once.
   *
   * @throws {@link LLMError} and its subclasses, and nothing else.
   */
  complete(request: CompletionRequest): Promise<Completion>
  /** The answer as it arrives. Returns at once and connects on the first read; see {@link CompletionStream} on errors. */
  stream(request: CompletionRequest): CompletionStream
  /** What a call would send, without sending it. */
  preview?(request: CompletionRequest): Promise<RequestPreview>
  /** The same host with some settings changed, and the rest of this provider's: what failover makes backups with. */
  derive?(changes: Readonly<Record<string, unknown>>): Provider
  /** Frees what the provider holds, such as connections; calls under way come to their end first. */
  close?(): Promise<void>
}

/** What a call would send. */
export interface RequestPreview {
  /** The model, as the host calls it. */
  readonly model: string
  /** The body, before the vendor's SDK puts it into an HTTP request. */
  readonly body: object
  /** What was done differently from what was asked. */
  readonly warnings: readonly Warning[]
}

/** A layer around a provider. It keeps the provider's capabilities, in type and at run time. */
export type Middleware = <P extends Provider>(next: P) => P

/** What every provider factory takes. Keys are read from the environment at the first call where they are not given. */
export interface ProviderSettings {
  readonly apiKey?: string | undefined
  readonly baseURL?: string | undefined
  /** Sent with every request, over the provider's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Used instead of the global `fetch`. Closing the provider closes it, where it can be closed. */
  readonly fetch?: (typeof globalThis.fetch & { readonly close?: (() => Promise<void>) | undefined }) | undefined
  /** The most milliseconds that a call may take where the request does not say. Defaults to no limit. */
  readonly timeout?: number | undefined
}
