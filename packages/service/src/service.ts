import type { Cache } from '@llm/cache'
import {
  checkSettings,
  compose,
  ConfigurationError,
  createRegistry,
  type InferSchema,
  type JsonSchema,
  type Middleware,
  type Provider,
  type Schema,
  type SettingsSpec,
} from '@llm/core'
import { costOf, withCost, type PriceList } from '@llm/cost'
import { track, type CostFunction, type Store } from '@llm/store'
import { checkRequest } from './check-request.ts'
import { createCalls, type Calls, type ClientFactory } from './calls.ts'
import type { ServiceImageRequest, ServiceRequest, StructuredRequest, TextRequest } from './requests.ts'
import {
  errorOf,
  type Answer,
  type ImageAnswer,
  type ObjectAnswer,
  type ServiceResponse,
  type ServiceResult,
  type TextAnswer,
} from './responses.ts'

/** What a service is made of. */
export interface ServiceOptions {
  /** The providers, by the names that requests use. */
  readonly providers: Readonly<Record<string, Provider>>
  /** The ledger: it gets a row for every request, under the id that the answer comes with. */
  readonly store?: Store | undefined
  /** Answers equal calls with what was answered before; such a call has its row in the ledger too. */
  readonly cache?: Cache | undefined
  /** Prices of your own, over those of the price list. What no price is known of has no cost, and a warning. */
  readonly prices?: PriceList | undefined
  /** Around every provider, inside of ledger and cache, the outermost first: budgets, limits, failover, retries. */
  readonly middleware?: readonly Middleware[] | undefined
  /** Chooses the family of a model, so that its rules apply. Without it, or where it gives nothing, none do. */
  readonly family?: ((model: string) => ClientFactory | undefined) | undefined
  /** Makes the ids of requests. Defaults to random ones. */
  readonly createId?: (() => string) | undefined
}

const OPTIONS: SettingsSpec<ServiceOptions> = {
  providers: { type: 'record' },
  store: { type: 'record' },
  cache: { type: 'function' },
  prices: { type: 'record' },
  middleware: { type: 'array' },
  family: { type: 'function' },
  createId: { type: 'function' },
}

/**
 * What applications depend on: calls and answers as plain data. An interface, to be injected, and replaced in tests.
 */
export interface Service {
  /** Makes whichever call the data asks for. */
  execute(request: ServiceRequest): Promise<ServiceResponse>
  /** The same, with the error as data instead of an exception. */
  tryExecute(request: ServiceRequest): Promise<ServiceResult>
  generateResponse(request: TextRequest): Promise<ServiceResponse<TextAnswer>>
  generateStructuredResponse<S extends Schema = JsonSchema>(
    request: StructuredRequest<S>,
  ): Promise<ServiceResponse<ObjectAnswer<InferSchema<S>>>>
  generateImage(request: ServiceImageRequest): Promise<ServiceResponse<ImageAnswer>>
  /** Closes every provider, and what stands around them: also the cache and the ledger. */
  close(): Promise<void>
}

/**
 * Ties providers, families and middleware together behind one plain interface.
 *
 * @throws {@link ConfigurationError} where there is no provider, or an option does not exist.
 * @example
 * ```ts
 * import { mock } from '@llm/provider-mock'
 * import { createService } from '@llm/service'
 *
 * const service = createService({ providers: { mock: mock() } })
 * const { response, requestId } = await service.generateResponse({ provider: 'mock', model: 'any', prompt: 'Hello!' })
 * console.log(requestId, response.text)
 * ```
 */
export function createService(options: ServiceOptions): Service {
  const {
    providers,
    family = () => undefined,
    createId = () => crypto.randomUUID(),
    ...around
  } = checkSettings('createService', options, OPTIONS)
  if (Object.keys(providers).length === 0) {
    throw new ConfigurationError({
      message: 'The service has no provider.',
      hint: 'Pass { providers: { name: provider } }.',
    })
  }
  const layers = layersOf(around)
  const stacked = Object.entries(providers).map(([name, provider]) => [name, compose(provider, ...layers)] as const)
  const registry = createRegistry(Object.fromEntries(stacked.map(([name, provider]) => [name, () => provider])))
  const calls = createCalls(registry, family)
  const respond = async <A>(make: (requestId: string) => Promise<A>): Promise<ServiceResponse<A>> => {
    const requestId = createId()
    return { requestId, response: await make(requestId) }
  }
  return {
    execute: request => respond(id => execute(calls, request, id)),
    tryExecute: request => attempt(createId(), id => execute(calls, request, id)),
    generateResponse: request => respond(checked('text', request, id => calls.text(request, id))),
    generateStructuredResponse: request => respond(checked('object', request, id => calls.object(request, id))),
    generateImage: request => respond(checked('image', request, id => calls.image(request, id))),
    close: () =>
      closeAll(
        stacked.map(([, provider]) => provider),
        around,
      ),
  }
}

/** One that cannot be closed keeps nobody else from it: the ledger still has rows to write. */
async function closeAll(
  providers: readonly Provider[],
  { cache, store }: Pick<ServiceOptions, 'cache' | 'store'>,
): Promise<void> {
  const closings = await Promise.allSettled(providers.map(async provider => provider.close?.()))
  for (const around of [cache, store]) closings.push(...(await Promise.allSettled([around?.close()])))
  const errors = closings.flatMap(closing => (closing.status === 'rejected' ? [closing.reason as unknown] : []))
  if (errors.length > 1) throw new AggregateError(errors, 'The service was closed, but not all of it as it should be.')
  if (errors.length === 1) throw errors[0]
}

/** The outermost first: every call has its row, those that the cache answers too, and each is priced where it was answered. */
function layersOf({
  store,
  cache,
  prices,
  middleware = [],
}: Pick<ServiceOptions, 'store' | 'cache' | 'prices' | 'middleware'>): Middleware[] {
  const cost: CostFunction = (usage, call) => costOf(usage, { ...call, prices })
  return [
    ...(store === undefined ? [] : [track(store, { cost })]),
    ...(cache === undefined ? [] : [cache]),
    ...middleware,
    withCost({ prices }),
  ]
}

function checked<A>(kind: string, request: object, call: (id: string) => Promise<A>): (id: string) => Promise<A> {
  return async id => {
    checkRequest(request, kind)
    return call(id)
  }
}

async function execute(calls: Calls, request: ServiceRequest, requestId: string): Promise<Answer> {
  const { kind = 'text' } = request
  checkRequest(request, kind)
  return calls[kind](request as never, requestId)
}

async function attempt(requestId: string, call: (requestId: string) => Promise<Answer>): Promise<ServiceResult> {
  try {
    return { ok: true, requestId, response: await call(requestId) }
  } catch (error) {
    return { ok: false, requestId, error: errorOf(error) }
  }
}
