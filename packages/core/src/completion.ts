import type { FileSearchResult } from './file-search.ts'
import type { JsonValue } from './json.ts'
import type { AssistantMessage, AssistantPart, Message, SourcePart, ToolCallPart } from './message.ts'
import type { MediaOptions } from './media/media-input.ts'
import type { OutputStrategy } from './leaf/output-plan.ts'
import type { Schema } from './schema/schema.ts'
import type { ModelSpec } from './specs/model-spec.ts'
import type { ToolChoice, ToolDefinition } from './tools/tool.ts'
import type { Usage } from './usage.ts'
import type { Warning } from './warning.ts'

/** How hard a reasoning model should think. */
export interface ReasoningOptions {
  /** The levels that a model offers are in its spec. */
  readonly effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | undefined
  /** The most tokens to think with, on models that take a number. */
  readonly budgetTokens?: number | undefined
  /** Ask for a readable summary of the reasoning, where it is not shown by itself. */
  readonly summary?: 'auto' | 'concise' | 'detailed' | undefined
}

/** Let the host search the web while it answers. */
export interface WebSearchOptions {
  /** Search only these domains, such as `example.com`. */
  readonly domains?: readonly string[] | undefined
  /** Never use these domains. */
  readonly blockedDomains?: readonly string[] | undefined
  /** Where the user is, for local results. `country` is a two-letter code, `timezone` an IANA name. */
  readonly location?:
    | {
        readonly country?: string | undefined
        readonly region?: string | undefined
        readonly city?: string | undefined
        readonly timezone?: string | undefined
      }
    | undefined
  /** The most searches in one call. */
  readonly maxUses?: number | undefined
}

/** Let the host search uploaded files while it answers. */
export interface FileSearchOptions {
  readonly vectorStoreIds: readonly string[]
  /** The most passages to look at. Defaults to what the host does. */
  readonly maxResults?: number | undefined
  /** A metadata filter, in the host's own form. */
  readonly filters?: JsonValue | undefined
}

/** For whom a call is made: labels for the ledger and for budgets, never sent unless a host's option asks for it. */
export interface RequestMetadata {
  /** The caller's own id for the call, by which its ledger knows it. */
  readonly requestId?: string | undefined
  readonly userId?: string | undefined
  readonly projectId?: string | undefined
  readonly organizationId?: string | undefined
  readonly tags?: readonly string[] | undefined
  /** Which variant of an A/B test the call is in. {@link split} sets it. */
  readonly experiment?: ExperimentVariant | undefined
  /** What the cache may do for this call, where there is one. Defaults to what the cache is set to. */
  readonly cache?: CacheMode | undefined
}

/** One variant of an A/B test. */
export interface ExperimentVariant {
  /** The name of the test. */
  readonly name: string
  readonly variant: string
}

/**
 * What a cache does for a call. `write`: gives what it has, and keeps what it had not. `read`: gives what it has, and keeps
 * nothing. `refresh`: asks the host, and keeps the answer in place of what it had. `off`: nothing.
 */
export type CacheMode = 'read' | 'write' | 'refresh' | 'off'

/** Options for one provider each, keyed by provider id. Every provider package adds its own key to this interface. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- provider packages merge their keys into it
export interface ProviderOptions {}

/** What every call takes besides the conversation. */
export interface CompletionOptions {
  /** What the model may call. */
  readonly tools?: readonly ToolDefinition[] | undefined
  /** Defaults to `auto` when there are tools. */
  readonly toolChoice?: ToolChoice | undefined
  /** `false` asks for at most one tool call an answer. Defaults to what the host does. */
  readonly parallelToolCalls?: boolean | undefined
  /** Ask for JSON, or for JSON that fits a schema; the answer is then also in {@link Completion.object}. */
  readonly output?: 'json' | Schema | undefined
  /** How to ask for a structured answer. Defaults to what the model's spec says, or to the host's own means. */
  readonly outputStrategy?: OutputStrategy | undefined
  /** The most tokens to answer with, reasoning included. */
  readonly maxTokens?: number | undefined
  /** How freely to choose words: 0 hardly varies. Its range is the model's, mostly 0 to 2, and so is its default. */
  readonly temperature?: number | undefined
  /**
   * Choose only among the likeliest words that have this probability together, from 0 to 1. Set this or
   * `temperature`.
   */
  readonly topP?: number | undefined
  /** Choose only among so many of the likeliest words. */
  readonly topK?: number | undefined
  /** Texts at which the model stops. */
  readonly stop?: readonly string[] | undefined
  /** Ask for the same answer each time, where the host tries to. */
  readonly seed?: number | undefined
  /** Above 0, what was said at all is said less again: mostly -2 to 2. */
  readonly presencePenalty?: number | undefined
  /** Above 0, what was said often is said less again: mostly -2 to 2. */
  readonly frequencyPenalty?: number | undefined
  /** Whether and how much to think before the answer. Defaults to what the model does. */
  readonly reasoning?: ReasoningOptions | undefined
  /** How much to say. */
  readonly verbosity?: 'low' | 'medium' | 'high' | undefined
  /** Let the host search the web. One that cannot refuses the call. */
  readonly webSearch?: boolean | WebSearchOptions | undefined
  /** Let the host search files. One that cannot refuses the call. */
  readonly fileSearch?: FileSearchOptions | undefined
  /** Options that only one provider has, keyed by provider id; each provider package types its own key. */
  readonly providerOptions?: ProviderOptions | undefined
  readonly metadata?: RequestMetadata | undefined
  /**
   * What to do about images, sound and files in the history that the host or the model does not take: put a note in their
   * place, with a warning, or refuse the call.
   *
   * @default 'placeholder'
   */
  readonly unsupportedMedia?: 'placeholder' | 'refuse' | undefined
  /** Limits for files: how large, how long a download may take, and where it may go. */
  readonly media?: MediaOptions | undefined
  /** Throw a {@link ValidationError} where the model cannot take a parameter, rather than adapt it with a warning. */
  readonly strict?: boolean | undefined
  /** Ends the call, wherever it is, with an {@link AbortedError}. */
  readonly signal?: AbortSignal | undefined
  /** The most milliseconds that the whole call may take, the last stream event included. Defaults to no limit. */
  readonly timeout?: number | undefined
}

/**
 * One call to a model, as data: all of it but `signal` and schema objects is JSON.
 *
 * @example
 * ```ts
 * import type { CompletionRequest } from '@llm/core'
 *
 * const request: CompletionRequest = {
 *   model: 'some-model',
 *   messages: [{ role: 'user', content: 'Say hello.' }],
 *   maxTokens: 50,
 * }
 * ```
 */
export interface CompletionRequest extends CompletionOptions {
  readonly model: string
  readonly messages: readonly Message[]
  /** What the family knows of this model. Clients attach it; without it no model rule is applied. */
  readonly spec?: ModelSpec | undefined
  /** What was already done to the request on its way here; told again with the answer. */
  readonly warnings?: readonly Warning[] | undefined
}

/** Why the model stopped. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'error' | 'other'

/** What the answer cost, in US dollars. */
export interface Cost {
  /** All of it. */
  readonly total: number
  /** Whether the host billed it, a price list says so, or nothing was billed, as a cache had the answer. */
  readonly source: 'reported' | 'catalogue' | 'override' | 'cache'
}

/** One try at a call, whatever came of it. */
export interface Attempt {
  readonly provider: string
  readonly model: string
  /** How long it took, in milliseconds. */
  readonly ms: number
  /** The `code` of the error that ended it; absent on success. */
  readonly error?: string
  readonly usage?: Usage
}

/** The HTTP side of an answer. */
export interface RawResponse {
  /** Lower-case names. Cookies are left out. */
  readonly headers: Readonly<Record<string, string>>
  /** The parsed body of a call that was not streamed. */
  readonly body?: unknown
}

/** A model's answer. Plain data. */
export interface Completion {
  /** The host's id for this answer; empty where it gives none. */
  readonly id: string
  /** The host's id for the HTTP request, for its support desk. */
  readonly requestId?: string
  /** The id of the provider that answered. */
  readonly provider: string
  /** The model that answered, as the host names it. */
  readonly model: string
  /** Everything in the answer, in order. */
  readonly content: readonly AssistantPart[]
  /** All text parts, joined. */
  readonly text: string
  /** All reasoning parts, joined. */
  readonly reasoning: string
  /** The calls that the caller should run or refuse; those that the host ran itself are only in `content`. */
  readonly toolCalls: readonly ToolCallPart[]
  /** The parsed answer when `output` was asked for and the answer is JSON. */
  readonly object?: unknown
  /** How the structured answer was asked for. */
  readonly outputStrategy?: OutputStrategy
  readonly sources: readonly SourcePart[]
  /** What the host found in files, cited or not; absent where it searched none. */
  readonly fileSearchResults?: readonly FileSearchResult[]
  readonly finishReason: FinishReason
  /** The host's own word for it. */
  readonly rawFinishReason?: string
  /** The answer was stopped by the caller, a deadline or a failure, and this is what had arrived. */
  readonly interrupted?: true
  /**
   * Whether a cache had the answer, where it was asked. On a `hit` no host was called: `usage` is what the answer took when
   * it was made, `cost` is 0.
   */
  readonly cache?: 'hit' | 'miss'
  readonly usage: Usage
  /** Absent where it is not known. */
  readonly cost?: Cost
  readonly warnings: readonly Warning[]
  readonly attempts: readonly Attempt[]
  /** Which variant of an A/B test answered. */
  readonly experiment?: ExperimentVariant
  readonly response: RawResponse
  /** The assistant message to append to the conversation. */
  readonly message: AssistantMessage
}
