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
import type { MixtralLimits } from './limits.ts'
import type { MixtralModel } from './specs.ts'

/** A model of the family: one that this version knows, or any other name. */
type Model = MixtralModel | (string & {})

/** What the model `M` refuses: it does not compile as an option where the model is named in the program. */
type Limits<M extends string> = ModelLimits<MixtralLimits, M>

/** What {@link mixtral} takes: the provider, and defaults for all calls. */
export type MixtralOptions<M extends string = string> = ClientOptions<Limits<M>>

/** The specs are loaded at the first call: importing this package costs nothing. */
const family: ModelFamily = {
  name: 'mixtral',
  registry: async () => new ModelSpecRegistry((await import('./specs.ts')).specs),
}

/**
 * A model of Mistral's over whichever provider runs it. What its model refuses is dropped with a warning, or refused where
 * a call is `strict`.
 *
 * @example
 * ```ts
 * import { MixtralClient } from '@llm/client-mixtral'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = new MixtralClient('mistral-small-2603', { provider })
 * const { maxOutputTokens } = await client.spec()
 * ```
 */
export class MixtralClient<M extends Model = string> extends ModelClient<Limits<M>> {
  /** @throws ConfigurationError where there is no provider. */
  constructor(model: M, options: MixtralOptions<M>) {
    super(model, { ...options, family })
  }

  /**
   * Fills in code between a prefix and a suffix with Codestral, as it would most likely go on: `temperature` defaults to 0.
   *
   * Source: https://docs.mistral.ai/capabilities/code_generation
   *
   * @throws UnsupportedOperationError where the model is not made for it, or the provider has no such call.
   * @example
   * ```ts
   * import { mixtral } from '@llm/client-mixtral'
   * import type { Provider } from '@llm/core'
   *
   * declare const provider: Provider
   *
   * const client = mixtral('codestral-latest', { provider })
   * const { text } = await client.completeCode({ prefix: 'def fib(n):\n', suffix: '\n\nprint(fib(9))', maxTokens: 64 })
   * ```
   */
  async completeCode(request: ClientCodeRequest): Promise<Completion> {
    const hint = "Use codestral-latest over Mistral itself: compatible({ vendor: 'mistral' })."
    return completeCode(this, { temperature: 0, ...request, hint })
  }
}

/**
 * Makes a client for a model of Mistral's: by its id, a name that a host has for it, or an id that this version does not
 * know, which is then treated like the newest of its line or of the family, with a warning.
 *
 * @throws ConfigurationError where there is no provider.
 * @example
 * ```ts
 * import { mixtral } from '@llm/client-mixtral'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = mixtral('mistral-medium-2604', { provider })
 * const { text, reasoning } = await client.complete('Which planet is red?', { reasoning: { effort: 'high' } })
 * ```
 */
export function mixtral<M extends Model>(model: M, options: MixtralOptions<M>): MixtralClient<M> {
  return new MixtralClient(model, options)
}
