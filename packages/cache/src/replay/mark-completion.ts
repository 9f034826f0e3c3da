import { CompletionAccumulator, type Completion, type CompletionEvent, type Cost, type Warning } from '@llm/core'

/** What a call costs that nobody made. */
const FREE: Cost = { total: 0, source: 'cache' }

/** Says of an answer whether it took a call. What belongs to the call that was made once is left out of a hit. */
export function markCompletion(
  completion: Completion,
  cache: 'hit' | 'miss',
  warnings: readonly Warning[] = [],
): Completion {
  const told = warnings.length === 0 ? completion : { ...completion, warnings: [...completion.warnings, ...warnings] }
  if (cache === 'miss') return { ...told, cache }
  return { ...told, cache, cost: FREE, attempts: [], response: { headers: {} } }
}

/** Events as those get them who made no call: what they cost is not told twice. */
export function freeOfCharge(events: readonly CompletionEvent[]): readonly CompletionEvent[] {
  return events.some(event => event.type === 'usage')
    ? events.map(event => (event.type === 'usage' ? { ...event, cost: FREE } : event))
    : events
}

/** The completion that events describe. */
export function fold(events: Iterable<CompletionEvent>, interrupted: boolean = false): Completion {
  const accumulator = new CompletionAccumulator()
  for (const event of events) accumulator.push(event)
  return accumulator.snapshot(interrupted)
}
