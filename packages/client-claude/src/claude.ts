import { ModelClient, ModelSpecRegistry, type ClientOptions, type ModelFamily, type ModelLimits } from '@llm/core'
import type { ClaudeLimits } from './limits.ts'
import type { ClaudeModel } from './specs.ts'

/** A model of the family: one that this version knows, or any other name. */
type Model = ClaudeModel | (string & {})

/** What the model `M` refuses: it does not compile as an option where the model is named in the program. */
type Limits<M extends string> = ModelLimits<ClaudeLimits, M>

/** What {@link claude} takes: the provider, and defaults for all calls. */
export type ClaudeOptions<M extends string = string> = ClientOptions<Limits<M>>

/** The specs are loaded at the first call: importing this package costs nothing. */
const family: ModelFamily = {
  name: 'claude',
  registry: async () => new ModelSpecRegistry((await import('./specs.ts')).specs),
}

/**
 * A Claude model over whichever provider runs it. What its model refuses is dropped with a warning, or refused where a call
 * is `strict`.
 *
 * @example
 * ```ts
 * import { ClaudeClient } from '@llm/client-claude'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = new ClaudeClient('claude-sonnet-5-5', { provider })
 * const { maxOutputTokens } = await client.spec()
 * ```
 */
export class ClaudeClient<M extends Model = string> extends ModelClient<Limits<M>> {
  /** @throws ConfigurationError where there is no provider. */
  constructor(model: M, options: ClaudeOptions<M>) {
    super(model, { ...options, family })
  }
}

/**
 * Makes a client for a Claude model: by its id, a dated snapshot of it, what a host calls it, or an id that this version
 * does not know, which is then treated like the newest of the family, with a warning.
 *
 * @throws ConfigurationError where there is no provider.
 * @example
 * ```ts
 * import { claude } from '@llm/client-claude'
 * import type { Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const client = claude('claude-haiku-5-5', { provider, defaults: { maxTokens: 500 } })
 * const { text, warnings } = await client.complete('Which planet is red?')
 * ```
 */
export function claude<M extends Model>(model: M, options: ClaudeOptions<M>): ClaudeClient<M> {
  return new ClaudeClient(model, options)
}
