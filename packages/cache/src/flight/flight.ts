/** Where the pieces of an answer come from, a batch at a time. */
export interface Upstream<E, R> {
  /** The next pieces, or `undefined` at the end. */
  pull(): Promise<readonly E[] | undefined>
  cancel(): Promise<void>
  /** The answer as far as it has come. */
  snapshot(interrupted: boolean): R
  /** Has a listener told of bytes that are no piece. */
  onPing?(listener: () => void): void
}

/**
 * One call under way and all who wait for its answer. Each reads at its own pace; whoever is furthest has the next piece
 * fetched. Who comes late gets what has come already.
 */
export class Flight<E, R> {
  readonly upstream: Upstream<E, R>
  readonly pieces: E[] = []
  /** How it ended. */
  outcome: { readonly error?: unknown } | undefined
  #land: () => Promise<void>
  #readers = 0
  #waiting: Set<() => void> = new Set()
  #isPulling = false

  /** `land` is called and waited for before anybody is told of the end. */
  constructor(upstream: Upstream<E, R>, land: () => Promise<void>) {
    this.upstream = upstream
    this.#land = land
  }

  join(): FlightReader<E, R> {
    this.#readers += 1
    return new FlightReader(this)
  }

  /** Fetches the next pieces, and wakes all who wait when they are there. */
  wait(wake: () => void): void {
    this.#waiting.add(wake)
    if (!this.#isPulling) void this.#fetch()
  }

  async leave(): Promise<void> {
    this.#readers -= 1
    if (this.#readers === 0 && this.outcome === undefined) await this.upstream.cancel()
  }

  async #fetch(): Promise<void> {
    this.#isPulling = true
    try {
      const batch = await this.upstream.pull()
      for (const piece of batch ?? []) this.pieces.push(piece)
      if (batch === undefined) {
        await this.#land()
        this.outcome = {}
      }
    } catch (error) {
      this.outcome = { error }
    }
    this.#isPulling = false
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }
}

/** One of those who wait for the answer of a {@link Flight}. */
export class FlightReader<E, R> {
  #flight: Flight<E, R>
  #index = 0
  #hasLeft = false
  #wake: (() => void) | undefined

  constructor(flight: Flight<E, R>) {
    this.#flight = flight
  }

  get upstream(): Upstream<E, R> {
    return this.#flight.upstream
  }

  /** What of the answer has come to this reader. */
  get read(): readonly E[] {
    return this.#flight.pieces.slice(0, this.#index)
  }

  /** There is no more to read. */
  get isDone(): boolean {
    const { outcome, pieces } = this.#flight
    return outcome !== undefined && !('error' in outcome) && this.#index === pieces.length
  }

  /** The next pieces, or `undefined` at the end and after `cancel`. */
  async pull(): Promise<readonly E[] | undefined> {
    while (!this.#hasLeft) {
      const { pieces, outcome } = this.#flight
      const batch = pieces.slice(this.#index)
      this.#index = pieces.length
      if (batch.length > 0) return batch
      if (outcome !== undefined) {
        if ('error' in outcome) throw outcome.error
        return undefined
      }
      await new Promise<void>(resolve => {
        this.#wake = resolve
        this.#flight.wait(resolve)
      })
    }
    return undefined
  }

  /** Leaves. The call ends when the last has left. */
  async cancel(): Promise<void> {
    if (this.#hasLeft) return
    this.#hasLeft = true
    this.#wake?.()
    await this.#flight.leave()
  }
}
