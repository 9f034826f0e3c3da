import type { OutputStrategy } from '../leaf/output-plan.ts'
import type { CompletionOptions } from '../completion.ts'
import type { SchemaDialect } from '../schema/dialect.ts'
import type { ReasoningTags } from '../stream/split-reasoning.ts'

/** Kinds of content that a model takes or makes. */
export type Modality = 'text' | 'image' | 'audio' | 'video' | 'file' | 'embedding'

/** The parameters that a model may restrict. */
export type ParameterName =
  | 'maxTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'stop'
  | 'seed'
  | 'presencePenalty'
  | 'frequencyPenalty'
  | 'reasoning.effort'
  | 'reasoning.budgetTokens'
  | 'verbosity'
  | 'parallelToolCalls'
  | 'toolChoice'

/** What a model makes of one parameter. A parameter that its spec does not name is passed on as it is. */
export interface ParameterSpec {
  /** `false`: the model refuses the parameter, and it is dropped with a warning. */
  readonly supported?: boolean
  /** The least that it takes: what is below is raised to it, with a warning. */
  readonly min?: number
  /** The most that it takes: what is above is lowered to it, with a warning. */
  readonly max?: number
  /** The values it takes, weakest first, where they are few. */
  readonly values?: readonly (string | number | boolean)[]
  /** What the model uses where nothing is said. */
  readonly default?: string | number | boolean
  /** It is taken only while another parameter, or its default, has one of these values. */
  readonly onlyWith?: { readonly parameter: ParameterName; readonly values: readonly (string | number | boolean)[] }
  /** It is not taken beside any of these. A reasoning effort of `none` counts as not given. */
  readonly notWith?: readonly ParameterName[]
  /** It must be less than this other parameter, where that is given. */
  readonly below?: ParameterName
  /** What to do instead, for the warning: `use some-model to set one`. */
  readonly remedy?: string
}

/** US dollars per million tokens. */
export interface ModelPrice {
  /** Of input that no cache has. */
  readonly input: number
  /** Of output, reasoning included. */
  readonly output: number
  /** Of input from the prompt cache. Absent where that costs what other input does. */
  readonly cacheRead?: number
  /** Of input that is put into the prompt cache. Absent where that costs what other input does. */
  readonly cacheWrite?: number
}

/** What a model can do. Absent means no. */
export interface ModelCapabilities {
  readonly streaming?: boolean
  readonly tools?: boolean
  readonly parallelTools?: boolean
  readonly jsonMode?: boolean
  readonly jsonSchema?: boolean
  /** Tools and a schema in the same call. */
  readonly toolsWithSchema?: boolean
  readonly reasoning?: boolean
  readonly webSearch?: boolean
  readonly fileSearch?: boolean
  /** Fills in code between a prefix and a suffix. */
  readonly codeCompletion?: boolean
}

/**
 * What a family knows of one model, as data.
 *
 * @example
 * ```ts
 * import type { ModelSpec } from '@llm/core'
 *
 * const spec: ModelSpec = {
 *   id: 'example-large',
 *   family: 'example',
 *   contextWindow: 128_000,
 *   maxOutputTokens: 16_000,
 *   input: ['text', 'image'],
 *   output: ['text'],
 *   capabilities: { streaming: true, tools: true },
 *   parameters: { temperature: { min: 0, max: 2, default: 1 } },
 * }
 * ```
 */
export interface ModelSpec {
  /** The canonical id. */
  readonly id: string
  /** The family, such as the name of its client package. */
  readonly family: string
  /** Other names for it: dated snapshots, short forms. */
  readonly aliases?: readonly string[]
  /** Its id at each host that is known to serve it, keyed by provider id. Another host is sent what the caller said. */
  readonly hosts?: Readonly<Record<string, string>>
  /** Input and output together, in tokens. */
  readonly contextWindow?: number
  /** In tokens. */
  readonly maxOutputTokens?: number
  readonly input: readonly Modality[]
  readonly output: readonly Modality[]
  readonly capabilities: ModelCapabilities
  readonly parameters: Readonly<Partial<Record<ParameterName, ParameterSpec>>>
  /** What its maker recommends: clients use it where neither they nor the call say anything. */
  readonly defaults?: Pick<CompletionOptions, 'temperature' | 'topP'>
  /** How to ask for JSON of a schema. Defaults to `native` where `capabilities.jsonSchema` is set, else `prompted`. */
  readonly outputStrategy?: OutputStrategy
  /** What it costs at its family's own host, in US dollars per million tokens. */
  readonly price?: ModelPrice
  /** Which subset of JSON Schema it takes. */
  readonly schemaDialect?: SchemaDialect
  /** When earlier reasoning is sent back. Defaults to `always`, as state allows. */
  readonly reasoningReplay?: 'never' | 'same-turn-tools' | 'always'
  /**
   * Where the model wants its instructions, whatever the wire format takes: before everything else, or in the words of the
   * user. Defaults to where they stand.
   */
  readonly instructions?: 'first' | 'user'
  /** It thinks in its text, between these tags, and some hosts leave that to the caller: it is told as reasoning. */
  readonly reasoningTags?: ReasoningTags
  /** The last month that it knows of, as `YYYY-MM`. */
  readonly knowledgeCutoff?: string
  /** When it was released, as `YYYY-MM-DD`. The newest member stands in for unknown ones of its family. */
  readonly releasedAt?: string
  /** This model is not known, and the rules of this member of the family are applied to it. Empty where there is none. */
  readonly inherits?: string
  /** It will go, or is gone: when, what to use instead, and at which host alone, where others keep it. */
  readonly deprecated?: { readonly on?: string; readonly use?: string; readonly at?: string }
}
