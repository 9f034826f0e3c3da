import type { CompletionOptions } from '../completion.ts'
import type { LLMError } from '../errors/llm-error.ts'
import type { MessageInput } from '../media/media-input.ts'
import type { Provider } from '../provider.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import type { ModelSpecRegistry } from '../specs/registry.ts'
import type { Tokenizer } from '../tokens/estimate-tokens.ts'

/** What a client may be asked: a question, a conversation, or a whole request without its model. */
export type Prompt = string | readonly MessageInput[] | ClientRequest

/** A request as a client takes it. The client adds the model and what it knows of it. */
export interface ClientRequest extends CompletionOptions {
  readonly messages: readonly MessageInput[]
  /** Another model of the family for this one call. */
  readonly model?: string | undefined
}

/**
 * What the types of a call's options leave out for a model that is named in the program: what the model refuses, by a
 * family's table. Nothing for a model that the table does not have.
 *
 * @example
 * ```ts
 * import type { ModelLimits } from '@llm/core'
 *
 * interface ExampleLimits {
 *   'example-large': { readonly topK?: undefined }
 * }
 * const limits: ModelLimits<ExampleLimits, 'example-large'> = {} // what it refuses can only be left out
 * ```
 */
export type ModelLimits<Table, Model extends string> = Model extends keyof Table ? Table[Model] : unknown

/** What every client factory takes. `Limits` is what the model refuses; see {@link ModelLimits}. */
export interface ClientOptions<Limits = unknown> {
  /** The host that runs the model. */
  readonly provider: Provider
  /** What each call uses where it says nothing itself. */
  readonly defaults?: (CompletionOptions & NoInfer<Limits>) | undefined
  /**
   * What to do where a conversation does not fit into the model's context window: throw a {@link ContextLengthError} before
   * anything is sent, or leave out the oldest turns, with a warning.
   *
   * @default 'throw'
   */
  readonly onOverflow?: 'throw' | 'trim' | undefined
}

/** A family: its name, and the models it knows. */
export interface ModelFamily {
  readonly name: string
  /** Loads what the family knows of its models; called once, at the first call. */
  readonly registry: () => Promise<ModelSpecRegistry> | ModelSpecRegistry
  /** Loads the tokenizer of a model, where the family has one. */
  readonly tokenizer?: ((spec: ModelSpec) => Promise<Tokenizer | undefined>) | undefined
}

/** What a change of provider means for a conversation. */
export interface Portability {
  readonly from: string
  readonly to: string
  /** Opaque state goes along, as both hosts speak the same protocol. Else it is left out, with a warning on the call. */
  readonly stateKept: boolean
}

/** A value or the error that came instead. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: LLMError }
