import { budget, loadOptional, rateLimit, silentLogger, type Logger } from '@llm/core'
import { mock } from '@llm/provider-mock'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { startProxy, type Proxy } from './__fixtures__/proxy.ts'
import { describeServices } from './__fixtures__/services.ts'
import { Connection } from './connection.ts'
import { LimitsUnavailableError } from './limits-unavailable-error.ts'
import { sharedLimits, type SharedLimits, type SharedLimitsOptions } from './shared-limits.ts'

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], maxTokens: 95 } as const

function recorder(): { logger: Logger; lines: string[] } {
  const lines: string[] = []
  const log = (_: object, message: string): void => void lines.push(message)
  return { lines, logger: { debug: log, info: log, warn: log, error: log } }
}

describeServices('a connection that is lost', { timeout: 30_000 }, service => {
  const { name, schema, prefix } = service
  let proxy: Proxy | undefined
  let open: SharedLimits[] = []

  async function connect(options: SharedLimitsOptions = {}): Promise<SharedLimits> {
    proxy ??= await startProxy(service.url)
    const limits = sharedLimits({ url: proxy.url, schema, prefix, timeout: 5000, ...options })
    open.push(limits)
    return limits
  }

  function calls(limits: SharedLimits, key: string, processes = 6) {
    const options = { rpm: processes, maxWaitMs: 0, key: () => key, store: limits.rateLimits }
    const provider = rateLimit(options)(mock())
    return (count: number) => outcomes(Array.from({ length: count }, () => provider.complete(request)))
  }

  async function outcomes(promises: readonly Promise<unknown>[]): Promise<string[]> {
    const results = await Promise.allSettled(promises)
    return results.map(result => (result.status === 'fulfilled' ? 'ok' : (result.reason as { code: string }).code))
  }

  afterEach(async () => {
    await Promise.all(open.map(limits => limits.close()))
    await proxy?.close()
    proxy = undefined
    open = []
  })

  test('each process goes on with what it has left, says so once, and comes back', async () => {
    const { logger, lines } = recorder()
    const limits = await connect({ logger })
    const call = calls(limits, `${name} cut`)
    expect(await call(4)).toEqual(['ok', 'ok', 'ok', 'ok'])
    await proxy?.cut()
    expect([await call(3), limits.lost]).toEqual([['ok', 'ok', 'rate_limit'], true])
    expect(await call(1)).toEqual(['rate_limit'])
    await proxy?.restore()
    while (limits.lost) {
      await sleep(100)
      await limits.budgets.reserve({ key: 'probe', start: 0 }, { tokens: 0, cost: 0 }, {})
    }
    // The shared limit knows of 4.
    expect(await call(3)).toEqual(['ok', 'ok', 'rate_limit'])
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(String.raw`^The limits in ${name} do not answer.*: each process goes on with limits of its own\.$`),
      ),
      `The limits in ${name} answer again.`,
    ])
  })

  test('that is cut before the first call, or falls silent, is lost too', async () => {
    const limits = await connect({ logger: recorder().logger, processes: 2 })
    await proxy?.cut()
    expect(await calls(limits, `${name} never`)(4)).toEqual(['ok', 'ok', 'ok', 'rate_limit'])
    await proxy?.restore()
    const other = await connect({ logger: recorder().logger, processes: 3, timeout: 1000 })
    const call = calls(other, `${name} silent`)
    expect(await call(1)).toEqual(['ok'])
    proxy?.silence()
    expect([await call(2), other.lost]).toEqual([['ok', 'rate_limit'], true])
  })

  test('refuses calls with a typed error where that is wanted', async () => {
    const limits = await connect({ whenLost: 'refuse', logger: recorder().logger })
    const call = calls(limits, `${name} refuse`)
    expect(await call(1)).toEqual(['ok'])
    await proxy?.cut()
    expect(await call(2)).toEqual(['limits_unavailable', 'limits_unavailable'])
    const spend = budget({ maxTokens: 1000, store: limits.budgets })(mock())
    const error: unknown = await spend.complete(request).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(LimitsUnavailableError)
    expect(error).toMatchObject({ retryable: true, hint: expect.stringContaining('Nothing was sent') as string })
  })

  test('budgets go on from what was spent, and what is spent meanwhile is counted afterwards', async () => {
    const { logger, lines } = recorder()
    const limits = await connect({ logger })
    const account = { key: `${name} budget`, start: 0 }
    const amount = { tokens: 40, cost: 0 }
    const before = await limits.budgets.reserve(account, amount, { tokens: 100 })
    await proxy?.cut()
    const meanwhile = await limits.budgets.reserve(account, amount, { tokens: 100 })
    const refused = await limits.budgets.reserve(account, amount, { tokens: 100 })
    expect([before.granted, meanwhile, refused]).toMatchObject([
      true,
      { granted: true, spent: { tokens: 40 } },
      { granted: false, spent: { tokens: 80 } },
    ])
    await limits.budgets.settle(account, { ...amount, id: before.id }, { tokens: 30, cost: 0 })
    await limits.budgets.settle(account, { ...amount, id: meanwhile.id }, { tokens: 20, cost: 0 })
    await proxy?.restore()
    const direct = sharedLimits({ url: service.url, schema, prefix })
    const spent = async () => (await direct.budgets.reserve(account, { tokens: 0, cost: 0 }, {})).spent.tokens
    while ((await spent()) !== 50) await sleep(50)
    await direct.close()
    expect(lines).toHaveLength(2)
  })

  test('what cannot be counted before the end is told, and neither message nor error shows the password', async () => {
    const { logger, lines } = recorder()
    proxy = await startProxy(service.url)
    const url = new URL(proxy.url)
    url.password = 'hunter2-secret'
    url.username ||= 'default'
    await proxy.cut()
    const limits = sharedLimits({ url: url.href, whenLost: 'refuse', logger })
    const take = async () => limits.rateLimits.take([{ key: 'k', limit: 1, windowMs: 1000, amount: 1 }])
    const error: unknown = await take().catch((reason: unknown) => reason)
    await limits.budgets.settle({ key: 'k', start: 0 }, { tokens: 1, cost: 0 }, { tokens: 1, cost: 0 })
    await limits.close()
    expect(lines.at(-1)).toBe('What 1 calls used is counted in no budget.')
    // So is what ends only then, and nothing tries on for ever.
    const told = lines.length
    await limits.budgets.settle({ key: 'k', start: 0 }, { tokens: 1, cost: 0 }, { tokens: 1, cost: 0 })
    expect(lines.slice(told)).toEqual(['What 1 calls used is counted in no budget.'])
    expect(JSON.stringify([lines, error, String(error)])).not.toContain('hunter2')
    await expect(limits.budgets.reserve({ key: 'k', start: 0 }, { tokens: 1, cost: 0 }, {})).rejects.toMatchObject({
      code: 'configuration',
    })
  })
})

describeServices('a service that refuses', { timeout: 30_000, only: 'PostgreSQL' }, ({ url }) => {
  test('says why', async () => {
    const { logger, lines } = recorder()
    const limits = sharedLimits({ url, schema: 'pg_catalog', logger })
    const grant = await limits.rateLimits.take([{ key: 'k', limit: 1, windowMs: 1000, amount: 1 }])
    expect(grant.taken).toBe(true)
    expect(lines[0]).toContain('pg_catalog')
    await limits.close()
  })
})

test('a client that is not installed is an error that says what to do, and no lost connection', async () => {
  const missing = () => loadOptional('some-client', () => Promise.reject(new Error('ERR_MODULE_NOT_FOUND')))
  const options = { name: 'Redis', timeout: 1000, logger: silentLogger, consequence: '', secrets: [] }
  const connection = new Connection({ ...options, load: missing })
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(connection.ask(() => Promise.resolve(1))).rejects.toMatchObject({
      code: 'configuration',
      hint: 'Run: npm install some-client',
    })
  }
  expect(connection.lost).toBe(false)
})
