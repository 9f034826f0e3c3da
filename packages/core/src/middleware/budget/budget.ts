import type { CompletionRequest } from '../../completion.ts'
import { BudgetExceededError } from '../../errors/budget-exceeded-error.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import { LLMError } from '../../errors/llm-error.ts'
import type { Middleware } from '../../provider.ts'
import type { ModelPrice } from '../../specs/model-spec.ts'
import { usageCost } from '../../usage-cost.ts'
import type { Warning } from '../../warning.ts'
import { readKey, type CallKey } from '../calls/call-key.ts'
import { estimateCall, usedTokens, type CallTokens } from '../calls/call-tokens.ts'
import { gateCalls, type CallOutcome, type Pass, type ProviderCall } from '../calls/gate-calls.ts'
import { checkOptions } from '../check-options.ts'
import { checkWindow, windowAt, type BudgetWindow } from './budget-window.ts'
import { memoryBudgetStore } from './memory-store.ts'
import type { BudgetAccount, BudgetGrant, BudgetStore, Reservation, Spending } from './store.ts'

/** What {@link budget} takes. */
export interface BudgetOptions {
  /** The most tokens in one window, input and output together. Defaults to no limit. */
  readonly maxTokens?: number | undefined
  /** The most US dollars in one window. Defaults to no limit. */
  readonly maxCost?: number | undefined
  /** When the budget begins anew. Defaults to never. */
  readonly window?: BudgetWindow | undefined
  /** Which calls share a budget: `user`, `['project', 'model']` ... Defaults to all. */
  readonly key?: CallKey | undefined
  /**
   * `hard` refuses a call that may go over the budget; `soft` lets it go, with a warning.
   *
   * @default 'hard'
   */
  readonly mode?: 'soft' | 'hard' | undefined
  /** What a call's tokens cost. Defaults to the price in the request's model spec. */
  readonly price?: ((call: ProviderCall) => ModelPrice | undefined) | undefined
  /**
   * How many tokens an answer is taken for beforehand, where a request sets no `maxTokens`.
   *
   * @default 1000
   */
  readonly outputTokens?: number | undefined
  /** Where budgets are kept. Defaults to the memory of this process. */
  readonly store?: BudgetStore | undefined
  /** Unix time in milliseconds. Defaults to the system's. */
  readonly now?: (() => number) | undefined
}

const KEYS = {
  maxTokens: 'other',
  maxCost: 'other',
  window: 'other',
  key: 'other',
  mode: 'other',
  price: 'other',
  outputTokens: 'count',
  store: 'other',
  now: 'other',
} as const

/**
 * Limits what calls use and cost. Each call reserves an estimate before it is sent and settles with what it really used:
 * calls at the same time cannot go over the limit together, and aborted streams pay for what came. Several budgets stack,
 * such as one a day for each user and one a month for all.
 *
 * A call that may go over a hard budget throws a {@link BudgetExceededError}, and nothing was sent. A soft budget adds a
 * warning to the answer.
 *
 * @throws {@link ConfigurationError} for options that do not exist or cannot be; at the call, where money is limited hard
 * and nobody knows what the model costs.
 * @example
 * ```ts
 * import { budget, compose, type Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const limited = compose(
 *   provider,
 *   budget({ maxCost: 2, window: 'day', key: 'user' }),
 *   budget({ maxCost: 500, window: 'month', mode: 'soft' }),
 * )
 * ```
 */
export function budget(options: BudgetOptions): Middleware {
  checkBudget(options)
  const keeper = new BudgetKeeper({ ...options })
  return next => gateCalls(next, call => keeper.enter(call))
}

function checkBudget(options: BudgetOptions): void {
  checkOptions('budget', options, KEYS)
  checkWindow(options.window)
  const { maxTokens, maxCost, mode = 'hard' } = options
  const limits = [maxTokens, maxCost].filter(limit => limit !== undefined)
  if (limits.length === 0 || !limits.every(limit => typeof limit === 'number' && limit >= 0)) {
    throw new ConfigurationError({
      message: 'budget: there is no limit that can be kept.',
      hint: 'Give maxTokens, maxCost (US dollars) or both, as numbers.',
    })
  }
  if (mode === 'hard' || mode === 'soft') return
  throw new ConfigurationError({
    message: `budget: there is no mode ${JSON.stringify(mode)}.`,
    hint: 'Use hard or soft.',
  })
}

class BudgetKeeper {
  #options: BudgetOptions
  #keyOf: (call: ProviderCall) => string
  #store: BudgetStore
  #now: () => number

  constructor(options: BudgetOptions) {
    this.#options = options
    this.#keyOf = readKey('budget', options.key ?? [])
    this.#now = options.now ?? Date.now
    this.#store = options.store ?? memoryBudgetStore(this.#now)
  }

  async enter(call: ProviderCall): Promise<Pass> {
    const { maxTokens: tokens, maxCost: cost, window, mode = 'hard', outputTokens = 1000 } = this.#options
    const price = this.#priceOf(call)
    const estimate = estimateCall(call, outputTokens)
    const amount = { tokens: estimate.input + estimate.output, cost: dollars(estimate, price) }
    const account = { key: this.#keyOf(call), ...windowAt(window, this.#now()) }
    const { granted, spent, id } = await this.#reserve(account, amount, mode === 'hard' ? { tokens, cost } : {})
    const problem = describeExcess(this.#options, spent, amount)
    if (!granted) throw exceeded(problem, account)
    return {
      request: call.request,
      warnings: problem === undefined ? [] : [warning(problem)],
      leave: outcome => {
        this.#settle(account, { ...amount, id }, usedAmount(outcome, estimate, price))
      },
    }
  }

  async #reserve(...charge: Parameters<BudgetStore['reserve']>): Promise<BudgetGrant> {
    try {
      return await this.#store.reserve(...charge)
    } catch (cause) {
      if (LLMError.is(cause)) throw cause
      throw new LLMError({
        message: 'The store of the budgets does not answer.',
        hint: 'Check its connection. Nothing was sent.',
        cause,
      })
    }
  }

  /** A settlement that is lost leaves the estimate in its place. */
  #settle(account: BudgetAccount, reserved: Reservation, used: Spending): void {
    void (async () => this.#store.settle(account, reserved, used))().catch(() => undefined)
  }

  #priceOf(call: ProviderCall): ModelPrice | undefined {
    const { price: priceOf, maxCost, mode = 'hard' } = this.#options
    const price = priceOf?.(call) ?? (call.request as Partial<CompletionRequest>).spec?.price
    if (price !== undefined || maxCost === undefined || mode === 'soft') return price
    throw new ConfigurationError({
      message: `budget: nobody knows what ${call.request.model ?? 'the model'} costs at ${call.provider}.`,
      hint: 'Give budget a price function, limit tokens instead, or use mode soft, which counts what hosts report.',
    })
  }
}

function dollars({ input, output }: CallTokens, price: ModelPrice | undefined): number {
  return price === undefined ? 0 : (input * price.input + output * price.output) / 1e6
}

/** What the host bills counts most, then what its price list says of what it reports. */
function usedAmount(outcome: CallOutcome, estimate: CallTokens, price: ModelPrice | undefined): Spending {
  const used = usedTokens(outcome, estimate)
  const { cost, usage } = outcome.result ?? {}
  const whole = usage?.inputTokens === used.input && usage.outputTokens === used.output
  const listed = whole && price !== undefined ? usageCost(usage, price) : undefined
  return { tokens: used.input + used.output, cost: cost?.total ?? listed ?? dollars(used, price) }
}

/** What a call would go over, in words; `undefined` where it fits. */
function describeExcess(limits: BudgetOptions, spent: Spending, amount: Spending): string | undefined {
  const { maxTokens = Infinity, maxCost = Infinity, window } = limits
  const span = typeof window === 'string' ? ` a ${window}` : ''
  const over = (limit: string, used: string, more: string): string =>
    `The budget of ${limit}${span} has ${used} used or reserved, and this call may take ${more}.`
  if (spent.tokens + amount.tokens > maxTokens) {
    return over(`${String(maxTokens)} tokens`, String(spent.tokens), String(amount.tokens))
  }
  if (spent.cost + amount.cost <= maxCost) return undefined
  const money = (value: number): string => `$${String(Number(value.toPrecision(4)))}`
  return over(money(maxCost), money(spent.cost), money(amount.cost))
}

function exceeded(problem: string | undefined, { end }: BudgetAccount): BudgetExceededError {
  const renewal = end === undefined ? '' : ` It begins anew at ${new Date(end).toISOString()}.`
  return new BudgetExceededError({
    message: problem ?? 'The budget is used up.',
    hint: `Nothing was sent. Ask for less (maxTokens), or raise the budget.${renewal}`,
  })
}

function warning(message: string): Warning {
  return { code: 'budget-exceeded', message }
}
