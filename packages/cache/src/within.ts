/** Something did not answer in time. */
export class LateError extends Error {}

/** Waits no longer than this. What comes later is let go. */
export function within<T>(work: PromiseLike<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new LateError(`no answer within ${String(ms)} ms`))
    }, ms)
    const settle = (): void => {
      clearTimeout(timer)
    }
    work.then(
      value => {
        settle()
        resolve(value)
      },
      (error: Error) => {
        settle()
        reject(error)
      },
    )
  })
}
