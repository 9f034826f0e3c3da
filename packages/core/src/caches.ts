import type { CallOptions } from './call-options.ts'
import type { Message } from './message.ts'
import type { ToolDefinition } from './tools/tool.ts'

/** The beginning of conversations, kept at the host so that it need not be read again by each call. */
export interface PromptCache {
  readonly id: string
  /** The model that it was made for, as the host calls it: no other can use it. */
  readonly model: string
  /** What it holds, in tokens. */
  readonly tokens?: number
  /** When the host forgets it: an ISO 8601 date. */
  readonly expiresAt?: string
}

/** What to keep. */
export interface PromptCacheRequest extends CallOptions {
  readonly model: string
  /** What every conversation begins with. */
  readonly messages: readonly Message[]
  readonly tools?: readonly ToolDefinition[] | undefined
  /** How long, in milliseconds. Defaults to the host's own. */
  readonly ttlMs?: number | undefined
}

/** Prompt caches that are made and paid for by themselves, at hosts that have them. How a call uses one is the host's own. */
export interface CacheClient {
  create(request: PromptCacheRequest): Promise<PromptCache>
  get(id: string, options?: CallOptions): Promise<PromptCache>
  list(options?: CallOptions): Promise<readonly PromptCache[]>
  /** Keeps it for so many milliseconds from now. */
  extend(id: string, options: CallOptions & { readonly ttlMs: number }): Promise<PromptCache>
  delete(id: string, options?: CallOptions): Promise<void>
}
