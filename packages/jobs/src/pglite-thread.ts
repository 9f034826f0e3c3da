import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'

/** What the thread is asked. Without a text it closes the database. */
export interface Query {
  readonly id: number
  readonly text?: string | undefined
  readonly values?: readonly unknown[] | undefined
}

/** What it answers. The first answer, with id 0, says that the database is open, or why it is not. */
export interface Answer {
  readonly id: number
  readonly rows?: readonly unknown[]
  readonly error?: { readonly message: string; readonly code?: string | undefined }
}

/** https://www.postgresql.org/docs/current/runtime-config-resource.html */
const SMALL = ['shared_buffers = 16MB', 'max_connections = 5']

/** A new database is made under another name: one that was half made when the process died must not be opened. */
async function openDatabase(folder: string): Promise<PGlite> {
  const path = join(folder, 'data')
  if (!existsSync(path)) {
    const draft = join(folder, 'data.new')
    await rm(draft, { recursive: true, force: true })
    const made = await PGlite.create({ dataDir: draft, postgresqlconf: SMALL })
    await made.close()
    await rename(draft, path)
  }
  return PGlite.create({ dataDir: path, postgresqlconf: SMALL })
}

/** Only texts without values may hold more than one statement. */
async function run(database: PGlite, { text = '', values = [] }: Query): Promise<readonly unknown[]> {
  try {
    if (values.length > 0) return (await database.query(text, [...values])).rows
    return (await database.exec(text)).flatMap(({ rows }) => rows)
  } catch (error) {
    // There is one session: a transaction that failed must not swallow what comes after it.
    await database.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

async function answer(query: Query, database: PGlite): Promise<Answer> {
  try {
    if (query.text !== undefined) return { id: query.id, rows: await run(database, query) }
    await database.close()
    return { id: query.id }
  } catch (error) {
    return { id: query.id, error: describe(error) }
  }
}

function describe(error: unknown): NonNullable<Answer['error']> {
  const { message, code } = error as { message?: unknown; code?: unknown }
  return { message: String(message ?? error), code: typeof code === 'string' ? code : undefined }
}

async function serve(port: MessagePort, { folder }: { readonly folder: string }): Promise<void> {
  const opened = await openDatabase(folder).then(
    database => ({ database }),
    (error: unknown) => ({ error: describe(error) }),
  )
  if ('error' in opened) {
    port.postMessage({ id: 0, error: opened.error } satisfies Answer)
    return
  }
  port.on('message', (query: Query) => {
    void answer(query, opened.database).then(answered => {
      port.postMessage(answered)
      if (query.text === undefined) port.close()
    })
  })
  port.postMessage({ id: 0 } satisfies Answer)
}

// Imported anywhere else, this module does nothing.
if (parentPort !== null && typeof (workerData as { folder?: unknown } | null)?.folder === 'string') {
  await serve(parentPort, workerData as { readonly folder: string })
}
