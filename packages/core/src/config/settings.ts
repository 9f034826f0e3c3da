import { ConfigurationError } from '../errors/configuration-error.ts'
import { unknownKey } from './unknown-key.ts'

/** What one setting of a provider must be, and the environment variable that gives it when it is not set. */
export interface SettingSpec {
  readonly type: 'string' | 'number' | 'boolean' | 'function' | 'record' | 'array' | readonly string[]
  readonly env?: string
}

/** Every setting that a provider has. */
export type SettingsSpec<Settings> = { readonly [K in keyof Required<Settings>]: SettingSpec }

/** The settings that every provider has, but for the names of its environment variables. */
export const COMMON_SETTINGS: Readonly<Record<'headers' | 'fetch' | 'timeout', SettingSpec>> = {
  headers: { type: 'record' },
  fetch: { type: 'function' },
  timeout: { type: 'number' },
}

/**
 * Checks a provider's settings when it is made: a key that does not exist or a value of a wrong type is an error at once.
 * A missing API key is not, as it may come from the environment by the first call. Returns a frozen copy.
 *
 * @throws {@link ConfigurationError} that lists every problem.
 */
export function checkSettings<Settings extends object>(
  provider: string,
  settings: Settings,
  specs: SettingsSpec<Settings>,
): Settings {
  const table: Partial<Record<string, SettingSpec>> = specs
  const problems: string[] = []
  for (const [key, value] of Object.entries(settings) as [string, unknown][]) {
    const spec = table[key]
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
    if (merged[key] === undefined && value !== undefined && value !== '') merged[key] = value
  }
  return merged as Settings
}

/** The error for a setting that is neither given nor in the environment. */
export function missingSetting(provider: string, key: string, variable: string): ConfigurationError {
  return new ConfigurationError({
    message: `${provider} has no ${key}.`,
    hint: `Set ${variable}, or pass { ${key} } to the provider.`,
  })
}

/** The process's environment variables; none where there is no process. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {}
}

function fits(value: unknown, type: SettingSpec['type']): boolean {
  if (typeof type === 'object') return type.includes(value as string)
  if (type === 'record') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return type === 'array' ? Array.isArray(value) : typeof value === type
}

function describe(type: SettingSpec['type']): string {
  if (typeof type === 'object') return type.map(value => JSON.stringify(value)).join(' or ')
  if (type === 'array') return 'a list'
  return type === 'record' ? 'an object' : `a ${type}`
}
