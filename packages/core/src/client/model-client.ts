import type { Completion, CompletionOptions, CompletionRequest } from '../completion.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { LLMError } from '../errors/llm-error.ts'
import { lazy } from '../lazy.ts'
import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import { ValidationError } from '../errors/validation-error.ts'
import { isRecord } from '../json.ts'
import type { ImagePart, MediaSource, Message } from '../message.ts'
import type { Provider, TokenCount } from '../provider.ts'
import type { InferSchema, Schema } from '../schema/schema.ts'
import { validateObject } from '../schema/validate-object.ts'
import type { Modality, ModelSpec } from '../specs/model-spec.ts'
import type { ModelSpecRegistry } from '../specs/registry.ts'
import type { CompletionStream } from '../stream/completion-stream.ts'
import { estimateTokens, type Tokenizer } from '../tokens/estimate-tokens.ts'
import { fitContext } from '../tokens/fit-context.ts'
import { makePlan, type Plan } from './plan.ts'
import { deferStream } from '../stream/defer-stream.ts'
import { Conversation, type ConversationOptions } from './conversation.ts'

/** What a client may be asked: a question, a conversation, or a whole request without its model. */
export type Prompt = string | readonly Message[] | ClientRequest

/** A request as a client takes it. The client adds the model and what it knows of it. */
export interface ClientRequest extends CompletionOptions {
  readonly messages: readonly Message[]
  /** Another model of the family for this one call. */
  readonly model?: string | undefined
}

/** What every client factory takes. */
export interface ClientOptions {
  /** The host that runs the model. */
  readonly provider: Provider
  /** What each call uses where it says nothing itself. */
  readonly defaults?: CompletionOptions | undefined
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

/**
 * A model family over whichever provider runs it. The provider can be changed at any time, in the middle of a
 * conversation too.
 *
 * @example
 * ```ts
 * import { ModelClient, ModelSpecRegistry, type Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = new ModelClient('some-model', {
 *   provider,
 *   family: { name: 'some', registry: () => new ModelSpecRegistry([]) },
 * })
 * const { text } = await client.complete('Which planet is red?')
 * ```
 */
export class ModelClient {
  readonly model: string
  readonly family: string
  #provider: Provider
  #defaults: CompletionOptions
  #family: ModelFamily
  #onOverflow: 'throw' | 'trim'
  #registry: () => Promise<ModelSpecRegistry>

  constructor(model: string, options: ClientOptions & { readonly family: ModelFamily }) {
    const { provider, defaults = {}, onOverflow = 'throw', family } = options
    if (typeof (provider as Partial<Provider> | undefined)?.complete !== 'function') {
      throw new ConfigurationError({
        message: `The client for ${model} has no provider.`,
        hint: 'Pass one: { provider: ... }, made by a provider package.',
      })
    }
    this.model = model
    this.family = family.name
    this.#family = family
    this.#onOverflow = onOverflow
    this.#provider = provider
    this.#defaults = { ...defaults }
    this.#registry = lazy(family.registry)
  }

  /** The provider that the next call goes to. */
  get provider(): Provider {
    return this.#provider
  }

  /**
   * Sends the following calls to another provider; calls that are under way stay where they are. Says what becomes of the
   * opaque state in earlier answers, such as reasoning signatures; {@link plan} says what a given history loses.
   */
  setProvider(provider: Provider): Portability {
    const from = this.#provider
    this.#provider = provider
    const stateKept = from.protocol === provider.protocol
    return { from: from.id, to: provider.id, stateKept }
  }

  /** The same client over another provider, beside this one. */
  over(provider: Provider): ModelClient {
    const options = { provider, defaults: this.#defaults, onOverflow: this.#onOverflow, family: this.#family }
    return new ModelClient(this.model, options)
  }

  /** What the family knows of the model: of the one behind it where the provider has a name of its own for that. */
  async spec(model: string = this.model): Promise<ModelSpec> {
    const behind = this.#provider.modelOf?.(model) ?? model
    const spec = (await this.#registry()).resolve(behind)
    return spec.family === '' ? { ...spec, family: this.family } : spec
  }

  /**
   * The whole answer at once.
   *
   * @throws {@link LLMError} and its subclasses.
   */
  async complete(prompt: Prompt, options?: CompletionOptions): Promise<Completion> {
    return this.#provider.complete(await this.#request(prompt, options))
  }

  /** Like {@link complete}, but gives the error as a value instead of throwing it. */
  async tryComplete(prompt: Prompt, options?: CompletionOptions): Promise<Result<Completion>> {
    return tryCall(() => this.complete(prompt, options))
  }

  /** The answer as it arrives. Returns at once and connects on the first read. */
  stream(prompt: Prompt, options?: CompletionOptions): CompletionStream {
    const provider = this.#provider
    return deferStream(async () => provider.stream(await this.#request(prompt, options)))
  }

  /**
   * An answer that fits a schema: asked for in the model's own way, and checked here against the schema itself.
   *
   * @throws {@link StructuredOutputError} with the text and what is wrong with it, where it does not fit.
   */
  async completeObject<S extends Schema>(
    schema: S,
    prompt: Prompt,
    options?: CompletionOptions,
  ): Promise<Completion & { readonly object: InferSchema<S> }> {
    const completion = await this.complete(prompt, { ...options, output: schema })
    return { ...completion, object: await validateObject(schema, completion) }
  }

  /** Asks about images: each a URL, or bytes as base64 text. */
  async withVision(
    prompt: string,
    images: readonly (string | MediaSource)[],
    options?: CompletionOptions,
  ): Promise<Completion> {
    const parts = images.map((image): ImagePart => ({
      type: 'image',
      source: typeof image === 'string' ? { url: image } : image,
    }))
    return this.complete([{ role: 'user', content: [{ type: 'text', text: prompt }, ...parts] }], options)
  }

  /** A conversation that remembers itself. */
  chat(options?: ConversationOptions): Conversation {
    return new Conversation(this, options)
  }

  /**
   * How many input tokens a request takes: counted by the provider where it counts, else with the family's tokenizer, else
   * by rule of thumb. `source` says which, `errorBound` how far off it may be.
   */
  async countTokens(prompt: Prompt, options?: CompletionOptions): Promise<TokenCount> {
    return this.#count(await this.#resolve(prompt, options))
  }

  /** What a call would do: model, tokens, limits, cost, and all that would be changed or lost. Nothing is sent. */
  async plan(prompt: Prompt, options?: CompletionOptions): Promise<Plan> {
    const request = await this.#resolve(prompt, options)
    return makePlan(this.#provider, request, await this.#count(request))
  }

  /** Frees what the provider holds, such as connections; other clients of the same provider lose them too. */
  async close(): Promise<void> {
    await this.#provider.close?.()
  }

  async #count(request: ResolvedRequest): Promise<TokenCount> {
    const { countTokens } = this.#provider
    if (countTokens !== undefined) return countTokens.call(this.#provider, request)
    return estimateTokens(request, { tokenizer: await this.#family.tokenizer?.(request.spec) })
  }

  async #request(prompt: Prompt, options: CompletionOptions | undefined): Promise<CompletionRequest> {
    const request = await this.#resolve(prompt, options)
    const tokenizer = (): Promise<Tokenizer | undefined> | undefined => this.#family.tokenizer?.(request.spec)
    return fitContext(request, request.spec, { onOverflow: this.#onOverflow, tokenizer })
  }

  async #resolve(prompt: Prompt, options: CompletionOptions | undefined): Promise<ResolvedRequest> {
    const asked = toRequest(prompt)
    const model = asked.model ?? this.model
    const spec = await this.spec(model)
    const request = { ...this.#defaults, ...asked, ...options, model, spec }
    refuseImpossible(request, spec)
    return request
  }
}

type ResolvedRequest = CompletionRequest & { readonly spec: ModelSpec }

/**
 * Makes a call and gives its error as a value.
 *
 * @example
 * ```ts
 * import { tryCall } from '@llm/core'
 *
 * const result = await tryCall(() => Promise.resolve(42))
 * if (result.ok) result.value // 42
 * ```
 */
export async function tryCall<T>(call: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await call() }
  } catch (error) {
    if (LLMError.is(error)) return { ok: false, error }
    throw error
  }
}

function toRequest(prompt: Prompt): ClientRequest {
  if (typeof prompt === 'string') return { messages: [{ role: 'user', content: prompt }] }
  if (Array.isArray(prompt)) return { messages: prompt as readonly Message[] }
  if (isRecord(prompt)) return prompt as unknown as ClientRequest
  throw new ValidationError({
    message: 'There is no prompt.',
    hint: 'Pass a text, messages, or { messages }.',
    parameter: 'messages',
  })
}

/** The call for each kind of output. */
const OUTPUT_CALLS: Readonly<Partial<Record<Modality, string>>> = {
  image: 'generateImage()',
  audio: 'generateSpeech()',
  video: 'generateVideo()',
  embedding: 'embed()',
}

/** What no host could do with this model is refused before anything is sent. */
function refuseImpossible(request: CompletionRequest, spec: ModelSpec): void {
  if (!spec.output.includes('text')) {
    const calls = spec.output.flatMap(modality => OUTPUT_CALLS[modality] ?? [])
    throw new UnsupportedOperationError({
      message: `A text call does not fit ${spec.id}.`,
      hint: `${spec.id} has no text output: use ${calls.join(' or ') || 'another model'}.`,
    })
  }
  if (Array.isArray(request.tools) && request.tools.length > 0 && spec.capabilities.tools === false) {
    throw new UnsupportedOperationError({ message: `${spec.id} takes no tools.`, hint: 'Use a model that does.' })
  }
}
