import type { Completion, Cost, Provider, Usage } from '@llm/core'
import { accessOf, expiryOf, keyOf, type CacheContext } from './cache-context.ts'
import { readWhole } from './flight/caller.ts'
import type { Flights } from './flight/flights.ts'
import { oneCall } from './flight/one-call.ts'
import type { CachedOperation, CachedRequests } from './key/cache-key.ts'
import { plainFields } from './key/request-fields.ts'
import { isWhole } from './replay/is-cacheable.ts'
import { markCompletion } from './replay/mark-completion.ts'
import { packAnswer, unpackAnswer } from './replay/pack-answer.ts'
import { countHit } from './stats.ts'

/** What is kept as one piece. */
const OPERATIONS = ['completeCode', 'moderate', 'rerank', 'transcribe', 'generateSpeech', 'generateImage'] as const

type PlainOperation = (typeof OPERATIONS)[number]

/** What answers of these operations have in common. */
type Answer = object & { readonly usage?: Usage; readonly cost?: Cost; readonly cache?: 'hit' | 'miss' }

/** Calls under way whose answers come in one piece. */
export type CallFlights = Flights<never, Answer | undefined>

/** Whether the answers of an operation are kept as one piece. */
export function isPlain(operation: string): operation is PlainOperation {
  return (OPERATIONS as readonly string[]).includes(operation)
}

/** Calls besides completions and embeddings, whose answers are kept as they are. */
export class CachedCalls {
  #next: Provider
  #context: CacheContext
  #flights: CallFlights

  constructor(next: Provider, context: CacheContext, flights: CallFlights) {
    this.#next = next
    this.#context = context
    this.#flights = flights
  }

  async call(
    operation: PlainOperation,
    request: CachedRequests[PlainOperation],
    proceed: (request: CachedRequests[PlainOperation]) => Promise<Answer>,
  ): Promise<Answer> {
    const began = performance.now()
    const { mode, counters } = this.#context
    const access = accessOf(mode, request)
    const key = access && this.#keyOf(operation, request)
    if (access === undefined || key === undefined) return proceed(request)
    const found = access.reads ? await this.#read(key) : undefined
    if (found !== undefined) return this.#hit(found)
    const { reader, hasJoined } = this.#flights.join(key, {
      open: left => oneCall(() => proceed({ ...request, signal: left, timeout: undefined })),
      keeps: access.writes,
      keep: answer => Promise.resolve({ written: this.#keep(key, answer) }),
    })
    if (!hasJoined) counters.misses += 1
    const answer = (await readWhole(reader, { provider: this.#next.id, request, began })) as Answer
    return hasJoined ? this.#hit(answer) : { ...answer, cache: 'miss' }
  }

  #keyOf(operation: CachedOperation, request: CachedRequests[PlainOperation]): string | undefined {
    const { id: provider } = this.#next
    return keyOf(this.#context, () => {
      return { operation, provider, request, fields: plainFields(this.#next, operation, request) }
    })
  }

  async #read(key: string): Promise<Answer | undefined> {
    const { store } = this.#context
    const text = await store.get(key)
    if (text === undefined) return undefined
    const answer = unpackAnswer(text)
    if (answer === undefined) void store.delete(key)
    return answer
  }

  #keep(key: string, answer: Answer | undefined): Promise<void> | undefined {
    if (answer === undefined || (isCompletion(answer) && !isWhole(answer))) return undefined
    return this.#context.store.set(key, { value: packAnswer(answer), expiresAt: expiryOf(this.#context) })
  }

  #hit(answer: Answer): Answer {
    countHit(this.#context.counters, answer)
    return isCompletion(answer) ? markCompletion(answer, 'hit') : { ...answer, cache: 'hit' }
  }
}

function isCompletion(answer: object): answer is Completion {
  return 'finishReason' in answer
}
