import { UnsupportedProviderError } from './errors/unsupported-provider-error.ts'
import { loadFactory, type LoadOptions } from './load-package.ts'
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
  options?: LoadOptions,
): Promise<Provider> {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new UnsupportedProviderError({
      message: `${JSON.stringify(name)} is not the name of a provider.`,
      hint: 'Provider names are lower-case letters, digits and dashes.',
    })
  }
  const factory = await loadFactory<ProviderFactory>(`@llm/provider-${name}`, name, options)
  return factory(settings)
}
