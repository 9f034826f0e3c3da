import { ModelClient, ModelSpecRegistry, type ClientOptions, type ModelFamily } from '@llm/core'
import type { LlamaModel } from './specs.ts'

/** What {@link llama} takes: the provider, and defaults for all calls. */
export type LlamaOptions = ClientOptions

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
export class LlamaClient extends ModelClient {
  /** @throws ConfigurationError where there is no provider. */
  constructor(model: LlamaModel | (string & {}), options: LlamaOptions) {
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
export function llama(model: LlamaModel | (string & {}), options: LlamaOptions): LlamaClient {
  return new LlamaClient(model, options)
}
