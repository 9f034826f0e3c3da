import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import type { JobsSettings } from '@llm/jobs'

/** How often each job ended, as the database itself saw it. */
export interface Ends {
  /** Watches from now on. */
  watch(): Promise<void>
  /** By id: each end, in order. */
  read(): Promise<ReadonlyMap<string, readonly string[]>>
  remove(): Promise<void>
}

type Query = (text: string) => Promise<readonly unknown[]>

/** A trigger of the test's own: it knows nothing of what the code under test says it did. */
export function endsOf({ url, folder, schema = 'llm_jobs' }: JobsSettings): Ends {
  const ask = <T>(use: (query: Query) => Promise<T>): Promise<T> =>
    url === undefined ? onFolder(`${String(folder)}/data`, use) : onPostgres(url, use)
  return {
    watch: () =>
      ask(async query => {
        await query(`CREATE TABLE ${schema}.ends (job uuid, state text, at bigserial)`)
        await query(`CREATE FUNCTION ${schema}.note_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF TG_OP = 'INSERT' OR OLD.state IS DISTINCT FROM NEW.state THEN
            INSERT INTO ${schema}.ends (job, state) VALUES (NEW.id, NEW.state);
          END IF;
          RETURN NEW; END $$`)
        await query(`CREATE TRIGGER note_end AFTER INSERT OR UPDATE ON ${schema}.job_common FOR EACH ROW
          WHEN (NEW.name = 'jobs' AND NEW.state IN ('completed', 'failed', 'cancelled'))
          EXECUTE FUNCTION ${schema}.note_end()`)
      }),
    read: () =>
      ask(async query => {
        const ends = new Map<string, string[]>()
        for (const row of await query(`SELECT job, state FROM ${schema}.ends ORDER BY at`)) {
          const { job, state } = row as { job: string; state: string }
          ends.set(job, [...(ends.get(job) ?? []), state])
        }
        return ends
      }),
    remove: async () => {
      if (url !== undefined) await onPostgres(url, query => query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))
    },
  }
}

async function onFolder<T>(path: string, use: (query: Query) => Promise<T>): Promise<T> {
  const database = await PGlite.create(path)
  try {
    return await use(async text => (await database.query(text)).rows)
  } finally {
    await database.close()
  }
}

async function onPostgres<T>(url: string, use: (query: Query) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await use(async text => (await client.query(text)).rows as unknown[])
  } finally {
    await client.end()
  }
}
