import { Flight, type FlightReader, type Upstream } from './flight.ts'

/** How a call begins, and what is done with its whole answer. */
export interface Departure<E, R> {
  /** Begins the call. `left` is aborted when nobody waits for it any more. */
  open(left: AbortSignal): Upstream<E, R>
  /** Whether the answer is to be kept. */
  readonly keeps: boolean
  /** Keeps the whole answer; `written` is what need not be waited for. */
  keep(answer: R, pieces: readonly E[]): Promise<{ readonly written?: Promise<void> | undefined }>
}

/** A place among those who wait for an answer. */
export interface Boarding<E, R> {
  readonly reader: FlightReader<E, R>
  /** The call was under way already. */
  readonly hasJoined: boolean
}

interface Entry<E, R> {
  readonly flight: Flight<E, R>
  keeps: boolean
}

/** Calls under way, by key: equal ones share one, until its answer is written. */
export class Flights<E, R> {
  #entries: Map<string, Entry<E, R>> = new Map()

  join(key: string, departure: Departure<E, R>): Boarding<E, R> {
    const known = this.#entries.get(key)
    const entry = known ?? this.#depart(key, departure)
    entry.keeps ||= departure.keeps
    return { reader: entry.flight.join(), hasJoined: known !== undefined }
  }

  #depart(key: string, departure: Departure<E, R>): Entry<E, R> {
    const left = new AbortController()
    const inner = departure.open(left.signal)
    const remove = (): void => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
    }
    const land = async (): Promise<void> => {
      try {
        const { written } = entry.keeps ? await departure.keep(inner.snapshot(false), entry.flight.pieces) : {}
        if (written !== undefined) return void written.then(remove, remove)
      } catch {
        // What cannot be kept is an answer all the same.
      }
      remove()
    }
    const entry = { flight: new Flight(guard(inner, left, remove), land), keeps: false }
    this.#entries.set(key, entry)
    return entry
  }
}

/** Nobody joins a call that has failed or that was given up. */
function guard<E, R>(inner: Upstream<E, R>, left: AbortController, remove: () => void): Upstream<E, R> {
  return {
    snapshot: interrupted => inner.snapshot(interrupted),
    onPing: listener => inner.onPing?.(listener),
    pull: async () => {
      try {
        return await inner.pull()
      } catch (error) {
        remove()
        throw error
      }
    },
    cancel: async () => {
      remove()
      left.abort()
      await inner.cancel()
    },
  }
}
