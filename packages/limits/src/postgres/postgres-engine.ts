import { lazy, type RateLimitGrant } from '@llm/core'
import { grainOf, KEPT_MS, type Engine } from '../engine.ts'
import { runQuery, type PostgresPool } from './pool.ts'
import { cleanUp, namesIn, setUp } from './schema.ts'

/** What a {@link postgresEngine} works with. */
export interface PostgresEngineOptions {
  readonly connect: () => Promise<PostgresPool>
  readonly close: () => Promise<void>
  readonly schema: string
  readonly reservationMs: number
  readonly timeout: number
}

/** After how many questions what has expired is looked for. */
const CLEAN_EVERY = 10_000

/** Limits in PostgreSQL: every step is one call of a function, which is one transaction. */
export function postgresEngine({ connect, close, schema, reservationMs, timeout }: PostgresEngineOptions): Engine {
  const names = namesIn(schema)
  const query = async (text: string, values?: unknown[]): Promise<readonly unknown[]> =>
    runQuery(await connect(), { text, timeout, ...(values === undefined ? {} : { values }) })
  const ready = lazy(async () => {
    const [found] = await query('SELECT to_regproc($1) IS NOT NULL AS there', [names.settle])
    // Whoever may not create anything can use what somebody else created.
    if (!(found as { there: boolean }).there) await query(setUp(names))
  })
  let asked = 0
  const ask = async (text: string, values: unknown[]): Promise<readonly unknown[]> => {
    await ready()
    const rows = await query(text, values)
    // What is not cleaned up now is cleaned up next time.
    if (++asked % CLEAN_EVERY === 0) void query(cleanUp(names)).catch(() => undefined)
    return rows
  }
  const keptUntil = ({ end }: { readonly end?: number }): number | null => (end === undefined ? null : end + KEPT_MS)
  return {
    async take(charges, taker) {
      const column = (read: (charge: (typeof charges)[number]) => unknown): unknown[] => charges.map(read)
      const [row] = await ask(`SELECT * FROM ${names.take}($1, $2, $3, $4, $5, $6, $7)`, [
        taker.id,
        taker.leaseMs,
        column(({ key }) => key),
        column(({ limit }) => limit),
        column(({ windowMs }) => Math.ceil(windowMs)),
        column(grainOf),
        column(({ amount }) => amount),
      ])
      return grantOf(row as { wait_ms: string; at_ms: string })
    },
    async adjust(charge, at) {
      const values = [charge.key, Math.ceil(charge.windowMs), grainOf(charge), charge.amount, at]
      await ask(`SELECT ${names.adjust}($1, $2, $3, $4, $5)`, values)
    },
    async reserve(account, { id, tokens, cost }, limits) {
      const most = [limits.tokens ?? null, limits.cost ?? null]
      const values = [id, account.key, account.start, keptUntil(account), tokens, cost, ...most, reservationMs]
      const [row] = await ask(`SELECT * FROM ${names.reserve}($1, $2, $3, $4, $5, $6, $7, $8, $9)`, values)
      const { granted, ...spent } = row as { granted: boolean; spent_tokens: string; spent_cost: string }
      return { granted, spent: { tokens: Number(spent.spent_tokens), cost: Number(spent.spent_cost) }, id }
    },
    async settle(account, { id }, used) {
      const values = [id, account.key, account.start, keptUntil(account), used.tokens, used.cost]
      await ask(`SELECT ${names.settle}($1, $2, $3, $4, $5, $6)`, values)
    },
    close,
  }
}

function grantOf({ wait_ms: wait, at_ms: at }: { wait_ms: string; at_ms: string }): RateLimitGrant {
  return Number(wait) > 0 ? { taken: false, retryInMs: Number(wait) } : { taken: true, at: Number(at) }
}
