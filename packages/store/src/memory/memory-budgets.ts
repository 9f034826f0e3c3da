import type { BudgetAccount, BudgetGrant, BudgetStore, Spending } from '@llm/core'

/** Budgets in an object of the process. */
export class MemoryBudgets implements BudgetStore {
  #accounts: Map<string, Spending> = new Map()

  reserve(account: BudgetAccount, amount: Spending, limits: Partial<Spending>): BudgetGrant {
    const { tokens = Infinity, cost = Infinity } = limits
    const spent = this.#accounts.get(idOf(account)) ?? { tokens: 0, cost: 0 }
    const granted = spent.tokens + amount.tokens <= tokens && spent.cost + amount.cost <= cost
    if (granted) this.#add(account, amount)
    return { granted, spent }
  }

  settle(account: BudgetAccount, reserved: Spending, used: Spending): void {
    this.#add(account, { tokens: used.tokens - reserved.tokens, cost: used.cost - reserved.cost })
  }

  #add(account: BudgetAccount, { tokens, cost }: Spending): void {
    const spent = this.#accounts.get(idOf(account)) ?? { tokens: 0, cost: 0 }
    this.#accounts.set(idOf(account), { tokens: spent.tokens + tokens, cost: spent.cost + cost })
  }
}

function idOf({ key, start }: BudgetAccount): string {
  return `${start} ${key}`
}
