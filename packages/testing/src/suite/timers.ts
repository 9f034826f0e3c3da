/** Knows the timers that were set while it watches, and neither ran nor were cleared. */
export interface TimerWatch {
  /** Where each of them was set. */
  running(): readonly string[]
  stop(): void
}

/** Stands in the place of the global `setTimeout` and `clearTimeout` until it is stopped. */
export function watchTimers(): TimerWatch {
  const { setTimeout: set, clearTimeout: clear } = globalThis
  const open = new Map<unknown, string>()
  const watched = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): unknown => {
    const timer = set(() => {
      open.delete(timer)
      run(...args)
    }, ms)
    const where = callerOf(new Error().stack)
    if (!isRuntime(where)) open.set(timer, `${String(ms)} ms ${where}`)
    return timer
  }
  Object.assign(globalThis, {
    setTimeout: watched,
    clearTimeout: (timer: never) => {
      open.delete(timer)
      clear(timer)
    },
  })
  return {
    running: () => [...open.values()],
    stop: () => {
      Object.assign(globalThis, { setTimeout: set, clearTimeout: clear })
    },
  }
}

function callerOf(stack: string = ''): string {
  return stack.split('\n')[2]?.trim() ?? ''
}

/** The runtime's own `fetch` keeps timers for the connections that it holds open. */
function isRuntime(where: string): boolean {
  return where.includes('node:internal')
}
