import type { JsonObject, StandardSchema } from '@llm/core'
import type { HostTools } from '@llm/protocol-openai'
import { z } from 'zod'

/** What only OpenAI has: `providerOptions.openai`; the tools are those of responses. Options of the API that is not in use are dropped with a warning. */
export interface OpenAIOptions extends HostTools {
  /**
   * Keep the answer at OpenAI, to be read or continued there. Off unless set: histories are whole here, and nothing of
   * them needs to be stored. Source: https://platform.openai.com/docs/guides/your-data
   *
   * @default false
   */
  readonly store?: boolean | undefined
  /** How fast, and at which price. */
  readonly serviceTier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast' | undefined
  /** Calls with the same key and beginning share a prompt cache. */
  readonly promptCacheKey?: string | undefined
  readonly promptCacheRetention?: 'in_memory' | '24h' | undefined
  /** An opaque id of the end user, to find abuse. */
  readonly safetyIdentifier?: string | undefined
  /** Labels for the answer in OpenAI's console. At most 16. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** How many likely alternatives to give for each token, from 0 to 20. They are in the raw body. */
  readonly topLogprobs?: number | undefined
  /** Responses only: go on from an answer that OpenAI stored. */
  readonly previousResponseId?: string | undefined
  /** Responses only: a conversation that OpenAI stores. */
  readonly conversation?: string | undefined
  /** Responses only: further things to have in the answer. */
  readonly include?: readonly string[] | undefined
  /** Responses only: let OpenAI drop the oldest items of a history that is too long. */
  readonly truncation?: 'auto' | 'disabled' | undefined
  /** Responses only: the most calls to tools that OpenAI runs. */
  readonly maxToolCalls?: number | undefined
  /** Chat only: what to answer with. */
  readonly modalities?: readonly ('text' | 'audio')[] | undefined
  /** Chat only: the voice and the format of a spoken answer. */
  readonly audio?:
    { readonly voice: string; readonly format: 'wav' | 'mp3' | 'flac' | 'opus' | 'pcm16' | 'aac' } | undefined
  /** Chat only: text that the answer will mostly repeat. */
  readonly prediction?: string | undefined
  /** Chat only: makes tokens, by their ids, more or less likely: from -100 to 100. */
  readonly logitBias?: Readonly<Record<string, number>> | undefined
  /** Images only: more detail for more money. */
  readonly quality?: 'auto' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | undefined
  /** Images only. Transparent ones are PNG or WebP. */
  readonly background?: 'auto' | 'opaque' | 'transparent' | undefined
  /** Images only. Defaults to PNG. */
  readonly outputFormat?: 'png' | 'jpeg' | 'webp' | 'gif' | 'svg' | undefined
  /** Images only, of JPEG and WebP: from 0 to 100. */
  readonly outputCompression?: number | undefined
  /** Images only: how strictly to judge what is asked for and made. */
  readonly moderation?: 'auto' | 'low' | undefined
  /** Edited images only: how much to keep of them. */
  readonly inputFidelity?: 'low' | 'high' | undefined
  /** Streamed images only: how many stages to show before the last one, from 0 to 3. Defaults to 2. */
  readonly partialImages?: number | undefined
  /** Transcriptions and vector stores: how to cut up the sound or the file, in OpenAI's own form. */
  readonly chunkingStrategy?: 'auto' | JsonObject | undefined
  /** Transcriptions only, with `speakers`: names of up to four speakers, and of each a sample as a `data:` URL. */
  readonly knownSpeakerNames?: readonly string[] | undefined
  readonly knownSpeakerReferences?: readonly string[] | undefined
  /** Files and vector stores: when OpenAI deletes it, such as `{ anchor: 'created_at', seconds: 86_400 }`. */
  readonly expiresAfter?: JsonObject | undefined
  /** Merged into the request's body as it is: for what is newer than this package. Of every capability. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined
}

declare module '@llm/core' {
  interface ProviderOptions {
    readonly openai?: OpenAIOptions | undefined
  }
}

const hostTools = {
  codeExecution: z
    .union([z.boolean(), z.strictObject({ container: z.string().optional(), fileIds: z.array(z.string()).optional() })])
    .optional(),
  mcpServers: z
    .array(
      z.strictObject({
        name: z.string(),
        url: z.string().optional(),
        connectorId: z.string().optional(),
        authorization: z.string().optional(),
        headers: z.record(z.string(), z.string()).optional(),
        allowedTools: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  computerUse: z.boolean().optional(),
  serverTools: z.array(z.record(z.string(), z.unknown())).optional(),
}

/** Checks the options: unknown names and wrong types are errors. */
export const openaiOptions: StandardSchema<OpenAIOptions> = z.strictObject({
  ...hostTools,
  store: z.boolean().optional(),
  serviceTier: z.enum(['auto', 'default', 'flex', 'scale', 'priority', 'fast']).optional(),
  promptCacheKey: z.string().optional(),
  promptCacheRetention: z.enum(['in_memory', '24h']).optional(),
  safetyIdentifier: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  topLogprobs: z.int().min(0).max(20).optional(),
  previousResponseId: z.string().optional(),
  conversation: z.string().optional(),
  include: z.array(z.string()).optional(),
  truncation: z.enum(['auto', 'disabled']).optional(),
  maxToolCalls: z.int().positive().optional(),
  modalities: z.array(z.enum(['text', 'audio'])).optional(),
  audio: z
    .strictObject({ voice: z.string(), format: z.enum(['wav', 'mp3', 'flac', 'opus', 'pcm16', 'aac']) })
    .optional(),
  prediction: z.string().optional(),
  logitBias: z.record(z.string(), z.number().min(-100).max(100)).optional(),
  quality: z.enum(['auto', 'low', 'medium', 'high', 'xhigh', 'max']).optional(),
  background: z.enum(['auto', 'opaque', 'transparent']).optional(),
  outputFormat: z.enum(['png', 'jpeg', 'webp', 'gif', 'svg']).optional(),
  outputCompression: z.int().min(0).max(100).optional(),
  moderation: z.enum(['auto', 'low']).optional(),
  inputFidelity: z.enum(['low', 'high']).optional(),
  partialImages: z.int().min(0).max(3).optional(),
  chunkingStrategy: z.union([z.literal('auto'), z.record(z.string(), z.json())]).optional(),
  knownSpeakerNames: z.array(z.string()).optional(),
  knownSpeakerReferences: z.array(z.string()).optional(),
  expiresAfter: z.record(z.string(), z.json()).optional(),
  extraBody: z.record(z.string(), z.unknown()).optional(),
})
