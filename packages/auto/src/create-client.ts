import {
  checkSettings,
  compose,
  loadFactory,
  ModelClient,
  ModelSpecRegistry,
  parseService,
  UnsupportedProviderError,
  type ClientOptions,
  type LoadOptions,
  type Middleware,
  type Provider,
  type ProviderSettings,
} from '@llm/core'
import { familyOf } from './families.ts'
import { hostOf } from './hosts.ts'

/** What any provider takes, and what the one that is named takes besides. */
export type HostSettings = ProviderSettings & Readonly<Record<string, unknown>>

/** What {@link createClient} takes besides the service. */
export interface CreateClientOptions extends Omit<ClientOptions, 'provider'>, LoadOptions {
  /** Passed to the provider; keys that are not given come from the environment. */
  readonly settings?: HostSettings | undefined
  /** Put around the provider; the first is the outermost. */
  readonly middleware?: readonly Middleware[] | undefined
}

/**
 * Makes a client from `provider/model`: the provider is what stands before the first slash, the family is found in the
 * model's id. Their packages, `@llm/provider-<provider>` and `@llm/client-<family>`, are loaded if they are installed. A
 * model of no known family gets a plain client without rules, and each answer warns of it.
 *
 * @throws {@link UnsupportedProviderError} with the command that installs what is missing; {@link ConfigurationError} where
 * the service names no provider and model, or an option or a setting is wrong.
 * @example
 * ```ts
 * import { createClient } from '@llm/auto'
 *
 * const client = await createClient('openrouter/anthropic/claude-sonnet-4.5', { defaults: { maxTokens: 500 } })
 * const { text } = await client.complete('Which planet is red?')
 * ```
 */
export async function createClient(service: string, options: CreateClientOptions = {}): Promise<ModelClient> {
  const { provider: name, model } = parseService(service)
  const { settings, middleware = [], from, ...clientOptions } = checkOptions(options)
  const host = hostOf(name)
  const missing: UnsupportedPackage[] = []
  const load = async <F extends Factory>(packageName: string, factory: string): Promise<F | undefined> =>
    loadFactory<F>(packageName, factory, { from }).catch((cause: unknown) => {
      if (!(cause instanceof UnsupportedProviderError)) throw cause
      missing.push({ packageName, cause })
      return undefined
    })

  const createProvider = await load<ProviderFactory>(host.packageName, host.factory)
  const provider = createProvider?.({ ...settings, ...host.settings })
  const family = familyOf(provider?.modelOf?.(model) ?? model)
  const createFamilyClient =
    family === undefined ? createPlainClient : await load<ClientFactory>(`@llm/client-${family}`, family)
  if (provider === undefined || createFamilyClient === undefined) throw notInstalled(service, missing)
  return createFamilyClient(model, { ...clientOptions, provider: compose(provider, ...middleware) })
}

type Factory = (...args: never[]) => unknown
type ProviderFactory = (settings: HostSettings) => Provider
type ClientFactory = (model: string, options: ClientOptions) => ModelClient

/** A model of which nothing is known is a family of its own, so that its state is kept from others. */
function createPlainClient(model: string, options: ClientOptions): ModelClient {
  return new ModelClient(model, { ...options, family: { name: model, registry: () => new ModelSpecRegistry([]) } })
}

/** An address of a file is as good as its text. */
function checkOptions({ from, ...options }: CreateClientOptions): CreateClientOptions {
  return checkSettings<CreateClientOptions>(
    'createClient',
    { ...options, ...(from !== undefined && { from: String(from) }) },
    {
      settings: { type: 'record' },
      defaults: { type: 'record' },
      onOverflow: { type: ['throw', 'trim'] },
      middleware: { type: 'array' },
      from: { type: 'string' },
    },
  )
}

interface UnsupportedPackage {
  readonly packageName: string
  readonly cause: UnsupportedProviderError
}

function notInstalled(service: string, missing: readonly UnsupportedPackage[]): UnsupportedProviderError {
  const names = missing.map(({ packageName }) => packageName)
  return new UnsupportedProviderError({
    message: `${service} needs ${names.join(' and ')}, not installed here, or not to be loaded.`,
    hint: `Run: npm install ${names.join(' ')}`,
    cause: missing[0]?.cause.cause,
  })
}
