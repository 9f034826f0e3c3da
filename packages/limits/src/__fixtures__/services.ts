import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { createClient } from 'redis'
import { afterAll, describe } from 'vitest'

/** A service that tests share, and a corner of it that is this test file's own. */
export interface Service {
  readonly name: 'PostgreSQL' | 'Redis'
  readonly url: string
  readonly schema: string
  readonly prefix: string
}

const own = randomUUID().slice(0, 8)
const corner = { schema: `llm_test_${own}`, prefix: `llm-test-${own}:` }

const SERVICES = [
  { name: 'PostgreSQL', variable: 'DATABASE_URL', clean: dropSchema },
  { name: 'Redis', variable: 'REDIS_URL', clean: deleteKeys },
] as const

/** Describes what holds for each service, and says so where there is none. */
export function describeServices(
  title: string,
  { only, ...options }: { readonly timeout: number; readonly only?: Service['name'] },
  tests: (service: Service) => void,
): void {
  for (const { name, variable, clean } of SERVICES) {
    if (only !== undefined && only !== name) continue
    const url = process.env[variable]
    if (!url) {
      console.warn(`${title}, ${name}: skipped, as ${variable} is not set`)
      describe.skip(`${title}, ${name}: ${variable} is not set`, () => {
        tests({ name, url: '', ...corner })
      })
      continue
    }
    describe(`${title}, ${name}`, options, () => {
      afterAll(() => clean(url))
      tests({ name, url, ...corner })
    })
  }
}

async function dropSchema(url: string): Promise<void> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  await client.connect()
  await client.query(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS "${corner.schema}" CASCADE`)
  await client.end()
}

async function deleteKeys(url: string): Promise<void> {
  const client = await createClient({ url }).connect()
  for await (const keys of client.scanIterator({ MATCH: `${corner.prefix}*` })) if (keys.length > 0) await client.del(keys)
  await client.close()
}
