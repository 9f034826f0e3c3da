import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./process.ts', import.meta.url))

/** A process that need not compile everything again is there five times sooner. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/node-compile', import.meta.url))

/** A real process that can be killed. */
export interface TestProcess {
  /** What it has said so far. */
  readonly lines: readonly string[]
  /** The next line that it says, as a number. */
  number(): Promise<number>
  line(): Promise<string>
  /** kill -9, and gone. */
  kill(): Promise<void>
}

export function fork(task: 'write' | 'spend' | 'hang', url: string, more: string = ''): TestProcess {
  const args = ['--conditions=@llm/source', SCRIPT, task, url, more]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE },
  })
  const exited = once(child, 'exit')
  const lines: string[] = []
  const reader = createInterface(child.stdout).on('line', line => lines.push(line))
  const line = async (): Promise<string> => {
    const [next] = (await Promise.race([
      once(reader, 'line'),
      exited.then(() => Promise.reject(new Error(`The process to ${task} has ended.`))),
    ])) as [string]
    return next
  }
  return {
    lines,
    line,
    number: async () => Number(await line()),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
