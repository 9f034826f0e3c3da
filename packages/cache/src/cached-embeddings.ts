import {
  isRecord,
  MalformedResponseError,
  sumUsage,
  tryParseJson,
  type Embedding,
  type EmbeddingRequest,
  type Provider,
  type Usage,
} from '@llm/core'
import { accessOf, expiryOf, keyOf, type CacheContext } from './cache-context.ts'
import { readWhole } from './flight/caller.ts'
import type { Flights } from './flight/flights.ts'
import { oneCall } from './flight/one-call.ts'
import { digest } from './key/cache-key.ts'
import { plainFields, type RequestFields } from './key/request-fields.ts'
import { decodeVector, encodeVector } from './semantic/vector-text.ts'
import { countHit, countSaved } from './stats.ts'

/** Embeddings that are under way. They come in one piece. */
export type EmbeddingFlights = Flights<never, Embedding | undefined>

/** What is kept for one text. */
interface KnownVector {
  readonly model: string
  readonly vector: Float32Array
  /** Its share of what was used, as hosts count all texts of a call together. */
  readonly tokens: number | undefined
}

/** What the vectors of a call are made from. */
interface Found {
  readonly made: Embedding
  /** The texts that it was made for. */
  readonly missing: readonly string[]
  readonly known: ReadonlyMap<string, KnownVector>
}

type Embed = (request: EmbeddingRequest) => Promise<Embedding>

/** Embeds texts, each of them once: only those that are not known are asked for. */
export class CachedEmbeddings {
  #next: Provider
  #context: CacheContext
  #flights: EmbeddingFlights

  constructor(next: Provider, context: CacheContext, flights: EmbeddingFlights) {
    this.#next = next
    this.#context = context
    this.#flights = flights
  }

  async embed(request: EmbeddingRequest, proceed: Embed): Promise<Embedding> {
    const began = performance.now()
    const access = accessOf(this.#context.mode, request)
    const keys = access && this.#keysOf(request)
    if (access === undefined || keys === undefined || keys.size === 0) return proceed(request)
    const known = access.reads ? await this.#read(keys) : new Map<string, KnownVector>()
    const missing = [...keys.keys()].filter(text => !known.has(text))
    if (missing.length === 0) return this.#hit(request, known)
    const { reader, hasJoined } = this.#flights.join(digest(missing.map(text => keys.get(text))), {
      open: left => oneCall(() => proceed({ ...request, input: missing, signal: left, timeout: undefined })),
      keeps: access.writes,
      keep: embedding => Promise.resolve({ written: this.#keep(embedding, missing, keys) }),
    })
    if (!hasJoined) this.#context.counters.misses += 1
    const made = (await readWhole(reader, { provider: this.#next.id, request, began })) as Embedding
    if (hasJoined) countHit(this.#context.counters, made)
    else countSaved(this.#context.counters, { usage: usageOf([...known.values()]) })
    return { ...made, vectors: this.#inOrder(request, { made, missing, known }), cache: hasJoined ? 'hit' : 'miss' }
  }

  /** Every caller gets vectors of its own. */
  #inOrder({ input, model }: EmbeddingRequest, { made, missing, known }: Found): Float32Array[] {
    if (made.vectors.length !== missing.length) {
      throw new MalformedResponseError({
        message: `${made.provider}: ${String(made.vectors.length)} vectors came for ${String(missing.length)} texts.`,
        hint: 'The provider must give a vector for each text, in order.',
        provider: made.provider,
        model,
      })
    }
    const vectors = new Map(missing.map((text, index) => [text, made.vectors[index]]))
    return input.flatMap(text => (vectors.get(text) ?? known.get(text)?.vector)?.slice() ?? [])
  }

  /** The key of each text; `undefined` where one has none. */
  #keysOf(request: EmbeddingRequest): Map<string, string> | undefined {
    const { id: provider } = this.#next
    const keys = new Map<string, string>()
    for (const text of request.input) {
      const fields = (): RequestFields => plainFields(this.#next, 'embed', { ...request, input: [text] })
      const key = keyOf(this.#context, () => ({ operation: 'embed', provider, request, fields: fields() }))
      if (key === undefined) return undefined
      keys.set(text, key)
    }
    return keys
  }

  async #read(keys: ReadonlyMap<string, string>): Promise<Map<string, KnownVector>> {
    const entries = await Promise.all(
      [...keys].map(async ([text, key]) => [text, unpack(await this.#context.store.get(key))] as const),
    )
    return new Map(entries.flatMap(([text, vector]) => (vector === undefined ? [] : [[text, vector]])))
  }

  #keep(
    embedding: Embedding | undefined,
    texts: readonly string[],
    keys: ReadonlyMap<string, string>,
  ): Promise<void> | undefined {
    if (embedding === undefined || embedding.vectors.length !== texts.length) return undefined
    const { store } = this.#context
    const expiresAt = expiryOf(this.#context)
    const characters = texts.reduce((sum, text) => sum + text.length, 0)
    const total = embedding.usage.inputTokens ?? embedding.usage.totalTokens
    const writes = texts.map((text, index) => {
      const vector = embedding.vectors[index]
      if (vector === undefined) return undefined
      const tokens = total === undefined ? undefined : (total * text.length) / Math.max(1, characters)
      const value = JSON.stringify({ v: 1, model: embedding.model, tokens, vector: encodeVector(vector) })
      return store.set(keys.get(text) ?? '', { value, expiresAt })
    })
    const written = writes.filter(write => write !== undefined)
    return written.length === 0 ? undefined : Promise.all(written).then(() => undefined)
  }

  #hit({ input, model: asked }: EmbeddingRequest, known: ReadonlyMap<string, KnownVector>): Embedding {
    const found = input.flatMap(text => known.get(text) ?? [])
    const usage = usageOf([...known.values()])
    countHit(this.#context.counters, { usage })
    return {
      provider: this.#next.id,
      model: found[0]?.model ?? asked,
      vectors: found.map(({ vector }) => vector.slice()),
      cache: 'hit',
      usage,
      warnings: [],
      response: { headers: {} },
    }
  }
}

/** What the texts took when they were embedded. */
function usageOf(known: readonly KnownVector[]): Usage {
  const shares = known.flatMap(({ tokens }) => tokens ?? [])
  if (shares.length < known.length) return { source: 'estimated' }
  const tokens = Math.round(shares.reduce((sum, share) => sum + share, 0))
  return sumUsage([{ inputTokens: tokens, totalTokens: tokens, source: 'estimated' }])
}

function unpack(text: string | undefined): KnownVector | undefined {
  const entry = text === undefined ? undefined : tryParseJson(text)
  if (!isRecord(entry) || entry['v'] !== 1) return undefined
  const { model, tokens } = entry
  const vector = decodeVector(entry['vector'])
  if (typeof model !== 'string' || vector === undefined) return undefined
  return { model, vector, tokens: typeof tokens === 'number' ? tokens : undefined }
}
