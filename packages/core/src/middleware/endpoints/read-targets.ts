import type { ModelClient } from '../../client/model-client.ts'
import type { CompletionOptions, CompletionRequest } from '../../completion.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { Provider, ProviderSettings } from '../../provider.ts'
import type { ModelSpec } from '../../specs/model-spec.ts'
import type { TryRequest } from '../tries/shared-call.ts'

/**
 * What a backup has different. Settings make a provider like the first one, with these changed: its key, its base URL, its
 * headers, or what else its host has.
 */
export interface Backup extends ProviderSettings {
  /** Another provider, instead of settings. */
  readonly provider?: Provider | undefined
  /** A client of a model family: its provider, its model, and what its family knows of it. */
  readonly client?: Pick<ModelClient, 'model' | 'provider' | 'spec'> | undefined
  /** Another model, or the name of a deployment. */
  readonly model?: string | undefined
  /** What is known of that model, where it is another one than the request's. */
  readonly spec?: ModelSpec | undefined
  /** Parameters over those of the request. */
  readonly parameters?: CompletionOptions | undefined
  /** How the endpoint is called where its state is shown. Defaults to the provider's id. */
  readonly name?: string | undefined
  readonly [setting: string]: unknown
}

/** A place that a call can go to. */
export interface Target {
  readonly name: string
  readonly provider: Provider
  readonly model: string | undefined
  /** Whether this is a place for another model, where nothing but completions can go. */
  readonly isOtherModel: boolean
  /** The request as it is made there. */
  readonly fit: (request: TryRequest) => TryRequest | Promise<TryRequest>
}

/** The first of several: a provider, or what it has different from the requests, its name among them. */
export type FirstTarget<P extends Provider> = P | (Backup & { readonly provider: P })

/** The provider that others are made from, where they are settings alone. */
export function firstProvider<P extends Provider>(owner: string, first: FirstTarget<P>): P {
  const provider: unknown = isProvider(first) ? first : first.provider
  if (typeof provider === 'object' && provider !== null && isProvider(provider)) return provider as P
  throw new ConfigurationError({
    message: `${owner}: the first is not a provider.`,
    hint: 'Pass a whole provider first: the others take from it what they do not say.',
  })
}

/** Reads several places that a call can go to: the first has a provider, the others what they have different from it. */
export function readTargets(owner: string, given: readonly (Provider | Backup)[]): readonly Target[] {
  const first = firstProvider(owner, given[0] as FirstTarget<Provider>)
  const targets = given.map(target => (isProvider(target) ? toTarget(target, {}) : readBackup(first, target)))
  return targets.map((target, index) => {
    const before = targets.slice(0, index).filter(({ name }) => name === target.name).length
    return before === 0 ? target : { ...target, name: `${target.name}-${String(before + 1)}` }
  })
}

function isProvider(value: object): value is Provider {
  const { complete, stream } = value as Partial<Provider>
  return typeof complete === 'function' && typeof stream === 'function'
}

function readBackup(first: Provider, backup: Backup): Target {
  const { provider, client, model, spec, parameters, name, ...settings } = backup
  const changes = Object.keys(settings)
  const given = client?.provider ?? provider
  if (given !== undefined && changes.length > 0) {
    throw new ConfigurationError({
      message: `A backup has both a provider and settings: ${changes.join(', ')}.`,
      hint: 'Give the settings to the provider itself.',
    })
  }
  return toTarget(given ?? derived(first, settings), { client, model: model ?? client?.model, spec, parameters, name })
}

function derived(first: Provider, settings: Readonly<Record<string, unknown>>): Provider {
  if (Object.keys(settings).length === 0) return first
  const provider = first.derive?.(settings)
  if (provider !== undefined) return provider
  throw new ConfigurationError({
    message: `A provider like ${first.id} cannot be made from settings alone.`,
    hint: 'Pass { provider } for this backup.',
  })
}

function toTarget(
  provider: Provider,
  { client, model, spec, parameters, name }: Pick<Backup, 'client' | 'model' | 'spec' | 'parameters' | 'name'>,
): Target {
  const fitTo = (request: CompletionRequest, known: ModelSpec | undefined): CompletionRequest => {
    if (model === undefined) return { ...request, ...parameters }
    return { ...request, ...parameters, model, spec: known ?? specBehind(model, request.spec, provider) }
  }
  return {
    name: name ?? provider.id,
    provider,
    model,
    isOtherModel: model !== undefined,
    fit: given => {
      const request = given as CompletionRequest
      if (model === undefined && parameters === undefined) return request
      if (client === undefined || spec !== undefined) return fitTo(request, spec)
      return client.spec(model).then(known => fitTo(request, known))
    },
  }
}

/**
 * What the request knows of its model holds for a backup's too where that is another name of it, or a deployment of which
 * nobody said what is behind it. Of any other model nothing is known.
 */
function specBehind(model: string, spec: ModelSpec | undefined, provider: Provider): ModelSpec | undefined {
  if (spec === undefined) return undefined
  const behind = provider.modelOf?.(model)
  const names = [spec.id, ...(spec.aliases ?? []), ...Object.values(spec.hosts ?? {})]
  const unknownDeployment = provider.modelOf !== undefined && behind === undefined
  return unknownDeployment || names.includes(behind ?? model) ? spec : undefined
}
