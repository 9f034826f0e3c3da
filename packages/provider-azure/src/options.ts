import type { JsonObject, StandardSchema } from '@llm/core'
import type { HostTools } from '@llm/protocol-openai'
import { z } from 'zod'

/** What only Azure has: `providerOptions.azure`. Options of the API that is not in use are dropped with a warning. */
export interface AzureOptions extends HostTools {
  /** Keep the answer at Azure, to be read or continued there. */
  readonly store?: boolean | undefined
  /** How fast, and at which price. */
  readonly serviceTier?: 'auto' | 'default' | 'flex' | 'priority' | undefined
  /** Calls with the same key and beginning share a prompt cache. */
  readonly promptCacheKey?: string | undefined
  /** An opaque id of the end user, to find abuse. */
  readonly safetyIdentifier?: string | undefined
  /** Labels for a stored answer. At most 16. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** How many likely alternatives to give for each token, from 0 to 20. They are in the raw body. */
  readonly topLogprobs?: number | undefined
  /**
   * Chat only: Azure's own search in your data, in its own form. Source:
   * https://learn.microsoft.com/azure/ai-foundry/openai/references/on-your-data
   */
  readonly dataSources?: readonly JsonObject[] | undefined
  /** Responses only: go on from an answer that Azure stored. */
  readonly previousResponseId?: string | undefined
  /** Merged into the request's body as it is: for what is newer than this package. Of embeddings and media too. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined
}

declare module '@llm/core' {
  interface ProviderOptions {
    readonly azure?: AzureOptions | undefined
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
export const azureOptions: StandardSchema<AzureOptions> = z.strictObject({
  ...hostTools,
  store: z.boolean().optional(),
  serviceTier: z.enum(['auto', 'default', 'flex', 'priority']).optional(),
  promptCacheKey: z.string().optional(),
  safetyIdentifier: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  topLogprobs: z.int().min(0).max(20).optional(),
  dataSources: z.array(z.record(z.string(), z.json())).optional(),
  previousResponseId: z.string().optional(),
  extraBody: z.record(z.string(), z.unknown()).optional(),
})
