import { ModelClient, ModelSpecRegistry, type ClientOptions, type ModelFamily, type ModelLimits } from '@llm/core'
import type { GeminiLimits } from './limits.ts'
import type { GeminiModel } from './specs.ts'

/** A model of the family: one that this version knows, or any other name. */
type Model = GeminiModel | (string & {})

/** What the model `M` refuses: it does not compile as an option where the model is named in the program. */
type Limits<M extends string> = ModelLimits<GeminiLimits, M>

/** What {@link gemini} takes: the provider, and defaults for all calls. */
export type GeminiOptions<M extends string = string> = ClientOptions<Limits<M>>

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
export class GeminiClient<M extends Model = string> extends ModelClient<Limits<M>> {
  /** @throws ConfigurationError where there is no provider. */
  constructor(model: M, options: GeminiOptions<M>) {
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
export function gemini<M extends Model>(model: M, options: GeminiOptions<M>): GeminiClient<M> {
  return new GeminiClient(model, options)
}
