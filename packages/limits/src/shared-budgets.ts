import {
  memoryBudgetStore,
  type BudgetAccount,
  type BudgetGrant,
  type BudgetStore,
  type Logger,
  type Reservation,
  type Spending,
} from '@llm/core'
import { randomUUID } from 'node:crypto'
import type { Connection } from './connection.ts'
import type { BudgetLimits, Engine, NamedReservation } from './engine.ts'
import { LimitsUnavailableError } from './limits-unavailable-error.ts'

/** What {@link SharedBudgets} are made with. */
export interface SharedBudgetsOptions {
  readonly engine: Engine
  readonly connection: Connection
  /** Whether this process goes on by what it last knew where nobody answers. */
  readonly standIn: boolean
  readonly logger: Logger
}

interface Settlement {
  readonly account: BudgetAccount
  readonly reserved: NamedReservation
  readonly used: Spending
}

const NOTHING: Spending = { tokens: 0, cost: 0 }
/** How many settlements wait for a connection. */
const MOST_WAITING = 10_000
const RETRY_MS = 1000

/** Budgets that are kept elsewhere. What cannot be settled there now waits until it can. */
export class SharedBudgets implements BudgetStore {
  #options: SharedBudgetsOptions
  /** What is known of the accounts here: what stood elsewhere last, and what this process has done since. */
  #known: ReturnType<typeof memoryBudgetStore> = memoryBudgetStore()
  #sending: Set<Promise<unknown>> = new Set()
  #waiting: Settlement[] = []
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: SharedBudgetsOptions) {
    this.#options = options
  }

  async reserve(account: BudgetAccount, amount: Spending, limits: BudgetLimits): Promise<BudgetGrant> {
    const { engine, connection, standIn } = this.#options
    const reservation = { ...amount, id: randomUUID() }
    try {
      const grant = await connection.ask(() => engine.reserve(account, reservation, limits))
      this.#learn(account, grant, amount)
      return grant
    } catch (error) {
      if (!standIn || !(error instanceof LimitsUnavailableError)) throw error
      return { ...(this.#known.reserve(account, amount, limits) as BudgetGrant), id: reservation.id }
    }
  }

  async settle(account: BudgetAccount, reserved: Reservation, used: Spending): Promise<void> {
    void this.#known.settle(account, reserved, used)
    await this.#send({ account, reserved: { ...reserved, id: reserved.id ?? randomUUID() }, used })
  }

  /** Sends what waits, as far as that can be done now. */
  async close(): Promise<void> {
    await Promise.all(this.#sending)
    await this.#sendWaiting()
    this.#closed = true
    clearTimeout(this.#retry)
    this.#drop(this.#waiting.length)
  }

  #learn(account: BudgetAccount, { granted, spent }: BudgetGrant, amount: Spending): void {
    const { spent: before } = this.#known.reserve(account, NOTHING, {}) as BudgetGrant
    const more = granted ? amount : NOTHING
    void this.#known.settle(account, before, { tokens: spent.tokens + more.tokens, cost: spent.cost + more.cost })
  }

  async #send(settlement: Settlement): Promise<boolean> {
    const sending = this.#trySend(settlement)
    this.#sending.add(sending)
    const sent = await sending
    this.#sending.delete(sending)
    return sent
  }

  async #trySend(settlement: Settlement): Promise<boolean> {
    const { engine, connection } = this.#options
    const { account, reserved, used } = settlement
    try {
      await connection.ask(() => engine.settle(account, reserved, used))
      return true
    } catch {
      // The connection has told of it; that it is counted late is all that it means here.
      this.#waiting.push(settlement)
      if (this.#closed || this.#waiting.length > MOST_WAITING) this.#drop(1)
      else this.#retry ??= setTimeout(() => void this.#sendWaiting(), RETRY_MS).unref()
      return false
    }
  }

  async #sendWaiting(): Promise<void> {
    clearTimeout(this.#retry)
    this.#retry = undefined
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (!(await this.#send(next))) return
    }
  }

  #drop(count: number): void {
    if (count === 0) return
    this.#waiting.splice(0, count)
    this.#options.logger.error({ count }, `What ${String(count)} calls used is counted in no budget.`)
  }
}
