import { isRecord, PartialJson, tryParseJson, type CompletionEvent } from '@llm/core'

/** Of an entry's form. Entries of another form are misses. */
const VERSION = 1

/** Deltas of one part in a row are kept as one, and where each of them ended in `ends`. */
type PackedEvent = CompletionEvent & { readonly ends?: readonly number[] }

interface Packed {
  readonly v: typeof VERSION
  readonly events: readonly PackedEvent[]
  /** Partial objects are not kept, as each holds the ones before: they are read from the text again, or from `value` in it. */
  readonly partial?: 'object' | 'value' | undefined
}

/** An answer's events, in a small form that is JSON. */
export function packEvents(events: readonly CompletionEvent[]): string {
  const packed: PackedEvent[] = []
  for (const event of events) {
    if (event.type === 'object-delta') continue
    const last = packed.at(-1)
    if (last !== undefined && canJoin(last, event)) join(packed, last, event as Delta)
    else packed.push(event)
  }
  return JSON.stringify({ v: VERSION, events: packed, partial: partialOf(events) } satisfies Packed)
}

type Delta = Extract<PackedEvent, { type: 'text-delta' | 'reasoning-delta' }>

function isDelta(event: PackedEvent): event is Delta {
  return event.type === 'text-delta' || event.type === 'reasoning-delta'
}

/** State belongs to one delta. */
function canJoin(last: PackedEvent, next: CompletionEvent): last is Delta {
  if (!isDelta(last) || !isDelta(next) || last.type !== next.type) return false
  return last.block === next.block && last.state === undefined && next.state === undefined
}

function join(packed: PackedEvent[], last: Delta, { text }: Delta): void {
  const run = ends(last) === undefined ? { ...last, ends: [last.text.length] } : (last as Run)
  run.text += text
  run.ends.push(run.text.length)
  packed[packed.length - 1] = run
}

type Run = { -readonly [K in keyof Delta]: Delta[K] } & { readonly ends: number[] }

const ends = (event: PackedEvent): readonly number[] | undefined => event.ends

function partialOf(events: readonly CompletionEvent[]): Packed['partial'] {
  const delta = events.findLast(event => event.type === 'object-delta')
  if (delta === undefined) return undefined
  const json = new PartialJson()
  for (const event of events) if (event.type === 'text-delta') json.push(event.text)
  return JSON.stringify(json.value) === JSON.stringify(delta.object) ? 'object' : 'value'
}

/** The events of an entry, in batches; `undefined` where it is none. A `whole` answer needs less of them than a stream. */
export function unpackEvents(
  text: string,
  whole: boolean,
): Iterator<readonly CompletionEvent[], undefined> | undefined {
  const entry = tryParseJson(text)
  if (!isRecord(entry) || entry['v'] !== VERSION || !Array.isArray(entry['events'])) return undefined
  const { events, partial } = entry as unknown as Packed
  if (whole) return batches(events)
  const split = events.flatMap(cut)
  return partial === undefined ? batches(split) : withPartial(split, partial)
}

function cut({ ends, ...event }: PackedEvent): readonly CompletionEvent[] {
  if (ends === undefined || !isDelta(event)) return [event]
  return ends.map((end, index) => ({ ...event, text: event.text.slice(ends[index - 1] ?? 0, end) }))
}

function* batches(events: readonly CompletionEvent[]): Generator<readonly CompletionEvent[], undefined> {
  yield events
}

/** Step by step with the reader, as the partial object is one living value that grows. */
function* withPartial(
  events: readonly CompletionEvent[],
  partial: 'object' | 'value',
): Generator<readonly CompletionEvent[], undefined> {
  const json = new PartialJson()
  for (const event of events) {
    if (event.type === 'text-delta') json.push(event.text)
    const object = partial === 'object' || !isRecord(json.value) ? json.value : json.value['value']
    const isGrowing = event.type === 'text-delta' && object !== undefined
    yield isGrowing ? [event, { type: 'object-delta', object }] : [event]
  }
}
