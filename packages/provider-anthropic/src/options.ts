import type { StandardSchema } from '@llm/core'
import { z } from 'zod'

/** Which parts of a prompt the API keeps, so that the next call with the same beginning costs less and starts sooner. */
export interface AnthropicCache {
  /**
   * How long it is kept after its last use.
   *
   * @default '5m'
   */
  readonly ttl?: '5m' | '1h' | undefined
  /**
   * After what to mark a beginning: the tools, the system prompt, a turn of the conversation (0 is the first, -1 the last;
   * what the user says and the results of tools are one turn). At most four. Absent: one mark at the end of the prompt,
   * which the API moves along as the conversation grows.
   */
  readonly after?: readonly ('tools' | 'system' | number)[] | undefined
}

/** How Claude thinks, in the API's own words, where `reasoning` of a request does not say enough. */
export type AnthropicThinking =
  | { readonly type: 'adaptive'; readonly display?: 'summarized' | 'omitted' | undefined }
  | {
      readonly type: 'enabled'
      /** In tokens, at least 1,024. */
      readonly budgetTokens: number
      readonly display?: 'summarized' | 'omitted' | undefined
    }
  | { readonly type: 'disabled' | 'between_tools' }

/** Limits of the web fetch tool. */
export interface AnthropicWebFetch {
  readonly domains?: readonly string[] | undefined
  readonly blockedDomains?: readonly string[] | undefined
  readonly maxUses?: number | undefined
  /** The most tokens that one page may add to the prompt. */
  readonly maxContentTokens?: number | undefined
  readonly citations?: boolean | undefined
}

/** What only Anthropic has: `providerOptions.anthropic`. Source: https://platform.claude.com/docs/en/api/messages */
export interface AnthropicOptions {
  /** Cache the prompt. `auto` is one mark at its end. Nothing is cached unless this is set. */
  readonly cache?: 'auto' | AnthropicCache | undefined
  /** Goes before what `reasoning` asks for. */
  readonly thinking?: AnthropicThinking | undefined
  /** Let Claude read web pages whose addresses are in the conversation. */
  readonly webFetch?: boolean | AnthropicWebFetch | undefined
  /** Let Claude run code in a container at Anthropic. */
  readonly codeExecution?: boolean | undefined
  /** Servers of tools that Anthropic calls by itself: name the tools that it may use. Defaults to all that a server has. */
  readonly mcpServers?: readonly AnthropicMcpServer[] | undefined
  /**
   * Let Claude use a computer whose screen has this size, in pixels: give a tool of the name `computer`, which takes its
   * actions and answers with a screenshot.
   */
  readonly computerUse?: { readonly width: number; readonly height: number } | undefined
  /** The container of an earlier answer, to go on in it: its id is in the raw body. */
  readonly container?: string | undefined
  /** Further tools that the API knows, in its own form, such as tool search or memory. */
  readonly serverTools?: readonly Readonly<Record<string, unknown>>[] | undefined
  /** Have answers cite the documents of the conversation. */
  readonly citations?: boolean | undefined
  /** Rules for a context that grows too long, in the API's own form; compaction needs its name in `betas` too. */
  readonly contextManagement?: Readonly<Record<string, unknown>> | undefined
  /** Whether priority capacity may be used. */
  readonly serviceTier?: 'auto' | 'standard_only' | undefined
  readonly speed?: 'standard' | 'fast' | undefined
  /** Where in the world to answer, such as `us`. */
  readonly inferenceGeo?: string | undefined
  /** An opaque id of the end user, to find abuse. */
  readonly userId?: string | undefined
  /** Beta features to switch on: sent as the `anthropic-beta` header. */
  readonly betas?: readonly string[] | undefined
  /** Merged into the request's body as it is: for what is newer than this package. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined
}

/** A server of tools that Anthropic calls. */
export interface AnthropicMcpServer {
  readonly name: string
  readonly url: string
  /** An OAuth token for it. */
  readonly authorization?: string | undefined
  readonly allowedTools?: readonly string[] | undefined
}

declare module '@llm/core' {
  interface ProviderOptions {
    readonly anthropic?: AnthropicOptions | undefined
  }
}

const display = z.enum(['summarized', 'omitted']).optional()
const record = z.record(z.string(), z.unknown())
const strings = z.array(z.string())

const cache = z.strictObject({
  ttl: z.enum(['5m', '1h']).optional(),
  after: z
    .array(z.union([z.enum(['tools', 'system']), z.int()]))
    .max(4)
    .optional(),
})

const thinking = z.union([
  z.strictObject({ type: z.literal('adaptive'), display }),
  z.strictObject({ type: z.literal('enabled'), budgetTokens: z.int().min(1024), display }),
  z.strictObject({ type: z.enum(['disabled', 'between_tools']) }),
])

const webFetch = z.strictObject({
  domains: strings.optional(),
  blockedDomains: strings.optional(),
  maxUses: z.int().positive().optional(),
  maxContentTokens: z.int().positive().optional(),
  citations: z.boolean().optional(),
})

/** Checks the options: unknown names and wrong types are errors. */
export const anthropicOptions: StandardSchema<AnthropicOptions> = z.strictObject({
  cache: z.union([z.literal('auto'), cache]).optional(),
  thinking: thinking.optional(),
  webFetch: z.union([z.boolean(), webFetch]).optional(),
  codeExecution: z.boolean().optional(),
  mcpServers: z
    .array(
      z.strictObject({
        name: z.string(),
        url: z.string(),
        authorization: z.string().optional(),
        allowedTools: strings.optional(),
      }),
    )
    .optional(),
  computerUse: z.strictObject({ width: z.int().positive(), height: z.int().positive() }).optional(),
  container: z.string().optional(),
  serverTools: z.array(record).optional(),
  citations: z.boolean().optional(),
  contextManagement: record.optional(),
  serviceTier: z.enum(['auto', 'standard_only']).optional(),
  speed: z.enum(['standard', 'fast']).optional(),
  inferenceGeo: z.string().optional(),
  userId: z.string().optional(),
  betas: strings.optional(),
  extraBody: record.optional(),
})
