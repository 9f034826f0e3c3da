import { Worker } from 'node:worker_threads'
import {
  sqliteWorker,
  type SqliteReply,
  type SqliteRequest,
  type SqliteStatement,
  type SqliteWorkerData,
} from './sqlite-worker.ts'

/** An error of SQLite. https://www.sqlite.org/rescode.html */
export class SqliteError extends Error {
  override readonly name: string = 'SqliteError'
  readonly code: number | undefined

  constructor(message: string, code: number | undefined) {
    super(message)
    this.code = code
  }
}

/** One connection to a file, in a thread of its own. The process may end while nothing is asked of it. */
export class SqliteConnection {
  #worker: Worker
  #waiting: Map<number, PromiseWithResolvers<SqliteReply>> = new Map()
  #next = 0
  #ended = false

  constructor(workerData: SqliteWorkerData) {
    this.#worker = new Worker(`(${sqliteWorker.toString()})()`, {
      eval: true,
      workerData,
      // Node 22 warns that SQLite is experimental.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#worker.unref()
    this.#worker.on('message', (reply: SqliteReply) => {
      this.#settle(reply)
    })
    this.#worker.on('error', (error: Error) => {
      this.#failAll(error)
    })
    this.#worker.on('exit', () => {
      this.#ended = true
      this.#failAll(gone())
    })
  }

  /** The thread is gone, as when its memory was used up: it answers nothing any more. */
  get ended(): boolean {
    return this.#ended
  }

  run(statement: SqliteStatement): Promise<SqliteReply> {
    if (this.#ended) return Promise.reject(gone())
    const id = this.#next++
    const resolvers = Promise.withResolvers<SqliteReply>()
    if (this.#waiting.size === 0) this.#worker.ref()
    this.#waiting.set(id, resolvers)
    this.#worker.postMessage({ id, ...statement } satisfies SqliteRequest)
    return resolvers.promise
  }

  async close(): Promise<void> {
    if (this.#ended) return
    await this.run({})
    await this.#worker.terminate()
  }

  #settle(reply: SqliteReply): void {
    const resolvers = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if (reply.error === undefined) resolvers?.resolve(reply)
    else resolvers?.reject(new SqliteError(reply.error.message, reply.error.code))
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

function gone(): SqliteError {
  return new SqliteError('The thread with the database has ended.', undefined)
}
