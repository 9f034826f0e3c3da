import {
  CompletionAccumulator,
  type Completion,
  type CompletionEvent,
  type CompletionSource,
  type CompletionStream,
} from '@llm/core'
import type { FlightReader, Upstream } from '../flight/flight.ts'
import { completionEvents } from './completion-events.ts'
import { fold, freeOfCharge } from './mark-completion.ts'

/** The stream of an answer that was kept. */
export function replaySource(batches: Iterator<readonly CompletionEvent[], undefined>): CompletionSource {
  const accumulator = new CompletionAccumulator()
  return {
    pull() {
      const { value } = batches.next()
      for (const event of value ?? []) accumulator.push(event)
      return Promise.resolve(value && freeOfCharge(value))
    },
    cancel: () => Promise.resolve(),
    snapshot: interrupted => accumulator.snapshot(interrupted),
  }
}

/** The stream of one of those who share a call. All but the one who made it get it free of charge. */
export function sharedSource(reader: FlightReader<CompletionEvent, Completion>, hasJoined: boolean): CompletionSource {
  const { upstream } = reader
  return {
    async pull() {
      const batch = await reader.pull()
      return hasJoined && batch !== undefined ? freeOfCharge(batch) : batch
    },
    cancel: () => reader.cancel(),
    snapshot(interrupted) {
      const whole = upstream.snapshot(interrupted)
      // Others may have read on.
      if (reader.isDone) return whole
      return { ...fold(reader.read, interrupted), attempts: whole.attempts, response: whole.response }
    },
    onPing: listener => upstream.onPing?.(listener),
  }
}

/** A call that is streamed. */
export function streamedCall(stream: CompletionStream): Upstream<CompletionEvent, Completion> {
  return {
    pull: () => stream.pull(),
    cancel: () => stream.cancel(),
    snapshot: interrupted => stream.snapshot(interrupted),
    onPing: onPing => void stream.observe({ onPing }),
  }
}

/** A call that is not streamed, as the events of its answer. */
export function wholeCall(call: () => Promise<Completion>): Upstream<CompletionEvent, Completion> {
  let completion: Completion | undefined
  return {
    async pull() {
      if (completion !== undefined) return undefined
      completion = await call()
      return completionEvents(completion)
    },
    cancel: () => Promise.resolve(),
    snapshot: interrupted => completion ?? fold([], interrupted),
  }
}
