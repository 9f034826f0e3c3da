import { LONGEST_TIMER } from '../clock.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { isRecord } from '../json.ts'
import type { Provider, ProviderSettings } from '../provider.ts'
import { unknownKey } from './unknown-key.ts'

/**
 * What one setting of a provider must be, and the environment variable that gives it when it is not set. A `count` is a whole
 * number of at least 1; `ms` are milliseconds that a timer can take, above 0.
 */
export interface SettingSpec {
  readonly type: 'string' | 'number' | 'count' | 'ms' | 'boolean' | 'function' | 'record' | 'array' | readonly string[]
  readonly env?: string
}

/** Every setting that a provider has. */
export type SettingsSpec<Settings> = { readonly [K in keyof Required<Settings>]: SettingSpec }

/** The settings that every provider has, but for the names of its environment variables. */
export const COMMON_SETTINGS: Readonly<Record<'headers' | 'fetch' | 'timeout', SettingSpec>> = {
  headers: { type: 'record' },
  fetch: { type: 'function' },
  timeout: { type: 'ms' },
}

/**
 * Checks a provider's settings when it is made: a key that does not exist or a value of a wrong type is an error at
 * once.
 * A missing API key is not, as it may come from the environment by the first call. Returns a frozen copy.
 *
 * @throws {@link ConfigurationError} that lists every problem.
 * @example
 * ```ts
 * import { checkSettings, COMMON_SETTINGS, type ProviderSettings } from '@llm/core'
 *
 * function example(given: ProviderSettings) {
 *   return checkSettings('example', given, {
 *     ...COMMON_SETTINGS,
 *     apiKey: { type: 'string', env: 'EXAMPLE_API_KEY' },
 *     baseURL: { type: 'string' },
 *   })
 * }
 * example({ timeout: 60_000 })
 * ```
 */
export function checkSettings<Settings extends object>(
  provider: string,
  settings: Settings,
  specs: SettingsSpec<Settings>,
): Settings {
  if (!isRecord(settings)) {
    throw new ConfigurationError({
      message: `The settings of ${provider} are not an object.`,
      hint: `Pass one, such as { ${Object.keys(specs)[0] ?? ''}: ... }.`,
    })
  }
  const table: Partial<Record<string, SettingSpec>> = specs
  const problems: string[] = []
  for (const [key, value] of Object.entries<unknown>(settings)) {
    const spec = Object.hasOwn(table, key) ? table[key] : undefined
    if (spec === undefined) problems.push(unknownKey('setting', key, Object.keys(specs)).join(' '))
    else if (value !== undefined && !fits(value, spec.type)) problems.push(`${key} must be ${describe(spec.type)}.`)
  }
  if (problems.length === 0) return Object.freeze({ ...settings })
  throw new ConfigurationError({
    message: `The settings of ${provider} are wrong. ${problems.join(' ')}`,
    hint: `It takes: ${Object.keys(specs).join(', ')}.`,
  })
}

/**
 * Adds what the environment gives to what was not set. Read at the first call, not when the provider is made.
 *
 * @throws {@link ConfigurationError} where a variable holds nothing that its setting can be.
 * @example
 * ```ts
 * import { withEnvironment } from '@llm/core'
 *
 * const settings: { apiKey?: string } = {}
 * withEnvironment(settings, { apiKey: { type: 'string', env: 'SOME_API_KEY' } })
 * ```
 */
export function withEnvironment<Settings extends object>(
  settings: Settings,
  specs: SettingsSpec<Settings>,
  env: Readonly<Record<string, string | undefined>> = environment(),
): Settings {
  const merged: Record<string, unknown> = Object.fromEntries(Object.entries(settings))
  for (const [key, spec] of Object.entries<SettingSpec>(specs)) {
    const value = spec.env === undefined ? undefined : env[spec.env]
    if (merged[key] === undefined && value !== undefined && value !== '') merged[key] = parse(value, spec)
  }
  return merged as Settings
}

/**
 * Makes providers like one that there is: what is not given is as it was, and headers are added to those it has.
 *
 * @example
 * ```ts
 * import { inheritSettings, type Provider, type ProviderSettings } from '@llm/core'
 *
 * declare function example(settings: ProviderSettings): Provider
 *
 * const derive = inheritSettings(example, { apiKey: 'the key' })
 * derive({ baseURL: 'https://backup.example.com' })
 * ```
 */
export function inheritSettings<Settings extends object>(
  factory: (settings: Settings) => Provider,
  given: Settings,
): NonNullable<Provider['derive']> {
  return changes => {
    const headers = { ...(given as ProviderSettings).headers, ...(changes as ProviderSettings).headers }
    return factory({ ...given, ...changes, ...(Object.keys(headers).length === 0 ? {} : { headers }) })
  }
}

/**
 * The error for a setting that is neither given nor in the environment.
 *
 * @example
 * ```ts
 * import { missingSetting } from '@llm/core'
 *
 * const apiKey = process.env['EXAMPLE_API_KEY']
 * if (apiKey === undefined) throw missingSetting('example', 'apiKey', 'EXAMPLE_API_KEY')
 * ```
 */
export function missingSetting(provider: string, key: string, variable: string): ConfigurationError {
  return new ConfigurationError({
    message: `${provider} has no ${key}.`,
    hint: `Set ${variable}, or pass { ${key} } to the provider.`,
  })
}

/**
 * The process's environment variables; none where there is no process.
 *
 * @example
 * ```ts
 * import { environment } from '@llm/core'
 *
 * environment()['LLM_SERVICE'] // undefined where it is not set, and where there is no process
 * ```
 */
export function environment(): Readonly<Record<string, string | undefined>> {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {}
}

/** What a variable says, as its setting takes it. */
function parse(text: string, { type, env = '' }: SettingSpec): unknown {
  const value =
    type === 'number' || type === 'count' || type === 'ms'
      ? Number(text)
      : type === 'boolean'
        ? (BOOLEANS.get(text.toLowerCase()) ?? text)
        : text
  if (fits(value, type)) return value
  throw new ConfigurationError({ message: `${env} is set wrongly.`, hint: `${env} must be ${describe(type)}.` })
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

function fits(value: unknown, type: SettingSpec['type']): boolean {
  if (typeof type === 'object') return type.includes(value as string)
  if (type === 'record') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'number') return Number.isFinite(value)
  if (type === 'count') return Number.isInteger(value) && Number(value) >= 1
  if (type === 'ms') return typeof value === 'number' && value > 0 && value <= LONGEST_TIMER
  return type === 'array' ? Array.isArray(value) : typeof value === type
}

function describe(type: SettingSpec['type']): string {
  if (typeof type === 'object') return type.map(value => JSON.stringify(value)).join(' or ')
  if (type === 'array') return 'a list'
  if (type === 'count') return 'a whole number of at least 1'
  if (type === 'ms') return `a number of milliseconds above 0, up to ${String(LONGEST_TIMER)}`
  return type === 'record' ? 'an object' : `a ${type}`
}
