import {
  CompletionStream,
  deferStream,
  type Completion,
  type CompletionEvent,
  type CompletionRequest,
  type Provider,
} from '@llm/core'
import { accessOf, expiryOf, keyOf, type Access, type CacheContext } from './cache-context.ts'
import { readWhole, whenCallerLeaves, type Caller } from './flight/caller.ts'
import type { Upstream } from './flight/flight.ts'
import type { Boarding, Flights } from './flight/flights.ts'
import { completionFields } from './key/request-fields.ts'
import { isCacheable } from './replay/is-cacheable.ts'
import { fold, markCompletion } from './replay/mark-completion.ts'
import { packEvents, unpackEvents } from './replay/pack-events.ts'
import { replaySource, sharedSource, streamedCall, wholeCall } from './replay/sources.ts'
import type { Question } from './semantic/semantic-index.ts'
import { countHit } from './stats.ts'

type Upward = Upstream<CompletionEvent, Completion>
type Batches = Iterator<readonly CompletionEvent[], undefined>

/** Completions that are under way. */
export type CompletionFlights = Flights<CompletionEvent, Completion>

/** A call that is looked up. */
interface Lookup {
  readonly request: CompletionRequest
  readonly key: string
  readonly access: Access
  readonly question: Question | undefined
  readonly caller: Caller
}

/** What a stream turned out to be. */
interface Opened {
  readonly stream: CompletionStream
  readonly cache?: 'hit' | 'miss'
}

/** The completions of a provider, whole and streamed, with a cache before them. */
export class CachedCompletions {
  #next: Provider
  #context: CacheContext
  #flights: CompletionFlights

  constructor(next: Provider, context: CacheContext, flights: CompletionFlights) {
    this.#next = next
    this.#context = context
    this.#flights = flights
  }

  async complete(request: CompletionRequest): Promise<Completion> {
    const lookup = this.#lookUp(request)
    if (lookup === undefined) return this.#next.complete(request)
    const found = await this.#find(lookup, true)
    if (found !== undefined) {
      const completion = fold(drain(found))
      countHit(this.#context.counters, completion, request)
      return this.#mark(completion, 'hit')
    }
    const shared = (left: AbortSignal): Upward =>
      wholeCall(() => this.#next.complete({ ...request, signal: left, timeout: undefined }))
    const { reader, hasJoined } = this.#board(lookup, shared)
    const completion = await readWhole(reader, lookup.caller)
    if (hasJoined) countHit(this.#context.counters, completion, request)
    return this.#mark(completion, hasJoined ? 'hit' : 'miss')
  }

  stream(request: CompletionRequest): CompletionStream {
    let cache: Opened['cache']
    const open = async (): Promise<CompletionStream> => {
      const opened = await this.#open(request)
      cache = opened.cache
      return opened.stream
    }
    return deferStream(open, {
      complete: completion => (cache === undefined ? completion : this.#mark(completion, cache)),
    })
  }

  async #open(request: CompletionRequest): Promise<Opened> {
    const lookup = this.#lookUp(request)
    if (lookup === undefined) return { stream: this.#next.stream(request) }
    const found = await this.#find(lookup, false)
    if (found !== undefined) {
      return { stream: this.#counted(new CompletionStream(replaySource(found)), request), cache: 'hit' }
    }
    const { reader, hasJoined } = this.#board(lookup, left =>
      streamedCall(this.#next.stream({ ...request, signal: left, timeout: undefined })),
    )
    const stream = new CompletionStream(sharedSource(reader, hasJoined))
    const deadline = whenCallerLeaves(lookup.caller, error => {
      stream.fail(error)
    })
    stream.observe({
      onEnd: () => {
        deadline.dispose()
      },
    })
    return hasJoined ? { stream: this.#counted(stream, request), cache: 'hit' } : { stream, cache: 'miss' }
  }

  #lookUp(request: CompletionRequest): Lookup | undefined {
    const began = performance.now()
    const access = accessOf(this.#context.mode, request)
    const key = access && this.#keyOf(request)
    if (access === undefined || key === undefined) return undefined
    const question = this.#context.semantic?.question(request, before => this.#keyOf(before))
    return { request, key, access, question, caller: { provider: this.#next.id, request, began } }
  }

  #keyOf(request: CompletionRequest): string | undefined {
    const { id: provider } = this.#next
    return keyOf(this.#context, () => {
      return { operation: 'complete', provider, request, fields: completionFields(this.#next, request) }
    })
  }

  async #find({ key, access, question }: Lookup, whole: boolean): Promise<Batches | undefined> {
    const { semantic, counters } = this.#context
    if (!access.reads) return undefined
    const found = await this.#read(key, whole)
    if (found !== undefined || question === undefined || semantic === undefined) return found
    const similar = await semantic.find(question)
    if (similar === undefined) return undefined
    const other = await this.#read(similar, whole)
    if (other === undefined) semantic.drop(question, similar)
    else counters.semanticHits += 1
    return other
  }

  async #read(key: string, whole: boolean): Promise<Batches | undefined> {
    const { store } = this.#context
    const text = await store.get(key)
    if (text === undefined) return undefined
    const batches = unpackEvents(text, whole)
    // It is of another version, or damaged.
    if (batches === undefined) void store.delete(key)
    return batches
  }

  #board(lookup: Lookup, open: (left: AbortSignal) => Upward): Boarding<CompletionEvent, Completion> {
    const { counters } = this.#context
    const boarding = this.#flights.join(lookup.key, {
      open,
      keeps: lookup.access.writes,
      keep: (completion, events) => this.#keep(lookup, completion, events),
    })
    if (!boarding.hasJoined) counters.misses += 1
    return boarding
  }

  async #keep(
    { request, key, question }: Lookup,
    completion: Completion,
    events: readonly CompletionEvent[],
  ): Promise<{ readonly written?: Promise<void> | undefined }> {
    const { store, semantic, logger } = this.#context
    try {
      if (!(await isCacheable(request, completion))) return {}
      const expiresAt = expiryOf(this.#context)
      const written = store.set(key, { value: packEvents(events), expiresAt })
      if (question === undefined || semantic === undefined) return { written }
      return { written: Promise.all([written, semantic.add(question, key, expiresAt)]).then(() => undefined) }
    } catch (error) {
      logger.debug({ reason: String(error) }, 'An answer cannot be kept.')
      return {}
    }
  }

  #counted(stream: CompletionStream, request: CompletionRequest): CompletionStream {
    return stream.observe({
      onEnd: (completion, error) => {
        if (error === undefined) countHit(this.#context.counters, completion, request)
      },
    })
  }

  #mark(completion: Completion, cache: 'hit' | 'miss'): Completion {
    return markCompletion(completion, cache, this.#context.store.warnings)
  }
}

function* drain(batches: Batches): Generator<CompletionEvent> {
  for (let next = batches.next(); next.done !== true; next = batches.next()) yield* next.value
}
