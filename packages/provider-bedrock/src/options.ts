import type { JsonObject, StandardSchema } from '@llm/core'
import { z } from 'zod'

/** What only Bedrock has: `providerOptions.bedrock`. */
export interface BedrockOptions {
  /** A guardrail to hold the call to. What it found is in `usage.raw.trace`, where `trace` asks for it. */
  readonly guardrail?:
    | {
        /** Its id or ARN. */
        readonly identifier: string
        /** Its version: a number, or `DRAFT`. */
        readonly version: string
        readonly trace?: 'enabled' | 'disabled' | 'enabled_full' | undefined
        /** Streams only: `sync` holds text back until it is checked, `async` does not. */
        readonly streamProcessingMode?: 'sync' | 'async' | undefined
      }
    | undefined
  /** Where to end a beginning that the prompt cache keeps: after the tools, the instructions, the last user message. */
  readonly cachePoints?: readonly ('tools' | 'system' | 'messages')[] | undefined
  /** How long the cache keeps it. Defaults to five minutes. */
  readonly cacheTtl?: '5m' | '1h' | undefined
  /** Have the model cite the documents of the request, where it can. */
  readonly citations?: boolean | undefined
  /** Tools that Bedrock runs itself, by name, such as `nova_code_interpreter`. */
  readonly systemTools?: readonly string[] | undefined
  /** What to fill into a prompt of Bedrock's prompt management, whose ARN is the model. */
  readonly promptVariables?: Readonly<Record<string, string>> | undefined
  /**
   * Parameters that only this model has, in its own form: `{ top_k: 5 }`, `{ thinking: { type: 'enabled',
   * budget_tokens: 1024 } }`.
   */
  readonly additionalModelRequestFields?: JsonObject | undefined
  /** JSON pointers to fields of the model's own answer. They are in the raw body. */
  readonly additionalModelResponseFieldPaths?: readonly string[] | undefined
  /** Labels for the invocation log. */
  readonly requestMetadata?: Readonly<Record<string, string>> | undefined
  /** Whether to use the model's latency-optimised version. */
  readonly latency?: 'standard' | 'optimized' | undefined
  /** How fast, and at which price. */
  readonly serviceTier?: 'default' | 'flex' | 'priority' | 'reserved' | undefined
  /** Merged into the request's body as it is: for what is newer than this package. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined
}

declare module '@llm/core' {
  interface ProviderOptions {
    readonly bedrock?: BedrockOptions | undefined
  }
}

/** Checks the options: unknown names and wrong types are errors. */
export const bedrockOptions: StandardSchema<BedrockOptions> = z.strictObject({
  guardrail: z
    .strictObject({
      identifier: z.string(),
      version: z.string(),
      trace: z.enum(['enabled', 'disabled', 'enabled_full']).optional(),
      streamProcessingMode: z.enum(['sync', 'async']).optional(),
    })
    .optional(),
  cachePoints: z.array(z.enum(['tools', 'system', 'messages'])).optional(),
  cacheTtl: z.enum(['5m', '1h']).optional(),
  citations: z.boolean().optional(),
  systemTools: z.array(z.string()).optional(),
  promptVariables: z.record(z.string(), z.string()).optional(),
  additionalModelRequestFields: z.record(z.string(), z.json()).optional(),
  additionalModelResponseFieldPaths: z.array(z.string()).optional(),
  requestMetadata: z.record(z.string(), z.string()).optional(),
  latency: z.enum(['standard', 'optimized']).optional(),
  serviceTier: z.enum(['default', 'flex', 'priority', 'reserved']).optional(),
  extraBody: z.record(z.string(), z.unknown()).optional(),
})
