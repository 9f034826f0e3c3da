import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Service } from './services.ts'
import type { Task } from './worker.ts'

/** Another process with limits in the same place. */
export interface Worker {
  /** Has it do something, and gives what it answers. */
  do<T>(task: Task): Promise<T>
  kill(): Promise<void>
}

/** Starts processes and waits until they are ready. */
export async function startWorkers(
  count: number,
  { url, schema, prefix, reservationMs = 60_000 }: Service & { readonly reservationMs?: number },
): Promise<Worker[]> {
  const options = JSON.stringify({ url, schema, prefix, reservationMs, timeout: 5000 })
  return Promise.all(
    Array.from({ length: count }, async () => {
      const child = fork(new URL('worker.ts', import.meta.url), [options], { execArgv: ['--conditions=@llm/source'] })
      await once(child, 'message')
      return workerIn(child)
    }),
  )
}

function workerIn(child: ChildProcess): Worker {
  return {
    async do<T>(task: Task) {
      const answered = once(child, 'message') as Promise<[T]>
      child.send(task)
      const [answer] = await answered
      return answer
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
