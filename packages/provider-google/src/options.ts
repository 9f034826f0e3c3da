import type { StandardSchema } from '@llm/core'
import { z } from 'zod'

/** What only Gemini has: `providerOptions.google`, or `providerOptions.vertex` on Vertex. */
export interface GoogleOptions {
  /** From which probability on harmful content is blocked. Reference: https://ai.google.dev/api/generate-content#safetysetting */
  readonly safetySettings?: readonly SafetySetting[] | undefined
  /** The name of a cached beginning of the conversation, such as `cachedContents/abc`. */
  readonly cachedContent?: string | undefined
  /** What to answer with. Defaults to text. */
  readonly modalities?: readonly ('text' | 'image' | 'audio')[] | undefined
  /** How a spoken answer sounds: one voice, or one for each speaker that the text names. */
  readonly speech?:
    | {
        readonly voice?: string | undefined
        readonly speakers?: readonly { readonly speaker: string; readonly voice: string }[] | undefined
        /** A language tag, such as `en-US`. */
        readonly language?: string | undefined
      }
    | undefined
  /** The shape of images in the answer: `aspectRatio` such as `16:9`, `imageSize` such as `2K`. */
  readonly image?: { readonly aspectRatio?: string | undefined; readonly imageSize?: string | undefined } | undefined
  /** How closely to look at images and videos: more tokens for more detail. */
  readonly mediaResolution?: 'low' | 'medium' | 'high' | undefined
  /** Tools that Google runs, as the API takes them: `{ codeExecution: {} }`, `{ urlContext: {} }`, `{ googleMaps: {} }`. */
  readonly tools?: readonly Readonly<Record<string, unknown>>[] | undefined
  /** How fast, and at which price. */
  readonly serviceTier?: 'standard' | 'flex' | 'priority' | undefined
  /** Labels for billing. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** How many likely alternatives to give for each token. They are in the raw body. */
  readonly topLogprobs?: number | undefined
  /** Embeddings: a task that `task` has no word for, such as `CODE_RETRIEVAL_QUERY`. */
  readonly taskType?: string | undefined
  /** Embeddings: the title of the document. */
  readonly title?: string | undefined
  /** Imagen and Veo: further parameters as the API takes them, such as `negativePrompt` or `personGeneration`. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
  /** Merged into the body of a completion as it is, objects like `generationConfig` field by field: for what is newer than this package. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined
}

/** One category of harm, and from where on it is blocked. */
export interface SafetySetting {
  /** Such as `HARM_CATEGORY_HARASSMENT`. */
  readonly category: string
  /** Such as `BLOCK_ONLY_HIGH` or `OFF`. */
  readonly threshold: string
  /** Vertex only: `SEVERITY` or `PROBABILITY`. */
  readonly method?: string | undefined
}

declare module '@llm/core' {
  interface ProviderOptions {
    readonly google?: GoogleOptions | undefined
    readonly vertex?: GoogleOptions | undefined
  }
}

const anything = z.record(z.string(), z.unknown())

/** Checks the options: unknown names and wrong types are errors. */
export const googleOptions: StandardSchema<GoogleOptions> = z.strictObject({
  safetySettings: z
    .array(z.strictObject({ category: z.string(), threshold: z.string(), method: z.string().optional() }))
    .optional(),
  cachedContent: z.string().optional(),
  modalities: z.array(z.enum(['text', 'image', 'audio'])).optional(),
  speech: z
    .strictObject({
      voice: z.string().optional(),
      speakers: z.array(z.strictObject({ speaker: z.string(), voice: z.string() })).optional(),
      language: z.string().optional(),
    })
    .optional(),
  image: z.strictObject({ aspectRatio: z.string().optional(), imageSize: z.string().optional() }).optional(),
  mediaResolution: z.enum(['low', 'medium', 'high']).optional(),
  tools: z.array(anything).optional(),
  serviceTier: z.enum(['standard', 'flex', 'priority']).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  topLogprobs: z.int().min(0).max(20).optional(),
  taskType: z.string().optional(),
  title: z.string().optional(),
  parameters: anything.optional(),
  extraBody: anything.optional(),
})
