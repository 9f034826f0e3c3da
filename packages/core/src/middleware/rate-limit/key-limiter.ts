import { NOT_NEEDED, type Clock } from '../../clock.ts'
import type { CallTokens } from '../calls/call-tokens.ts'
import { HostLimits, type HostLimit } from './host-limits.ts'
import type { RateLimitCharge, RateLimitGrant, RateLimitStore } from './store.ts'

/** The limits of one key. */
export interface KeyLimits {
  readonly requests?: RateLimitCharge | undefined
  readonly tokens?: RateLimitCharge | undefined
  /** A place among the calls at the same time, where others are counted with those here. */
  readonly calls?: RateLimitCharge | undefined
  readonly concurrency: number
}

/** Where a limiter counts, and by which time. */
export interface LimiterSettings {
  readonly store: RateLimitStore
  /** Others use the store, too: what they give back is not told of. */
  readonly shared: boolean
  readonly clock: Clock
}

/** How long a store that others use is not asked again at most. */
const POLL_MS = 250

/** A turn that a call was given. */
export interface Turn {
  /** Ends the call: its place is free, and its tokens are what it really used. */
  end(used: number): void
  /** Ends a call that was never sent: nothing of it counts. */
  undo(): void
}

/** A place in the queue. */
export interface Place {
  readonly turn: Promise<Turn>
  /** Resolves when there is no room at once. */
  readonly blocked: Promise<undefined>
  /** The turn itself, where it came at once. */
  readonly atOnce: Turn | undefined
  /** The store takes time to answer: even a call that goes at once has waited. */
  readonly asking: boolean
  /** Gives the place up, and the turn if it came meanwhile. */
  leave(): void
}

interface Waiter {
  readonly tokens: CallTokens
  readonly turn: PromiseWithResolvers<Turn>
  readonly blocked: PromiseWithResolvers<undefined>
  admitted?: Turn
}

/** The calls of one key, first come, first served: only the first in the queue asks whether it may go. */
export class KeyLimiter {
  #limits: KeyLimits
  #store: RateLimitStore
  #clock: Clock
  #pollMs: number
  #host: HostLimits = new HostLimits()
  #pausedUntil = 0
  /** When the first in the queue has room; `Infinity` where that depends on who ends first. */
  #roomAt = 0
  #waiting: Waiter[] = []
  #running = 0
  #serving = false
  #asking = false
  /** Something has happened since the first in the queue last asked. */
  #changed = false
  #rest: AbortController | undefined

  constructor(limits: KeyLimits, { store, shared, clock }: LimiterSettings) {
    this.#limits = limits
    this.#store = store
    this.#clock = clock
    this.#pollMs = shared ? POLL_MS : Infinity
  }

  /** Nothing would be lost with it. */
  get idle(): boolean {
    const now = this.#clock.now()
    return this.#waiting.length + this.#running === 0 && this.#pausedUntil <= now && !this.#host.active(now)
  }

  /** How long the host asked to wait, from now on. */
  get pausedFor(): number {
    return Math.max(0, this.#pausedUntil - this.#clock.now())
  }

  /** In how many milliseconds there may be room again; 0 where as soon as another call ends. */
  get roomInMs(): number {
    const roomIn = this.#roomAt === Infinity ? 0 : this.#roomAt - this.#clock.now()
    return Math.max(0, roomIn, this.pausedFor)
  }

  /** Takes a place at the end of the queue. */
  queue(tokens: CallTokens): Place {
    const turn = Promise.withResolvers<Turn>()
    const blocked = Promise.withResolvers<undefined>()
    const waiter: Waiter = { tokens, turn, blocked }
    this.#waiting.push(waiter)
    if (this.#rest === undefined) void this.#serve()
    else blocked.resolve(undefined)
    return {
      turn: turn.promise,
      blocked: blocked.promise,
      atOnce: waiter.admitted,
      asking: this.#asking,
      leave: () => {
        this.#leave(waiter)
      },
    }
  }

  /** Nobody goes for so long. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms)
  }

  learn(limits: readonly HostLimit[]): void {
    if (limits.length > 0) this.#host.learn(limits, this.#clock.now())
  }

  #leave(waiter: Waiter): void {
    const index = this.#waiting.indexOf(waiter)
    if (index >= 0) this.#waiting.splice(index, 1)
    this.#wake()
    const giveBack = (turn: Turn): void => {
      turn.undo()
    }
    void waiter.turn.promise.then(giveBack, () => undefined)
  }

  #wake(): void {
    this.#changed = true
    this.#rest?.abort(NOT_NEEDED)
  }

  async #serve(): Promise<void> {
    if (this.#serving) return
    this.#serving = true
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      this.#changed = false
      const asked = this.#tryAdmit(first)
      const wait = typeof asked === 'number' ? asked : await asked
      // What changed while the store was asked is not in its answer.
      if (wait > 0 && !this.#changed) await this.#restFor(wait)
    }
    this.#serving = false
  }

  /** Lets a call go, or says how long it has to wait: at once, where the store answers at once. */
  #tryAdmit(waiter: Waiter): number | Promise<number> {
    const now = this.#clock.now()
    const wait = Math.max(this.#pausedUntil - now, this.#host.waitFor(waiter.tokens, now))
    if (wait > 0) return wait
    if (this.#running >= this.#limits.concurrency) return Infinity
    const charges = this.#chargesOf(waiter.tokens)
    const answered = (grant: RateLimitGrant): number => this.#admit(waiter, charges, grant)
    const failed = (error: unknown): number => this.#refuse(waiter, error)
    try {
      const asked = charges.length === 0 ? FREE : this.#store.take(charges)
      if (!('then' in asked)) return answered(asked)
      this.#asking = true
      return asked.then(answered).catch(failed)
    } catch (error) {
      return failed(error)
    }
  }

  #admit(waiter: Waiter, charges: readonly RateLimitCharge[], grant: RateLimitGrant): number {
    if (!grant.taken) return Math.min(Math.max(1, grant.retryInMs), this.#pollMs)
    waiter.admitted = this.#begin(waiter, charges, grant.at)
    waiter.turn.resolve(waiter.admitted)
    return this.#served(waiter)
  }

  #refuse(waiter: Waiter, error: unknown): number {
    waiter.turn.reject(error)
    return this.#served(waiter)
  }

  /** Nobody waits behind it any more. */
  #served(waiter: Waiter): number {
    if (this.#waiting[0] === waiter) this.#waiting.shift()
    return 0
  }

  /** A call that may need more than the whole limit goes when nothing else is counted. */
  #chargesOf({ input, output }: CallTokens): readonly RateLimitCharge[] {
    const { requests, tokens, calls } = this.#limits
    return [
      ...(requests === undefined ? [] : [requests]),
      ...(calls === undefined ? [] : [calls]),
      ...(tokens === undefined ? [] : [{ ...tokens, amount: Math.min(input + output, tokens.limit) }]),
    ]
  }

  #begin({ tokens }: Waiter, charges: readonly RateLimitCharge[], at: number): Turn {
    this.#running += 1
    this.#host.spend(tokens)
    const free = (): void => {
      this.#running -= 1
      this.#wake()
    }
    return {
      end: used => {
        const { tokens: most, calls } = this.#limits
        if (calls !== undefined) this.#correct(calls, -1, at)
        const charge = most === undefined ? undefined : charges.at(-1)
        if (charge !== undefined) this.#correct(charge, used - charge.amount, at)
        free()
      },
      undo: () => {
        for (const charge of charges) this.#correct(charge, -charge.amount, at)
        free()
      },
    }
  }

  #correct(charge: RateLimitCharge, by: number, at: number): void {
    if (by === 0) return
    const adjust = async (): Promise<void> => this.#store.adjust({ ...charge, amount: by }, at)
    // A correction that is lost makes the limit stricter or looser for one window; the call itself is over.
    adjust().then(
      () => {
        this.#wake()
      },
      () => undefined,
    )
  }

  /** Until something may have changed. */
  async #restFor(ms: number): Promise<void> {
    this.#rest = new AbortController()
    this.#roomAt = this.#clock.now() + ms
    for (const { blocked } of this.#waiting) blocked.resolve(undefined)
    await this.#clock.sleep(ms, this.#rest.signal).catch(() => undefined)
    this.#rest = undefined
  }
}

const FREE: RateLimitGrant = { taken: true, at: 0 }
