import {
  completeCode,
  ModelClient,
  ModelSpecRegistry,
  type ClientCodeRequest,
  type ClientOptions,
  type Completion,
  type ModelFamily,
  type ModelLimits,
} from '@llm/core'
import type { DeepSeekLimits } from './limits.ts'
import type { DeepSeekModel } from './specs.ts'

/** A model of the family: one that this version knows, or any other name. */
type Model = DeepSeekModel | (string & {})

/** What the model `M` refuses: it does not compile as an option where the model is named in the program. */
type Limits<M extends string> = ModelLimits<DeepSeekLimits, M>

/** What {@link deepseek} takes: the provider, and defaults for all calls. */
export type DeepSeekOptions<M extends string = string> = ClientOptions<Limits<M>>

/** The specs are loaded at the first call: importing this package costs nothing. */
const family: ModelFamily = {
  name: 'deepseek',
  registry: async () => new ModelSpecRegistry((await import('./specs.ts')).specs),
}

/**
 * A DeepSeek model over whichever provider runs it. What its model refuses is dropped with a warning, or refused where a
 * call is `strict`.
 *
 * @example
 * ```ts
 * import { DeepSeekClient } from '@llm/client-deepseek'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = new DeepSeekClient('deepseek-v4.1-flash', { provider })
 * const { maxOutputTokens } = await client.spec()
 * ```
 */
export class DeepSeekClient<M extends Model = string> extends ModelClient<Limits<M>> {
  /** @throws ConfigurationError where there is no provider. */
  constructor(model: M, options: DeepSeekOptions<M>) {
    super(model, { ...options, family })
  }

  /**
   * Fills in code between a prefix and a suffix, without thinking, and as the model would most likely go on: `temperature`
   * defaults to 0, which DeepSeek recommends for code. At most 4,096 tokens.
   *
   * Sources: https://api-docs.deepseek.com/guides/fim_completion,
   * https://api-docs.deepseek.com/quick_start/parameter_settings
   *
   * @throws UnsupportedOperationError where the model is not made for it, or the provider has no such call.
   * @example
   * ```ts
   * import { deepseek } from '@llm/client-deepseek'
   * import type { Provider } from '@llm/core'
   *
   * declare const provider: Provider
   *
   * const client = deepseek('deepseek-v4.1-flash', { provider })
   * const { text } = await client.completeCode({ prefix: 'def fib(n):\n', suffix: '\n\nprint(fib(9))', maxTokens: 64 })
   * ```
   */
  async completeCode(request: ClientCodeRequest): Promise<Completion> {
    const hint = "Use deepseek-v4.1-flash over DeepSeek itself: compatible({ vendor: 'deepseek' })."
    return completeCode(this, { temperature: 0, ...request, hint })
  }
}

/**
 * Makes a client for a DeepSeek model: by its id, a name that a host has for it, or an id that this version does not know,
 * which is then treated like the newest of the family, with a warning.
 *
 * @throws ConfigurationError where there is no provider.
 * @example
 * ```ts
 * import { deepseek } from '@llm/client-deepseek'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = deepseek('deepseek-r1', { provider })
 * const { text, reasoning } = await client.complete('How many r are in strawberry?')
 * ```
 */
export function deepseek<M extends Model>(model: M, options: DeepSeekOptions<M>): DeepSeekClient<M> {
  return new DeepSeekClient(model, options)
}
