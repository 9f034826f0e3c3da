import { ModelClient, ModelSpecRegistry, type ClientOptions, type ModelFamily, type ModelLimits } from '@llm/core'
import type { GptLimits } from './limits.ts'
import type { GptModel } from './specs.ts'

/** A model of the family: one that this version knows, or any other name. */
type Model = GptModel | (string & {})

/** What the model `M` refuses: it does not compile as an option where the model is named in the program. */
type Limits<M extends string> = ModelLimits<GptLimits, M>

/** What {@link gpt} takes: the provider, and defaults for all calls. */
export type GptOptions<M extends string = string> = ClientOptions<Limits<M>>

/** The specs are loaded at the first call: importing this package costs nothing. */
const family: ModelFamily = {
  name: 'gpt',
  registry: async () => new ModelSpecRegistry((await import('./specs.ts')).specs),
  tokenizer: async spec => (await import('./tokenizer.ts')).loadTokenizer(spec),
}

/**
 * A GPT model over whichever provider runs it. What its model refuses is dropped with a warning, or refused where a call
 * is `strict`.
 *
 * @example
 * ```ts
 * import { GptClient } from '@llm/client-gpt'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = new GptClient('gpt-6-luna', { provider })
 * const { maxOutputTokens } = await client.spec()
 * ```
 */
export class GptClient<M extends Model = string> extends ModelClient<Limits<M>> {
  /** @throws ConfigurationError where there is no provider. */
  constructor(model: M, options: GptOptions<M>) {
    super(model, { ...options, family })
  }
}

/**
 * Makes a client for a GPT model: by its id, a dated snapshot of it, or an id that this version does not know, which is
 * then treated like the newest of the family, with a warning.
 *
 * @throws ConfigurationError where there is no provider.
 * @example
 * ```ts
 * import { gpt } from '@llm/client-gpt'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = gpt('gpt-6-luna', { provider, defaults: { maxTokens: 500 } })
 * const { text, warnings } = await client.complete('Which planet is red?')
 * ```
 */
export function gpt<M extends Model>(model: M, options: GptOptions<M>): GptClient<M> {
  return new GptClient(model, options)
}
