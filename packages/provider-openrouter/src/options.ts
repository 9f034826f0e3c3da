import type { JsonObject, StandardSchema } from '@llm/core'
import { z } from 'zod'

/** Which of a model's hosts may answer. Source: https://openrouter.ai/docs/features/provider-routing */
export interface OpenRouterRouting {
  /** Hosts to try, best first, by their slugs at OpenRouter, such as `anthropic`. */
  readonly order?: readonly string[] | undefined
  /** Use these hosts only. */
  readonly only?: readonly string[] | undefined
  /** Never use these hosts. */
  readonly ignore?: readonly string[] | undefined
  /** Go on to other hosts where those in `order` fail. Defaults to true. */
  readonly allowFallbacks?: boolean | undefined
  /** Use only hosts that know every parameter of the request. Defaults to false: they ignore what they do not know. */
  readonly requireParameters?: boolean | undefined
  /** `deny`: use no host that keeps prompts or learns from them. */
  readonly dataCollection?: 'allow' | 'deny' | undefined
  /** Use only hosts that retain nothing. */
  readonly zdr?: boolean | undefined
  /** Use only models whose author allows others to learn from their answers. */
  readonly enforceDistillableText?: boolean | undefined
  /** Such as `fp8`. */
  readonly quantizations?: readonly string[] | undefined
  /** What to prefer, in place of balancing the load. `partition: 'none'` sorts the hosts of all `models` together. */
  readonly sort?:
    | 'price'
    | 'throughput'
    | 'latency'
    | {
        readonly by: 'price' | 'throughput' | 'latency'
        readonly partition?: 'model' | 'none' | undefined
      }
    | undefined
  /** The most to pay: US dollars per million tokens, or per request or image. */
  readonly maxPrice?:
    Readonly<Partial<Record<'prompt' | 'completion' | 'request' | 'image' | 'audio', number>>> | undefined
  /** Tokens a second below which a host is used last; by percentile (`p50`, `p90` ...) where it is an object. */
  readonly preferredMinThroughput?: number | Readonly<Record<string, number>> | undefined
  /** Seconds to the first token above which a host is used last. */
  readonly preferredMaxLatency?: number | Readonly<Record<string, number>> | undefined
}

/** How to search, beyond the request's own `webSearch`. */
export interface OpenRouterSearch {
  /** Whose search. `auto` (the default) is the model host's own, else Exa. */
  readonly engine?: 'auto' | 'native' | 'exa' | 'firecrawl' | 'parallel' | 'perplexity' | undefined
  /** Results a search. Defaults to 5. */
  readonly maxResults?: number | undefined
  /** Results in all. Defaults to 50. */
  readonly maxTotalResults?: number | undefined
  /** How much of each page to read. */
  readonly searchContextSize?: 'low' | 'medium' | 'high' | undefined
}

/** What only OpenRouter has: `providerOptions.openrouter`. Source: https://openrouter.ai/docs/api-reference/parameters */
export interface OpenRouterOptions {
  /** Models to go on to where the request's own fails, best first. */
  readonly models?: readonly string[] | undefined
  /** Which of a model's hosts may answer. */
  readonly provider?: OpenRouterRouting | undefined
  readonly route?: 'fallback' | 'sort' | undefined
  /** Plugins in OpenRouter's own form, such as `{ id: 'file-parser', pdf: { engine: 'native' } }`. */
  readonly plugins?: readonly ({ readonly id: string } & JsonObject)[] | undefined
  /** Changes to prompts that are too long, such as `middle-out`. */
  readonly transforms?: readonly string[] | undefined
  /** `exclude`: think, but do not show it. `enabled`: think with the model's own default effort. */
  readonly reasoning?: { readonly exclude?: boolean | undefined; readonly enabled?: boolean | undefined } | undefined
  /** How to search where the request has `webSearch`. */
  readonly webSearch?: OpenRouterSearch | undefined
  /** What to answer with. Models that make images need `image`. */
  readonly modalities?: readonly ('text' | 'image' | 'audio')[] | undefined
  /** Of images in an answer, such as `{ aspectRatio: '16:9' }`. */
  readonly imageConfig?: Readonly<Record<string, string | number>> | undefined
  readonly serviceTier?: 'auto' | 'default' | 'flex' | 'priority' | 'scale' | undefined
  /** An opaque id of the end user, to find abuse and to keep to one host, whose prompt cache is warm. */
  readonly user?: string | undefined
  /** Groups the calls of a conversation, at most 256 characters. */
  readonly sessionId?: string | undefined
  /** Merged into the request's body as it is: for what is newer than this package. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined
}

declare module '@llm/core' {
  interface ProviderOptions {
    readonly openrouter?: OpenRouterOptions | undefined
  }
}

const texts = z.array(z.string())
const preference = z.enum(['price', 'throughput', 'latency'])
const cutoff = z.union([z.number(), z.record(z.string(), z.number())])

const routing = z.strictObject({
  order: texts.optional(),
  only: texts.optional(),
  ignore: texts.optional(),
  allowFallbacks: z.boolean().optional(),
  requireParameters: z.boolean().optional(),
  dataCollection: z.enum(['allow', 'deny']).optional(),
  zdr: z.boolean().optional(),
  enforceDistillableText: z.boolean().optional(),
  quantizations: texts.optional(),
  sort: z
    .union([preference, z.strictObject({ by: preference, partition: z.enum(['model', 'none']).optional() })])
    .optional(),
  maxPrice: z
    .partialRecord(z.enum(['prompt', 'completion', 'request', 'image', 'audio']), z.number().nonnegative())
    .optional(),
  preferredMinThroughput: cutoff.optional(),
  preferredMaxLatency: cutoff.optional(),
})

const search = z.strictObject({
  engine: z.enum(['auto', 'native', 'exa', 'firecrawl', 'parallel', 'perplexity']).optional(),
  maxResults: z.int().positive().optional(),
  maxTotalResults: z.int().positive().optional(),
  searchContextSize: z.enum(['low', 'medium', 'high']).optional(),
})

/** Checks the options: unknown names and wrong types are errors. */
export const openrouterOptions: StandardSchema<OpenRouterOptions> = z.strictObject({
  models: texts.optional(),
  provider: routing.optional(),
  route: z.enum(['fallback', 'sort']).optional(),
  plugins: z.array(z.looseObject({ id: z.string() })).optional() as z.ZodType<OpenRouterOptions['plugins']>,
  transforms: texts.optional(),
  reasoning: z.strictObject({ exclude: z.boolean().optional(), enabled: z.boolean().optional() }).optional(),
  webSearch: search.optional(),
  modalities: z.array(z.enum(['text', 'image', 'audio'])).optional(),
  imageConfig: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  serviceTier: z.enum(['auto', 'default', 'flex', 'priority', 'scale']).optional(),
  user: z.string().optional(),
  sessionId: z.string().max(256).optional(),
  extraBody: z.record(z.string(), z.unknown()).optional(),
})
