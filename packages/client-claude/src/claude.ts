import { ModelClient, ModelSpecRegistry, type ClientOptions, type ModelFamily } from '@llm/core'
import type { ClaudeModel } from './specs.ts'

/** What {@link claude} takes: the provider, and defaults for all calls. */
export type ClaudeOptions = ClientOptions

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
export class ClaudeClient extends ModelClient {
  /** @throws ConfigurationError where there is no provider. */
  constructor(model: ClaudeModel | (string & {}), options: ClaudeOptions) {
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
export function claude(model: ClaudeModel | (string & {}), options: ClaudeOptions): ClaudeClient {
  return new ClaudeClient(model, options)
}
