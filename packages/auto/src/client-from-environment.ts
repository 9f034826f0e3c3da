import { ConfigurationError, readEnvironment, type ModelClient } from '@llm/core'
import { createClient, type CreateClientOptions } from './create-client.ts'

/**
 * Makes the client that the environment names: `LLM_SERVICE=provider/model`, and `LLM_TIMEOUT`, the most milliseconds that
 * a call may take where neither it nor the settings say.
 *
 * @throws {@link ConfigurationError} where `LLM_SERVICE` is not set or a variable is wrong, and what {@link createClient}
 * throws.
 * @example
 * ```ts
 * import { clientFromEnvironment } from '@llm/auto'
 *
 * const client = await clientFromEnvironment()
 * const { text } = await client.complete('Which planet is red?')
 * ```
 */
export async function clientFromEnvironment(options: CreateClientOptions = {}): Promise<ModelClient> {
  const { service, timeout } = await readEnvironment()
  if (service === undefined) {
    throw new ConfigurationError({
      message: 'The environment names no service.',
      hint: 'Set LLM_SERVICE to provider/model, such as openai/gpt-5-mini.',
    })
  }
  const { settings, ...rest } = options
  return createClient(`${service.provider}/${service.model}`, {
    ...rest,
    settings: { ...(timeout !== undefined && { timeout }), ...settings },
  })
}
