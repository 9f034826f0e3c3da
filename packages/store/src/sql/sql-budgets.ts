import type { BudgetAccount, BudgetGrant, BudgetStore, Spending } from '@llm/core'
import { sql } from 'kysely'
import type { Engine } from './engine.ts'

/** Budgets beside the ledger: every step is one statement, which no other process can come between. */
export class SqlBudgets implements BudgetStore {
  #engine: Pick<Engine, 'db'>

  constructor(engine: Pick<Engine, 'db'>) {
    this.#engine = engine
  }

  async reserve(account: BudgetAccount, amount: Spending, limits: Partial<Spending>): Promise<BudgetGrant> {
    const reserved = await this.#add(account, amount, limits)
    if (reserved === undefined) return { granted: false, spent: await this.#spent(account) }
    const spent = { tokens: reserved.tokens - amount.tokens, cost: reserved.cost - amount.cost }
    if (spent.tokens === 0 && spent.cost === 0) await this.#forgetBefore(account)
    return { granted: true, spent }
  }

  async settle(account: BudgetAccount, reserved: Spending, used: Spending): Promise<void> {
    await this.#add(account, { tokens: used.tokens - reserved.tokens, cost: used.cost - reserved.cost }, {})
  }

  /** What the account then holds, or nothing where that would be too much. */
  async #add(
    { key, start, end = null }: Account,
    amount: Spending,
    limits: Partial<Spending>,
  ): Promise<Spending | undefined> {
    const { tokens = Number.MAX_VALUE, cost = Number.MAX_VALUE } = limits
    const real = (value: number) => sql`cast(${value} as double precision)`
    const [moreTokens, moreCost] = [real(amount.tokens), real(amount.cost)]
    const { rows } = await sql<Spending>`
      insert into llm_budgets (key, start, ends_at, tokens, cost)
      select ${key}, cast(${start} as bigint), cast(${end} as bigint), ${moreTokens}, ${moreCost}
      where ${moreTokens} <= ${real(tokens)} and ${moreCost} <= ${real(cost)}
      on conflict (key, start) do update
        set tokens = llm_budgets.tokens + excluded.tokens, cost = llm_budgets.cost + excluded.cost
        where llm_budgets.tokens + excluded.tokens <= ${real(tokens)} and llm_budgets.cost + excluded.cost <= ${real(cost)}
      returning tokens, cost`.execute(this.#engine.db)
    return rows[0]
  }

  async #spent({ key, start }: BudgetAccount): Promise<Spending> {
    const accounts = this.#engine.db.selectFrom('llm_budgets').select(['tokens', 'cost'])
    const account = await accounts.where('key', '=', key).where('start', '=', start).executeTakeFirst()
    return account ?? { tokens: 0, cost: 0 }
  }

  /** A new window has begun: the key's earlier ones are over. */
  async #forgetBefore({ key, start }: BudgetAccount): Promise<void> {
    await this.#engine.db.deleteFrom('llm_budgets').where('key', '=', key).where('ends_at', '<=', start).execute()
  }
}

type Account = Omit<BudgetAccount, 'end'> & { readonly end?: number | null }
