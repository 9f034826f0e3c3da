import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { LLMError } from '@llm/core'
import type { Db } from 'pg-boss'
import { lockFolder } from './folder-lock.ts'
import { JobStoreError } from './job-error.ts'
import type { Answer, Query } from './pglite-thread.ts'

/** An embedded PostgreSQL in a folder. It runs in a thread of its own, as each query would hold up this one. */
export interface EmbeddedDatabase extends Db {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
  close(): Promise<void>
}

/**
 * Opens the database in a folder, and makes it where there is none.
 *
 * @throws {@link ConfigurationError} where another process has the folder; {@link JobStoreError} where it is broken.
 */
export async function openEmbedded(folder: string): Promise<EmbeddedDatabase> {
  const unlock = await lockFolder(folder)
  const existed = existsSync(join(folder, 'data'))
  const thread = startThread(folder)
  try {
    await thread.opened
  } catch (cause) {
    await thread.end()
    unlock()
    throw new JobStoreError({
      message: `The database in ${folder} cannot be opened${existed ? ': it is broken, or of a newer version' : ''}.`,
      hint: existed
        ? 'Nothing in it was changed. Put back a copy, or give another folder to begin anew.'
        : 'The folder must have room, and allow writing.',
      retryable: false,
      cause,
    })
  }
  return {
    executeSql: async (text, values) => ({ rows: [...((await thread.ask({ text, values })).rows ?? [])] }),
    close: async () => {
      await thread.ask({}).catch(() => undefined)
      await thread.end()
      unlock()
    },
  }
}

interface Thread {
  readonly opened: Promise<unknown>
  ask(query: Omit<Query, 'id'>): Promise<Answer>
  end(): Promise<unknown>
}

interface Asked {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

function startThread(folder: string): Thread {
  // Sources run as they are in development; a built package has only JavaScript.
  const file = import.meta.url.endsWith('.ts') ? './pglite-thread.ts' : './pglite-thread.js'
  const worker = new Worker(new URL(file, import.meta.url), { workerData: { folder } })
  const waiting = new Map<number, Asked>()
  let gone: LLMError | undefined
  let last = 0
  const wait = (id: number): Promise<Answer> => {
    if (gone !== undefined) return Promise.reject(gone)
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
  }
  const lose = (cause?: unknown): void => {
    gone ??= lost(folder, cause)
    for (const { reject } of waiting.values()) reject(gone)
    waiting.clear()
  }
  worker.on('message', (answer: Answer) => {
    const { id, error } = answer
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.resolve(answer)
    else asked?.reject(Object.assign(new Error(error.message), { code: error.code }))
  })
  worker
    .on('error', error => {
      lose(error)
    })
    .on('exit', () => {
      lose()
    })
  return {
    opened: wait(0),
    ask: query => {
      last += 1
      const answered = wait(last)
      if (gone === undefined) worker.postMessage({ ...query, id: last } satisfies Query)
      return answered
    },
    end: () => worker.terminate(),
  }
}

function lost(folder: string, cause: unknown): JobStoreError {
  return new JobStoreError({
    message: `The database in ${folder} is closed.`,
    hint: 'Make new jobs with createJobs() to open it again. Jobs that were started are kept in it.',
    cause,
  })
}
