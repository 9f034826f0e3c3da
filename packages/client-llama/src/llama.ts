import { ModelClient, ModelSpecRegistry, type ClientOptions, type ModelFamily, type ModelLimits } from '@llm/core'
import type { LlamaLimits } from './limits.ts'
import type { LlamaModel } from './specs.ts'

/** A model of the family: one that this version knows, or any other name. */
type Model = LlamaModel | (string & {})

/** What the model `M` refuses: it does not compile as an option where the model is named in the program. */
type Limits<M extends string> = ModelLimits<LlamaLimits, M>

/** What {@link llama} takes: the provider, and defaults for all calls. */
export type LlamaOptions<M extends string = string> = ClientOptions<Limits<M>>

/** The specs are loaded at the first call: importing this package costs nothing. */
const family: ModelFamily = {
  name: 'llama',
  registry: async () => new ModelSpecRegistry((await import('./specs.ts')).specs),
}

/**
 * A Llama model over whichever provider runs it. What its model refuses is dropped with a warning, or refused where a call
 * is `strict`.
 *
 * @example
 * ```ts
 * import { LlamaClient } from '@llm/client-llama'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = new LlamaClient('llama-3.3-70b-instruct', { provider })
 * const { contextWindow } = await client.spec()
 * ```
 */
export class LlamaClient<M extends Model = string> extends ModelClient<Limits<M>> {
  /** @throws ConfigurationError where there is no provider. */
  constructor(model: M, options: LlamaOptions<M>) {
    super(model, { ...options, family })
  }
}

/**
 * Makes a client for a Llama model: by its id, a name that a host has for it, or an id that this version does not know,
 * which is then treated like the newest of the family, with a warning.
 *
 * @throws ConfigurationError where there is no provider.
 * @example
 * ```ts
 * import { llama } from '@llm/client-llama'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = llama('llama-4-maverick', { provider })
 * const { text } = await client.withVision('What is on it?', ['https://example.com/cat.png'])
 * ```
 */
export function llama<M extends Model>(model: M, options: LlamaOptions<M>): LlamaClient<M> {
  return new LlamaClient(model, options)
}
