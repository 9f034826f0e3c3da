import type { Upstream } from './flight.ts'

/** A call whose answer comes in one piece. */
export function oneCall<T>(call: () => Promise<T>): Upstream<never, T | undefined> {
  let answer: T | undefined
  return {
    async pull() {
      answer = await call()
      return undefined
    },
    cancel: () => Promise.resolve(),
    snapshot: () => answer,
  }
}
