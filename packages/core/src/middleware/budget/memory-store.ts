import type { BudgetAccount, BudgetStore, Spending } from './store.ts'

const NOTHING: Spending = { tokens: 0, cost: 0 }
/** How many reservations go by before accounts of the past are looked for. */
const SWEEP_EVERY = 1024

/**
 * Budgets in the memory of this process.
 *
 * @example
 * ```ts
 * import { budget, memoryBudgetStore } from '@llm/core'
 *
 * // Two middlewares that share one budget.
 * const store = memoryBudgetStore()
 * const [first, second] = [budget({ maxTokens: 100_000, store }), budget({ maxTokens: 100_000, store })]
 * ```
 */
export function memoryBudgetStore(now: () => number = Date.now): BudgetStore & { readonly size: number } {
  const accounts = new Map<string, { readonly end: number; spent: Spending }>()
  let reservations = 0
  const add = (account: BudgetAccount, amount: Spending): void => {
    const { key, start, end = Infinity } = account
    const id = `${String(start)} ${key}`
    const { spent } = accounts.get(id) ?? { spent: NOTHING }
    accounts.set(id, { end, spent: { tokens: spent.tokens + amount.tokens, cost: spent.cost + amount.cost } })
  }
  const sweep = (): void => {
    for (const [id, { end }] of accounts) if (end <= now()) accounts.delete(id)
  }
  return {
    reserve(account, amount, { tokens = Infinity, cost = Infinity }) {
      if (++reservations % SWEEP_EVERY === 0) sweep()
      const { spent } = accounts.get(`${String(account.start)} ${account.key}`) ?? { spent: NOTHING }
      const granted = spent.tokens + amount.tokens <= tokens && spent.cost + amount.cost <= cost
      if (granted) add(account, amount)
      return { granted, spent }
    },
    settle(account, reserved, used) {
      add(account, { tokens: used.tokens - reserved.tokens, cost: used.cost - reserved.cost })
    },
    get size() {
      return accounts.size
    },
  }
}
