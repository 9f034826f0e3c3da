import type { JsonObject, StandardSchema } from '@llm/core'
import { z } from 'zod'

/** What only Groq has: `providerOptions.groq`. Source: https://console.groq.com/docs/api-reference */
export interface GroqOptions {
  /**
   * Where Qwen's reasoning goes: into `reasoning`, into the text between `<think>` tags, or nowhere. Not for GPT-OSS.
   * Groq's default is `raw`, with tools or JSON `parsed`.
   */
  readonly reasoningFormat?: 'parsed' | 'raw' | 'hidden' | undefined
  /** `false` hides the reasoning of GPT-OSS. Not together with `reasoningFormat`. */
  readonly includeReasoning?: boolean | undefined
  /** How fast, and at which price. `flex` fails at once where there is no room. */
  readonly serviceTier?: 'auto' | 'on_demand' | 'flex' | 'performance' | undefined
  /** Tools that Groq runs itself, on models that have them, such as GPT-OSS. */
  readonly builtInTools?: readonly ('browser_search' | 'code_interpreter')[] | undefined
  /** Compound only, in Groq's own form: its models, and which tools it may use. */
  readonly compoundCustom?: JsonObject | undefined
  /** Documents to answer from, in Groq's own form. */
  readonly documents?: readonly JsonObject[] | undefined
  /** Cite documents and searches. */
  readonly citationOptions?: 'enabled' | 'disabled' | undefined
  /** Let the model call tools that the request does not have. */
  readonly disableToolValidation?: boolean | undefined
  /** Speech only: in hertz. */
  readonly sampleRate?: number | undefined
  /** Merged into the request's body as it is: for what is newer than this package. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined
}

declare module '@llm/core' {
  interface ProviderOptions {
    readonly groq?: GroqOptions | undefined
  }
}

/** Checks the options: unknown names and wrong types are errors. */
export const groqOptions: StandardSchema<GroqOptions> = z.strictObject({
  reasoningFormat: z.enum(['parsed', 'raw', 'hidden']).optional(),
  includeReasoning: z.boolean().optional(),
  serviceTier: z.enum(['auto', 'on_demand', 'flex', 'performance']).optional(),
  builtInTools: z.array(z.enum(['browser_search', 'code_interpreter'])).optional(),
  compoundCustom: z.record(z.string(), z.json()).optional(),
  documents: z.array(z.record(z.string(), z.json())).optional(),
  citationOptions: z.enum(['enabled', 'disabled']).optional(),
  disableToolValidation: z.boolean().optional(),
  sampleRate: z.int().positive().optional(),
  extraBody: z.record(z.string(), z.unknown()).optional(),
})
