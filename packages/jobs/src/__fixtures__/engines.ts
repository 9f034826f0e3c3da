import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { JobsSettings } from '../settings.ts'

/** A place for jobs, made for one test file and removed after it. */
export interface Engine {
  readonly name: string
  /** Why it is skipped. */
  readonly missing?: string
  readonly place: Pick<JobsSettings, 'url' | 'folder' | 'schema'>
  readonly remove: () => Promise<void>
}

/** Both engines, under a name of the test file's own. */
export function engines(owner: string): readonly Engine[] {
  return [embedded(owner), postgres(owner)]
}

function embedded(owner: string): Engine {
  const folder = mkdtempSync(join(tmpdir(), `llm-jobs-${owner}-`))
  const remove = async (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  return { name: 'PGlite', place: { folder }, remove }
}

function postgres(owner: string): Engine {
  const url = process.env['DATABASE_URL']
  const schema = `jobs_${owner}_${String(process.pid)}`
  if (url === undefined || url === '') {
    return { name: 'PostgreSQL', missing: 'DATABASE_URL is not set', place: {}, remove: async () => undefined }
  }
  const remove = async (): Promise<void> => {
    await ask(url, `DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  }
  return { name: 'PostgreSQL', place: { url, schema }, remove }
}

/** Asks PostgreSQL something, on a connection of its own. */
export async function ask<Row = unknown>(url: string, text: string): Promise<readonly Row[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query(text)
    return rows as Row[]
  } finally {
    await client.end()
  }
}
