import { ConfigurationError } from '../errors/configuration-error.ts'
import type { RunEvent } from './events.ts'
import type { RunResult } from './run-options.ts'

/**
 * A run as it happens: the events of every answer, and what came of the tools between them. Read it once; leaving the loop
 * early ends the run.
 *
 * @example
 * ```ts
 * import { tool, type ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 * const now = tool({ name: 'now', execute: () => new Date().toISOString() })
 *
 * const run = client.streamRun('How late is it?', { tools: [now] })
 * for await (const event of run) if (event.type === 'text-delta') process.stdout.write(event.text)
 * const { status, usage } = await run.result()
 * ```
 */
export class RunStream implements AsyncIterable<RunEvent> {
  #start: () => AsyncGenerator<RunEvent, void>
  #claimed = false
  #outcome: PromiseWithResolvers<RunResult> = Promise.withResolvers()

  constructor(start: () => AsyncGenerator<RunEvent, void>) {
    this.#start = start
    // The reader gets the same error; whoever does not ask for the result need not catch it.
    this.#outcome.promise.catch(() => undefined)
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, void> {
    if (this.#claimed) {
      throw new ConfigurationError({
        message: 'This run is already being read.',
        hint: 'Read a run once; await result() beside it.',
      })
    }
    this.#claimed = true
    return this.#read()
  }

  /** What came of the run. Runs it to its end if nobody reads it. */
  result(): Promise<RunResult> {
    queueMicrotask(() => void this.#drainUnread())
    return this.#outcome.promise
  }

  async #drainUnread(): Promise<void> {
    if (this.#claimed) return
    try {
      const events = this[Symbol.asyncIterator]()
      while ((await events.next()).done !== true);
    } catch {
      // Whoever waits for the result gets the error.
    }
  }

  async *#read(): AsyncGenerator<RunEvent, void> {
    let settled = false
    try {
      for await (const event of this.#start()) {
        if (event.type === 'run-finish') {
          settled = true
          this.#outcome.resolve(event.result)
        }
        yield event
      }
    } catch (error) {
      settled = true
      this.#outcome.reject(error)
      throw error
    } finally {
      if (!settled) {
        const message = 'The run was left before its end.'
        this.#outcome.reject(
          new ConfigurationError({ message, hint: 'Read the stream to its end, or use run(), which does.' }),
        )
      }
    }
  }
}
