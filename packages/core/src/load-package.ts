import { ConfigurationError } from './errors/configuration-error.ts'
import { LLMError } from './errors/llm-error.ts'
import { UnsupportedProviderError } from './errors/unsupported-provider-error.ts'

/** Where a package is looked for. */
export interface LoadOptions {
  /** The file or folder to resolve from, as a URL or a path. Defaults to the working directory. */
  readonly from?: string | URL | undefined
}

/**
 * Imports an installed package by name, as the application would: under strict package managers this library cannot see
 * the packages beside it. For Node, Bun and Deno.
 *
 * @throws {@link UnsupportedProviderError} that says how to install it, where it is missing or cannot be loaded.
 * @example
 * ```ts
 * import { loadPackage } from '@llm/core'
 *
 * const exported = await loadPackage('@llm/provider-example', { from: import.meta.url })
 * ```
 */
export async function loadPackage(name: string, { from }: LoadOptions = {}): Promise<Record<string, unknown>> {
  try {
    const { createRequire } = await import('node:module')
    const path = await import('node:path')
    const { pathToFileURL } = await import('node:url')
    // A slash behind it makes a folder of it; behind a file's name it does no harm, as the folders above are searched too.
    const base = /^file:/.test(String(from))
      ? `${String(from)}/`
      : pathToFileURL(`${path.resolve(String(from ?? '.'))}/`)
    const file = createRequire(base).resolve(name)
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (cause) {
    if (LLMError.is(cause)) throw cause
    throw new UnsupportedProviderError({
      message: `${name} is not installed, or cannot be loaded.`,
      hint: `Run: npm install ${name}`,
      cause,
    })
  }
}

/**
 * The factory of an installed package: `some-host` is its export `someHost`.
 *
 * @throws {@link UnsupportedProviderError} where the package is missing; {@link ConfigurationError} where it has no such
 * export.
 * @example
 * ```ts
 * import { loadFactory, type ProviderFactory } from '@llm/core'
 *
 * const example = await loadFactory<ProviderFactory>('@llm/provider-example', 'example')
 * const provider = example({ apiKey: 'the key' })
 * ```
 */
export async function loadFactory<F extends (...args: never[]) => unknown>(
  packageName: string,
  name: string,
  options?: LoadOptions,
): Promise<F> {
  const exported = await loadPackage(packageName, options)
  const factory = exported[name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())]
  if (typeof factory === 'function') return factory as F
  throw new ConfigurationError({
    message: `${packageName} exports nothing called ${name} that can be called.`,
    hint: 'Install a version of it that fits this version of @llm/core.',
  })
}

/**
 * Loads packages that only some applications install.
 *
 * @param packages - As they are installed: their names, with blanks between.
 * @throws {@link ConfigurationError} that says how to install them.
 * @example
 * ```ts
 * import { loadOptional } from '@llm/core'
 *
 * const { readFile } = await loadOptional('some-package', () => import('node:fs/promises'))
 * ```
 */
export async function loadOptional<T>(packages: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    throw new ConfigurationError({
      message: `${packages} ${packages.includes(' ') ? 'are' : 'is'} not installed, or cannot be loaded.`,
      hint: `Run: npm install ${packages}`,
      cause,
    })
  }
}
