import { ConfigurationError } from '../errors/configuration-error.ts'
import { environment } from './settings.ts'

/** A model at a provider, as `LLM_SERVICE` names it. */
export interface Service {
  readonly provider: string
  readonly model: string
}

/** What the environment says. */
export interface EnvironmentConfig {
  /** `LLM_SERVICE=provider/model`. */
  readonly service?: Service
  /** `LLM_TIMEOUT`, in milliseconds. */
  readonly timeout?: number
}

/**
 * Splits `provider/model` at the first `/`, as model ids may hold more of them.
 *
 * @throws {@link ConfigurationError} where there is no provider or no model.
 * @example
 * ```ts
 * import { parseService } from '@llm/core'
 *
 * parseService('some-host/vendor/model-1') // { provider: 'some-host', model: 'vendor/model-1' }
 * ```
 */
export function parseService(text: string): Service {
  const slash = text.indexOf('/')
  const provider = text.slice(0, Math.max(slash, 0)).trim().toLowerCase()
  const model = text.slice(slash + 1).trim()
  if (slash > 0 && model !== '' && /^[a-z][a-z0-9-]*$/.test(provider)) return { provider, model }
  throw new ConfigurationError({
    message: `${JSON.stringify(text)} does not name a provider and a model.`,
    hint: 'Write provider/model, split at the first slash.',
  })
}

/**
 * Reads the configuration from environment variables, and reports every problem at once.
 *
 * @throws {@link ConfigurationError} that lists all variables that are wrong.
 * @example
 * ```ts
 * import { readEnvironment } from '@llm/core'
 *
 * const { service } = await readEnvironment({ LLM_SERVICE: 'some-host/model-1' })
 * service?.model // 'model-1'
 * ```
 */
export async function readEnvironment(
  env: Readonly<Record<string, string | undefined>> = environment(),
): Promise<EnvironmentConfig> {
  const { z } = await import('zod')
  const schema = z.object({
    LLM_SERVICE: z
      .string()
      .transform((text, context) => {
        try {
          return parseService(text)
        } catch (error) {
          context.addIssue({ code: 'custom', message: (error as ConfigurationError).message.replace(/\.$/, '') })
          return z.NEVER
        }
      })
      .optional(),
    LLM_TIMEOUT: z.coerce.number('must be a number of milliseconds').positive('must be above 0').optional(),
  })
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const result = schema.safeParse(given)
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new ConfigurationError({
      message: `The environment is set up wrongly. ${problems.join('; ')}.`,
      hint: 'LLM_SERVICE is provider/model; LLM_TIMEOUT is a number of milliseconds.',
    })
  }
  const { LLM_SERVICE: service, LLM_TIMEOUT: timeout } = result.data
  return { ...(service === undefined ? {} : { service }), ...(timeout === undefined ? {} : { timeout }) }
}
