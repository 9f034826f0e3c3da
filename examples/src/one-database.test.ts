import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Runs the program with the environment it is given and nothing of this one that points elsewhere. */
async function run(environment: Record<string, string>): Promise<string> {
  const { DATABASE_URL: _, REDIS_URL: __, NODE_OPTIONS: ___, ...rest } = process.env
  const program = fileURLToPath(new URL('one-database.ts', import.meta.url))
  const options = { env: { ...rest, ...environment }, cwd: fileURLToPath(new URL('..', import.meta.url)) }
  return (await promisify(execFile)(process.execPath, ['--conditions=@llm/source', program], options)).stdout
}

const says = (place: string): string =>
  `Mars. miss\nMars. hit\ncompleted They agreed.\n3 requests of ada, kept in ${place}\n`

test('without a database everything is kept in files', { timeout: 60_000 }, async () => {
  expect(await run({})).toBe(says('files'))
})

const server = process.env['DATABASE_URL']

describe.skipIf(server === undefined)('with DATABASE_URL', () => {
  const name = `llm_example_${crypto.randomUUID().slice(0, 8)}`
  const url = new URL(server ?? 'postgres://127.0.0.1')
  url.pathname = name

  const ask = async (connection: string, text: string): Promise<string[]> => {
    const client = new pg.Client(connection)
    await client.connect()
    const { rows } = await client.query<{ name?: string }>(text)
    await client.end()
    return rows.map(row => row.name ?? '')
  }

  beforeAll(() => ask(server ?? '', `create database ${name}`))
  afterAll(() => ask(server ?? '', `drop database ${name} with (force)`))

  test('everything is kept there', { timeout: 60_000 }, async () => {
    expect(await run({ DATABASE_URL: url.href })).toBe(says('PostgreSQL'))
    const tables = await ask(url.href, 'select relname as name from pg_stat_user_tables where n_live_tup > 0')
    expect(tables).toEqual(expect.arrayContaining(['llm_requests', 'llm_cache', 'llm_budgets_v1', 'job_common']))
  })
})
