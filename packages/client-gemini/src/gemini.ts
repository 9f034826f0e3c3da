import { ModelClient, ModelSpecRegistry, type ClientOptions, type ModelFamily } from '@llm/core'
import type { GeminiModel } from './specs.ts'

/** What {@link gemini} takes: the provider, and defaults for all calls. */
export type GeminiOptions = ClientOptions

/** The specs are loaded at the first call: importing this package costs nothing. */
const family: ModelFamily = {
  name: 'gemini',
  registry: async () => new ModelSpecRegistry((await import('./specs.ts')).specs),
}

/**
 * A Gemini model over whichever provider runs it. What its model refuses is dropped with a warning, or refused where a call
 * is `strict`.
 *
 * @example
 * ```ts
 * import { GeminiClient } from '@llm/client-gemini'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = new GeminiClient('gemini-3.8-flash', { provider })
 * const { maxOutputTokens } = await client.spec()
 * ```
 */
export class GeminiClient extends ModelClient {
  /** @throws ConfigurationError where there is no provider. */
  constructor(model: GeminiModel | (string & {}), options: GeminiOptions) {
    super(model, { ...options, family })
  }
}

/**
 * Makes a client for a Gemini model: by its id, what a host calls it, or an id that this version does not know, which is
 * then treated like the newest of the family, with a warning.
 *
 * @throws ConfigurationError where there is no provider.
 * @example
 * ```ts
 * import { gemini } from '@llm/client-gemini'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = gemini('gemini-3.8-flash', { provider, defaults: { maxTokens: 500 } })
 * const { text, warnings } = await client.complete('Which planet is red?')
 * ```
 */
export function gemini(model: GeminiModel | (string & {}), options: GeminiOptions): GeminiClient {
  return new GeminiClient(model, options)
}
