import { setAlarm, type Clock } from '../clock.ts'
import type { TimeoutError } from '../errors/timeout-error.ts'
import type { CompletionStream } from '../stream/completion-stream.ts'
import { isContent, type CompletionEvent } from '../stream/events.ts'

/** How long a stream may take, in milliseconds. What is left out is not limited. */
export interface StreamLimits {
  /** The whole call, the last event included. */
  readonly totalMs?: number | undefined
  /** From sending to the first content, reasoning included. */
  readonly firstContentMs?: number | undefined
  /** Without a byte of any kind: pings count. */
  readonly livenessMs?: number | undefined
  /** Without more content, once there was some. Pings do not count. */
  readonly idleMs?: number | undefined
  /** The same while the model reasons. Defaults to `idleMs`. */
  readonly idleReasoningMs?: number | undefined
}

/** The timers of a stream. */
export type StreamTimer = 'total' | 'first-content' | 'liveness' | 'idle'

/** What a watchdog needs to know. */
export interface WatchdogOptions {
  readonly limits: StreamLimits
  readonly clock: Clock
  /** The error for a limit that has passed. */
  readonly late: (timer: StreamTimer, ms: number) => TimeoutError
}

interface Limit {
  readonly timer: StreamTimer
  readonly ms: number
  /** When it passes. */
  readonly at: number
}

/** Ends a stream that takes too long. */
export function watchStream(stream: CompletionStream, options: WatchdogOptions): CompletionStream {
  const watchdog = new Watchdog(stream, options)
  return stream.observe({
    onPull: watchdog.onPull,
    onPing: options.limits.livenessMs === undefined ? undefined : watchdog.onPing,
    onBatch: watchdog.onBatch,
    onEnd: watchdog.onEnd,
  })
}

/**
 * One alarm a stream, to look at what has happened whenever a limit may have passed: events only leave a note. What the
 * host is silent for counts only while it is waited for.
 */
class Watchdog {
  #stream: CompletionStream
  #options: WatchdogOptions
  /** No limit passes sooner than this after anything has happened. */
  #shortest: number
  #stopAlarm: (() => void) | undefined
  #startedAt: number | undefined
  #waiting = false
  #aliveAt = 0
  /** Since when there was no content, the time left out in which nobody waited for any. */
  #quietSince = 0
  #toldAt = 0
  #hadContent = false
  #begun = false
  #reasoning = false

  constructor(stream: CompletionStream, options: WatchdogOptions) {
    const { firstContentMs, livenessMs, idleMs, idleReasoningMs } = options.limits
    this.#stream = stream
    this.#options = options
    this.#shortest = Math.min(...[firstContentMs, livenessMs, idleMs, idleReasoningMs].map(ms => ms ?? Infinity))
  }

  onPull = (): void => {
    const now = this.#options.clock.now()
    if (this.#hadContent || this.#startedAt === undefined) this.#quietSince = now
    else if (!this.#waiting) this.#quietSince += now - this.#toldAt
    this.#hadContent = false
    this.#waiting = true
    this.#aliveAt = now
    if (this.#startedAt !== undefined) return
    this.#startedAt = now
    this.#watch(now, now)
  }

  onPing = (): void => {
    this.#aliveAt = this.#options.clock.now()
  }

  onBatch = (batch: readonly CompletionEvent[]): void => {
    this.#waiting = false
    const content = lastContent(batch)
    if (content === undefined) {
      this.#toldAt = this.#options.clock.now()
      return
    }
    this.#hadContent = true
    this.#begun = true
    this.#reasoning = content.type === 'reasoning-delta'
  }

  onEnd = (): void => {
    this.#stopAlarm?.()
  }

  #watch(startedAt: number, now: number): void {
    const { clock, late } = this.#options
    const { timer, ms, at } = this.#next(startedAt)
    if (at <= now) {
      this.#stream.fail(late(timer, ms))
      return
    }
    this.#stopAlarm = setAlarm(clock, Math.min(at - now, this.#shortest), () => {
      this.#watch(startedAt, clock.now())
    })
  }

  /** The limit that passes next as things are. */
  #next(startedAt: number): Limit {
    const { totalMs, firstContentMs, livenessMs, idleMs, idleReasoningMs = idleMs } = this.#options.limits
    const limit = (timer: StreamTimer, ms: number | undefined, from: number): Limit => ({
      timer,
      ms: ms ?? Infinity,
      at: from + (ms ?? Infinity),
    })
    const whole = limit('total', totalMs, startedAt)
    if (!this.#waiting) return whole
    const content = this.#begun
      ? limit('idle', this.#reasoning ? idleReasoningMs : idleMs, this.#quietSince)
      : limit('first-content', firstContentMs, this.#quietSince)
    return [content, limit('liveness', livenessMs, this.#aliveAt)].reduce((a, b) => (b.at < a.at ? b : a), whole)
  }
}

/** A loop, as most batches are of one event. */
function lastContent(batch: readonly CompletionEvent[]): CompletionEvent | undefined {
  for (let index = batch.length - 1; index >= 0; index--) {
    const event = batch[index]
    if (event !== undefined && isContent(event)) return event
  }
  return undefined
}
