import { ConfigurationError } from '@llm/core'
import type { Kysely } from 'kysely'
import type { ColumnTypes, Engine } from './engine.ts'
import { createLedger } from './migrations/create-ledger.ts'
import type { Database } from './schema.ts'

/** One step from a version of the schema to the next. Once released it never changes. */
export type Migration = (db: Kysely<Database>, types: ColumnTypes) => Promise<void>

/** The step at index 0 makes version 1. */
const MIGRATIONS: readonly Migration[] = [createLedger]

/** Makes the tables, or brings them up to date; of several processes that try at once, one does it. */
export async function migrate(engine: Engine, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  if (known(await versionOf(engine), migrations)) return
  await engine.db.transaction().execute(async transaction => {
    await engine.lock(transaction)
    await transaction.schema
      .createTable('llm_schema')
      .ifNotExists()
      .addColumn('version', 'integer', column => column.primaryKey())
      .execute()
    const version = await latest(transaction)
    if (known(version, migrations)) return
    for (const step of migrations.slice(version)) await step(transaction, engine.types)
    await transaction.insertInto('llm_schema').values({ version: migrations.length }).execute()
  })
}

function known(version: number, migrations: readonly Migration[]): boolean {
  if (version <= migrations.length) return version === migrations.length
  throw new ConfigurationError({
    message: `The ledger was written by a newer version of @llm/store: its schema is ${version}, known is ${migrations.length}.`,
    hint: 'Update @llm/store, or keep the ledger somewhere else. Nothing was changed.',
  })
}

async function versionOf({ db, isMissingTable }: Engine): Promise<number> {
  try {
    return await latest(db)
  } catch (error) {
    if (isMissingTable(error)) return 0
    throw error
  }
}

async function latest(db: Kysely<Database>): Promise<number> {
  const row = await db
    .selectFrom('llm_schema')
    .select(({ fn }) => fn.max('version').as('version'))
    .executeTakeFirst()
  return (row?.version as number | null | undefined) ?? 0
}
