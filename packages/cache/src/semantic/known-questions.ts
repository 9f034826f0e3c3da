import { isRecord, tryParseJson } from '@llm/core'
import type { GuardedStore } from '../guarded-store.ts'
import { decodeVector, encodeVector } from './vector-text.ts'

/** A question whose answer is kept. */
export interface KnownQuestion {
  /** The key of its answer. */
  readonly key: string
  readonly vector: Float32Array
  /** When it was asked, in milliseconds since 1970. */
  readonly at: number
}

/** The questions of one context. */
interface Context {
  readonly questions: KnownQuestion[]
  readonly readAt: number
  /** As it was counted last. */
  bytes: number
}

/** The most bytes of vectors in memory. The contexts that were used longest ago make room, and are read again. */
const MAX_BYTES = 64 * 2 ** 20
/** How old a context may be before the store is asked what other processes have added. */
const MAX_AGE_MS = 60_000

/** Questions by context: in memory as far as there is room, and all of them in the store. */
export class KnownQuestions {
  #store: GuardedStore
  #maxQuestions: number
  #maxBytes: number
  #contexts: Map<string, Context> = new Map()
  #bytes = 0
  #reading: Map<string, Promise<Context>> = new Map()

  constructor(store: GuardedStore, maxQuestions: number, maxBytes: number = MAX_BYTES) {
    this.#store = store
    this.#maxQuestions = maxQuestions
    this.#maxBytes = maxBytes
  }

  /** The questions of a context. Those that are old are read anew, while nobody waits. */
  async of(context: string): Promise<readonly KnownQuestion[]> {
    const known = this.#contexts.get(context)
    if (known === undefined) return (await this.#read(context)).questions
    this.#put(context, known)
    if (Date.now() - known.readAt > MAX_AGE_MS) void this.#read(context)
    return known.questions
  }

  async add(
    context: string,
    { id, ...question }: KnownQuestion & { readonly id: string },
    expiresAt: number | undefined,
  ): Promise<void> {
    const { key, at, vector } = question
    const value = JSON.stringify({ key, at, vector: encodeVector(vector) })
    await this.#store.set(context + id, { value, expiresAt })
    const known = this.#contexts.get(context)
    // What is not in memory is read when it is asked for.
    if (known === undefined) return
    this.drop(context, key)
    known.questions.push(question)
    if (known.questions.length > this.#maxQuestions) known.questions.shift()
    this.#put(context, known)
  }

  drop(context: string, key: string): void {
    const questions = this.#contexts.get(context)?.questions
    const index = questions?.findIndex(known => known.key === key) ?? -1
    if (index >= 0) questions?.splice(index, 1)
  }

  forget(): void {
    this.#contexts.clear()
    this.#reading.clear()
    this.#bytes = 0
  }

  #read(context: string): Promise<Context> {
    const reading = this.#reading.get(context) ?? this.#load(context)
    this.#reading.set(context, reading)
    return reading
  }

  async #load(context: string): Promise<Context> {
    const entries = await this.#store.list(context)
    const questions = entries.flatMap(([, text]) => readQuestion(text)).sort((a, b) => a.at - b.at)
    const known = { questions: questions.slice(-this.#maxQuestions), readAt: Date.now(), bytes: 0 }
    this.#reading.delete(context)
    this.#put(context, known)
    return known
  }

  /** The one that was used last is the last of the map. */
  #put(context: string, known: Context): void {
    this.#remove(context)
    known.bytes = bytesOf(known.questions)
    this.#bytes += known.bytes
    this.#contexts.set(context, known)
    for (const oldest of this.#contexts.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === context) return
      this.#remove(oldest)
    }
  }

  #remove(context: string): void {
    this.#bytes -= this.#contexts.get(context)?.bytes ?? 0
    this.#contexts.delete(context)
  }
}

/** The vectors of one context have one length; so much is added for what is around each. */
function bytesOf(questions: readonly KnownQuestion[]): number {
  return 200 * (questions.length + 1) + questions.length * (questions[0]?.vector.byteLength ?? 0)
}

function readQuestion(text: string): KnownQuestion[] {
  const entry = tryParseJson(text)
  if (!isRecord(entry)) return []
  const { key, at, vector } = entry
  const decoded = decodeVector(vector)
  return typeof key === 'string' && typeof at === 'number' && decoded !== undefined
    ? [{ key, at, vector: decoded }]
    : []
}
