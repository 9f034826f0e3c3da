import type { Clock } from '../clock.ts'

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward and wakes, one after the other, everybody whose time has come; resolves when they have run. Whoever
   * goes back to sleep for less than what is left is woken again.
   */
  advance(ms: number): Promise<void>
  /** How many are asleep. */
  readonly sleeping: number
}

/** How a {@link ManualClock} starts. */
export interface ManualClockOptions {
  /** The time at first, in milliseconds. Defaults to 0. */
  readonly start?: number | undefined
  /**
   * Time jumps by itself to the first one to be woken whenever a turn of the event loop passes with somebody asleep, so
   * that waiting takes no real time. Code that waits for the real world then sees its timeouts pass at once. Defaults to
   * false.
   */
  readonly autoAdvance?: boolean | undefined
}

interface Sleeper {
  readonly at: number
  wake(): void
}

/**
 * A clock for tests: code that sleeps by it takes no real time.
 *
 * @example
 * ```ts
 * import { createManualClock } from '@llm/core/testing'
 *
 * const clock = createManualClock()
 * const nap = clock.sleep(60_000)
 * await clock.advance(60_000)
 * await nap
 * clock.now() // 60000
 * ```
 */
export function createManualClock({ start = 0, autoAdvance = false }: ManualClockOptions = {}): ManualClock {
  const sleepers = new Set<Sleeper>()
  let now = start
  let jumping = false

  const wakeNext = async (until: number): Promise<boolean> => {
    const next = firstOf(sleepers)
    if (next === undefined || next.at > until || next.at === Infinity) return false
    now = Math.max(now, next.at)
    next.wake()
    await turn()
    return true
  }
  const jump = async (): Promise<void> => {
    jumping = true
    await turn()
    while (await wakeNext(Infinity));
    jumping = false
  }
  return {
    now: () => now,
    sleep(ms, signal) {
      if (autoAdvance && !jumping) void jump()
      return asleep(sleepers, now + Math.max(ms, 0), signal)
    },
    async advance(ms) {
      const until = now + ms
      await turn()
      while (await wakeNext(until));
      now = Math.max(now, until)
    },
    get sleeping() {
      return sleepers.size
    },
  }
}

function asleep(sleepers: Set<Sleeper>, at: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      sleepers.delete(sleeper)
      signal?.removeEventListener('abort', abort)
    }
    const abort = (): void => {
      leave()
      reject(signal?.reason as Error)
    }
    const sleeper = {
      at,
      wake: () => {
        leave()
        resolve()
      },
    }
    if (signal?.aborted === true) return abort()
    sleepers.add(sleeper)
    signal?.addEventListener('abort', abort, { once: true })
  })
}

/** Of those with the same time, the one that fell asleep first. */
function firstOf(sleepers: Iterable<Sleeper>): Sleeper | undefined {
  let first: Sleeper | undefined
  for (const sleeper of sleepers) if (first === undefined || sleeper.at < first.at) first = sleeper
  return first
}

const { setImmediate: immediate, setTimeout: timeout } = globalThis as Partial<typeof globalThis> &
  Pick<typeof globalThis, 'setTimeout'>

/** Lets everything run that is ready to. The timers are those from before a test faked them. */
function turn(): Promise<void> {
  return new Promise(resolve => {
    if (immediate !== undefined) immediate(resolve)
    else timeout(resolve, 0)
  })
}
