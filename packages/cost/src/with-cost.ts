import {
  checkSettings,
  CompletionStream,
  wrapProvider,
  type Completion,
  type CompletionEvent,
  type CompletionRequest,
  type CompletionSource,
  type Middleware,
} from '@llm/core'
import { toolUseOf } from './billed-units.ts'
import { loadPricer, type PricedUsage, type Pricer, type PricingOptions } from './cost-of.ts'

/**
 * Middleware that fills in {@link Completion.cost} where the host does not report it, for answers and streams. What is not
 * known stays absent, and a warning of the completion says why.
 *
 * @throws {@link ConfigurationError} for an option that does not exist.
 * @example
 * ```ts
 * import { compose, type Provider } from '@llm/core'
 * import { withCost } from '@llm/cost'
 *
 * declare const provider: Provider
 *
 * const priced = compose(provider, withCost({ prices: { ollama: { '*': { input: 0, output: 0 } } } }))
 * ```
 */
export function withCost(options: PricingOptions = {}): Middleware {
  const { prices } = checkSettings('withCost', options, { prices: { type: 'record' } })
  return next =>
    wrapProvider(next, {
      async complete(request) {
        const completion = await next.complete(request)
        const { cost, warnings } = priceCompletion(await loadPricer(), completion, { request, prices })
        return {
          ...completion,
          ...(cost === undefined ? {} : { cost }),
          warnings: [...completion.warnings, ...warnings],
        }
      },
      stream: request => new CompletionStream(new PricedSource(next.stream(request), { request, prices })),
    })
}

interface Pricing extends PricingOptions {
  readonly request: CompletionRequest
}

function priceCompletion(pricer: Pricer, completion: Completion, { request, prices }: Pricing): PricedUsage {
  const { usage, model, provider, cost: reported } = completion
  const { spec } = request
  const known = { provider, spec, prices, reported, toolUse: toolUseOf(completion) }
  return pricer(usage, { ...known, model: model === '' ? request.model : model })
}

/** The events of another stream, and at their end the cost and what is to be said of it. */
class PricedSource implements CompletionSource {
  #inner: CompletionStream
  #pricing: Pricing
  #pricer: Pricer | undefined
  #finished = false

  constructor(inner: CompletionStream, pricing: Pricing) {
    this.#inner = inner
    this.#pricing = pricing
  }

  async pull(): Promise<readonly CompletionEvent[] | undefined> {
    if (this.#pricer !== undefined) return this.#withCost(await this.#inner.pull())
    // The catalogue loads while the host thinks.
    const [batch, pricer] = await Promise.all([this.#inner.pull(), loadPricer()])
    this.#pricer = pricer
    return this.#withCost(batch)
  }

  async cancel(): Promise<void> {
    await this.#inner.cancel()
  }

  snapshot(interrupted: boolean): Completion {
    const completion = this.#inner.snapshot(interrupted)
    const { cost, warnings } = this.#price(completion)
    const told = this.#finished ? [...completion.warnings, ...warnings] : completion.warnings
    return { ...completion, ...(cost === undefined ? {} : { cost }), warnings: told }
  }

  /** The whole answer must be there: what the host searched is billed too. */
  #withCost(batch: readonly CompletionEvent[] | undefined): readonly CompletionEvent[] | undefined {
    const finish = batch?.at(-1)
    if (batch === undefined || finish?.type !== 'finish') return batch
    this.#finished = true
    const completion = this.#inner.snapshot()
    const { cost, warnings } = this.#price(completion)
    const priced = completion.cost === undefined && cost !== undefined
    return [
      ...batch.slice(0, -1),
      ...(priced ? [{ type: 'usage', usage: completion.usage, cost } as const] : []),
      warnings.length === 0 ? finish : { ...finish, warnings: [...(finish.warnings ?? []), ...warnings] },
    ]
  }

  #price(completion: Completion): PricedUsage {
    return this.#pricer === undefined ? { warnings: [] } : priceCompletion(this.#pricer, completion, this.#pricing)
  }
}
