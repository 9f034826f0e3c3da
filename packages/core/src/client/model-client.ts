import type { Completion, CompletionOptions, CompletionRequest } from '../completion.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { LLMError } from '../errors/llm-error.ts'
import { lazy } from '../lazy.ts'
import { image, type MediaInput } from '../media/media-input.ts'
import { readMessages } from '../media/read-messages.ts'
import type { Provider, TokenCount } from '../provider.ts'
import type { InferSchema, Schema } from '../schema/schema.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import type { ModelSpecRegistry } from '../specs/registry.ts'
import type { CompletionStream } from '../stream/completion-stream.ts'
import { estimateTokens, type Tokenizer } from '../tokens/estimate-tokens.ts'
import { fitContext } from '../tokens/fit-context.ts'
import { CapabilityClient } from './capability-client.ts'
import { makePlan, type Plan } from './plan.ts'
import { completeObject, type ObjectCompletion, type ObjectOptions } from './complete-object.ts'
import { toRequest } from './prompt.ts'
import { ObjectStream } from '../stream/object-stream.ts'
import type { RunOptions, RunResult } from '../run/run-options.ts'
import { RunStream } from '../run/run-stream.ts'
import { startRun, type RunPrompt } from '../run/start-run.ts'
import type { ClientOptions, ModelFamily, Portability, Prompt, Result } from './client-options.ts'
import { refuseImpossible } from './refuse-impossible.ts'
import { deferStream } from '../stream/defer-stream.ts'
import { Conversation, type ConversationOptions } from './conversation.ts'

/**
 * A model family over whichever provider runs it. The provider can be changed at any time, in the middle of a
 * conversation too. `Limits` are the options that the model refuses, where a family knows them; see {@link ModelLimits}.
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
export class ModelClient<Limits = unknown> extends CapabilityClient {
  readonly model: string
  readonly family: string
  #provider: Provider
  #defaults: CompletionOptions
  #family: ModelFamily
  #onOverflow: 'throw' | 'trim'
  #registry: () => Promise<ModelSpecRegistry>

  constructor(model: string, options: ClientOptions<Limits> & { readonly family: ModelFamily }) {
    const { provider, defaults = {}, onOverflow = 'throw', family } = options
    if (typeof (provider as Partial<Provider> | undefined)?.complete !== 'function') {
      throw new ConfigurationError({
        message: `The client for ${model} has no provider.`,
        hint: 'Pass one: { provider: ... }, made by a provider package.',
      })
    }
    super()
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
  over(provider: Provider): ModelClient<Limits> {
    const defaults = this.#defaults as CompletionOptions & Limits
    return new ModelClient(this.model, { provider, defaults, onOverflow: this.#onOverflow, family: this.#family })
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
  async complete(prompt: Prompt, options?: CompletionOptions & Limits): Promise<Completion> {
    return this.#provider.complete(await this.#request(prompt, options))
  }

  /** Like {@link complete}, but gives the error as a value instead of throwing it. */
  async tryComplete(prompt: Prompt, options?: CompletionOptions & Limits): Promise<Result<Completion>> {
    return tryCall(() => this.complete(prompt, options))
  }

  /** The answer as it arrives. Returns at once and connects on the first read. */
  stream(prompt: Prompt, options?: CompletionOptions & Limits): CompletionStream {
    return this.#stream(prompt, options)
  }

  /**
   * An answer that fits a schema: asked for in the model's own way, and checked here against the schema itself. An answer
   * that does not fit is shown to the model, to be corrected.
   *
   * @throws {@link StructuredOutputError} with the text, what is wrong with it, and the usage, where it does not fit.
   */
  async completeObject<S extends Schema>(
    schema: S,
    prompt: Prompt,
    options?: ObjectOptions & Limits,
  ): Promise<ObjectCompletion<InferSchema<S>>> {
    return completeObject(this, toRequest(prompt), { ...options, schema })
  }

  /**
   * An object as it arrives: partial objects, or the elements of a list one by one; then the whole, checked. An answer that
   * does not fit is shown to the model by {@link ObjectStream.object}, to be corrected.
   */
  streamObject<S extends Schema>(schema: S, prompt: Prompt, options?: ObjectOptions & Limits): ObjectStream<S> {
    const { maxRepairs, ...others } = options ?? {}
    const stream = this.#stream(prompt, { ...others, output: schema })
    const check = async (first: Completion): Promise<InferSchema<S>> => {
      // Whoever left the stream wants no other answer.
      const repairs = first.interrupted === true ? 0 : maxRepairs
      const call = { ...others, schema, maxRepairs: repairs, first }
      return (await completeObject(this, toRequest(prompt), call)).object
    }
    return new ObjectStream(stream, check)
  }

  /**
   * Lets the model use tools: asks, runs what it calls, tells it what came of that, until it calls nothing more, a condition
   * stops it, or a call must be approved. A paused run is plain data; go on with `{ resume, approvals }`.
   *
   * @throws {@link ToolError} where a tool fails and `onToolError` is `throw`, or the model keeps calling wrongly.
   * @example
   * ```ts
   * import { tool, type ModelClient } from '@llm/core'
   * import { z } from 'zod'
   *
   * declare const client: ModelClient
   *
   * const weather = tool({
   *   name: 'weather',
   *   parameters: z.object({ city: z.string() }),
   *   execute: ({ city }) => `It is sunny in ${city}.`,
   * })
   * const { text } = await client.run('How is the weather in Berlin?', { tools: [weather] })
   * ```
   */
  async run(prompt: RunPrompt, options?: RunOptions & Limits): Promise<RunResult> {
    return new RunStream(() => startRun(this, prompt, { options: options ?? {}, streamed: false })).result()
  }

  /** Like {@link run}, as it happens: the same steps, with the events of every answer. */
  streamRun(prompt: RunPrompt, options?: RunOptions & Limits): RunStream {
    return new RunStream(() => startRun(this, prompt, { options: options ?? {}, streamed: true }))
  }

  /** Asks about images: URLs, bytes, files, whatever they are. */
  async withVision(
    prompt: string,
    images: readonly MediaInput[],
    options?: CompletionOptions & Limits,
  ): Promise<Completion> {
    const parts = images.map(source => image(source))
    return this.complete([{ role: 'user', content: [{ type: 'text', text: prompt }, ...parts] }], options)
  }

  /** A conversation that remembers itself. */
  chat(options?: ConversationOptions & Limits): Conversation<Limits> {
    return new Conversation(this, options)
  }

  /**
   * How many input tokens a request takes: counted by the provider where it counts, else with the family's tokenizer, else
   * by rule of thumb. `source` says which, `errorBound` how far off it may be.
   */
  async countTokens(prompt: Prompt, options?: CompletionOptions & Limits): Promise<TokenCount> {
    return this.#count(await this.#resolve(prompt, options))
  }

  /** What a call would do: model, tokens, limits, cost, and all that would be changed or lost. Nothing is sent. */
  async plan(prompt: Prompt, options?: CompletionOptions & Limits): Promise<Plan> {
    const request = await this.#resolve(prompt, options)
    return makePlan(this.#provider, request, await this.#count(request))
  }

  /** Frees what the provider holds, such as connections; other clients of the same provider lose them too. */
  async close(): Promise<void> {
    await this.#provider.close?.()
  }

  #stream(prompt: Prompt, options: CompletionOptions | undefined): CompletionStream {
    const provider = this.#provider
    return deferStream(async () => provider.stream(await this.#request(prompt, options)))
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
    const given = { ...spec.defaults, ...this.#defaults, ...asked, ...options, model, spec }
    const request = { ...given, messages: await readMessages(given.messages, given.media) }
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
