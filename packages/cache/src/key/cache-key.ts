import { hash } from 'node:crypto'
import type {
  CodeRequest,
  CompletionRequest,
  EmbeddingRequest,
  ImageRequest,
  ModerationRequest,
  RerankRequest,
  SpeechRequest,
  TranscriptionRequest,
} from '@llm/core'
import { canonicalJson } from './canonical-json.ts'
import type { RequestFields } from './request-fields.ts'

/** The requests that a cache answers, by operation. A stream is a completion. */
export interface CachedRequests {
  readonly complete: CompletionRequest
  readonly embed: EmbeddingRequest
  readonly completeCode: CodeRequest
  readonly moderate: ModerationRequest
  readonly rerank: RerankRequest
  readonly transcribe: TranscriptionRequest
  readonly generateSpeech: SpeechRequest
  readonly generateImage: ImageRequest
}

/** What a cache answers. */
export type CachedOperation = keyof CachedRequests

/** A call that is looked up. */
export interface CacheCall {
  readonly operation: CachedOperation
  /** The id of the provider. */
  readonly provider: string
  readonly request: CachedRequests[CachedOperation]
  /** What decides the answer, and calls must be alike in by default. Of a call to embed, one for each text. */
  readonly fields: RequestFields
}

/** What calls must be alike in to share an answer, as any JSON; `undefined` keeps the call out of the cache. */
export type KeyFunction = (call: CacheCall) => unknown

/** How keys are made. */
export interface KeyOptions {
  readonly key?: KeyFunction | undefined
  readonly namespace: string | ((call: CacheCall) => string)
}

/** The key of a call: its namespace, and a hash, as keys must not tell what was asked. */
export function cacheKey(call: CacheCall, { key, namespace }: KeyOptions): string | undefined {
  const parts = key === undefined ? call.fields : key(call)
  if (parts === undefined) return undefined
  return namespacePrefix(typeof namespace === 'string' ? namespace : namespace(call)) + digest(parts)
}

/** What every key of a namespace begins with, and no key of another one. */
export function namespacePrefix(namespace: string): string {
  return `${encodeURIComponent(namespace)}:`
}

/** A short text that is the same for equal values alone. */
export function digest(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'base64url')
}
