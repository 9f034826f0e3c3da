import { ConfigurationError } from './errors/configuration-error.ts'
import { LLMError } from './errors/llm-error.ts'
import { UnsupportedProviderError } from './errors/unsupported-provider-error.ts'
import type { Provider, ProviderSettings } from './provider.ts'

/** Makes a provider from its settings. Every provider package exports one. */
export type ProviderFactory = (settings?: ProviderSettings) => Provider

/** Providers by name, so that configuration can choose one. */
export interface ProviderRegistry {
  readonly names: readonly string[]
  has(name: string): boolean
  /** @throws {@link UnsupportedProviderError} that lists the names there are. */
  provider(name: string, settings?: ProviderSettings): Provider
}

/**
 * A registry of the providers that are passed in. There is no global one.
 *
 * @example
 * ```ts
 * import { createRegistry, type ProviderFactory } from '@llm/core'
 *
 * declare const example: ProviderFactory
 *
 * const registry = createRegistry({ example })
 * const provider = registry.provider('example')
 * ```
 */
export function createRegistry(factories: Readonly<Record<string, ProviderFactory>>): ProviderRegistry {
  const byName = new Map(Object.entries(factories))
  return {
    names: [...byName.keys()],
    has: name => byName.has(name),
    provider(name, settings) {
      const factory = byName.get(name)
      if (factory !== undefined) return factory(settings)
      throw new UnsupportedProviderError({
        message: `There is no provider ${JSON.stringify(name)} in this registry.`,
        hint: `It has: ${[...byName.keys()].join(', ') || 'none'}.`,
      })
    },
  }
}

/** How {@link loadProvider} finds a package. */
export interface LoadProviderOptions {
  /** The file or folder to resolve from, as a URL or a path. Defaults to the working directory. */
  readonly from?: string | URL | undefined
}

/**
 * Makes a provider from its installed package: the name `example` is the factory `example` of `@llm/provider-example`.
 *
 * @throws {@link UnsupportedProviderError} that says which package to install, where it is missing.
 * @example
 * ```ts
 * import { loadProvider } from '@llm/core'
 *
 * const provider = await loadProvider('example', { apiKey: 'the key' })
 * ```
 */
export async function loadProvider(
  name: string,
  settings?: ProviderSettings,
  options: LoadProviderOptions = {},
): Promise<Provider> {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new UnsupportedProviderError({
      message: `${JSON.stringify(name)} is not the name of a provider.`,
      hint: 'Provider names are lower-case letters, digits and dashes.',
    })
  }
  const packageName = `@llm/provider-${name}`
  const exported = await importPackage(packageName, options.from)
  const factory = exported[name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())]
  if (typeof factory === 'function') return (factory as ProviderFactory)(settings)
  throw new ConfigurationError({
    message: `${packageName} exports no provider called ${name}.`,
    hint: 'Install a version of it that fits this version of @llm/core.',
  })
}

/** A package is looked for where the application is: under strict package managers this library cannot see its siblings. */
async function importPackage(packageName: string, from: string | URL | undefined): Promise<Record<string, unknown>> {
  try {
    const { createRequire } = await import('node:module')
    const path = await import('node:path')
    const { pathToFileURL } = await import('node:url')
    // A slash behind it makes a folder of it; behind a file's name it does no harm, as the folders above are searched too.
    const base = /^file:/.test(String(from))
      ? `${String(from)}/`
      : pathToFileURL(`${path.resolve(String(from ?? '.'))}/`)
    const file = createRequire(base).resolve(packageName)
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (cause) {
    if (LLMError.is(cause)) throw cause
    throw new UnsupportedProviderError({
      message: `${packageName} is not installed, or cannot be loaded.`,
      hint: `Run: npm install ${packageName}`,
      cause,
    })
  }
}
