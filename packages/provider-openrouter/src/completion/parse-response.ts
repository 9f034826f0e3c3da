import { isRecord, type JsonObject, type ParseContext } from '@llm/core'
import { fromUrl, MESSAGE_BLOCK, type ChatBody, type ChatDelta, type ChatReader } from '@llm/protocol-openai'

/** What OpenRouter adds to a message: reasoning in its own form, images, and what it read in files. */
export class OpenRouterReader implements ChatReader {
  #context: ParseContext
  #details: JsonObject[] = []
  #files: JsonObject[] = []

  constructor(context: ParseContext) {
    this.#context = context
  }

  delta({ reasoning_details: details, annotations }: ChatDelta): void {
    if (Array.isArray(details)) this.#readDetails(details.filter(isJsonObject))
    for (const note of annotations ?? []) if (note.type === 'file') this.#files.push(note as JsonObject)
  }

  /** Images come after the text that is about them. */
  body({ choices }: ChatBody): void {
    const { images } = choices?.[0]?.message ?? choices?.[0]?.delta ?? {}
    if (Array.isArray(images)) {
      images.forEach(image => {
        this.#readImage(image)
      })
    }
  }

  /** Whole by now: what a later turn must bring back. */
  end(): void {
    if (this.#details.length > 0) this.#tellReasoning({ reasoning_details: this.#details })
    if (this.#files.length === 0) return
    const state = this.#context.state({ annotations: this.#files })
    this.#context.emit({ type: 'text-delta', text: '', block: MESSAGE_BLOCK, state })
  }

  /** A detail of a stream goes on with the one of its type and index; details that come together are never one. */
  #readDetails(details: readonly JsonObject[]): void {
    if (this.#details.length === 0) this.#tellReasoning()
    const earlier = this.#details.length
    for (const detail of details) {
      const known = this.#details.findLastIndex(
        (other, place) => place < earlier && other['type'] === detail['type'] && other['index'] === detail['index'],
      )
      if (known === -1) this.#details.push(detail)
      else this.#details[known] = joinDetails(this.#details[known] ?? {}, detail)
    }
  }

  /** The first time without anything, so that reasoning that is secret stands where it came. */
  #tellReasoning(data?: JsonObject): void {
    const state = data === undefined ? undefined : this.#context.state(data)
    this.#context.emit({ type: 'reasoning-delta', text: '', block: MESSAGE_BLOCK, state })
  }

  #readImage(image: unknown): void {
    const { image_url: place } = (image ?? {}) as { readonly image_url?: { readonly url?: unknown } }
    if (typeof place?.url !== 'string') return
    this.#context.emit({ type: 'file', file: { type: 'image', source: fromUrl(place.url) } })
  }
}

/** Text and summaries grow; anything else is what came last. */
function joinDetails(detail: JsonObject, more: JsonObject): JsonObject {
  const joined: Record<string, JsonObject[string]> = { ...detail }
  for (const [key, value] of Object.entries(more)) {
    if (value === null || value === undefined) continue
    const before = joined[key]
    const grows = (key === 'text' || key === 'summary') && typeof before === 'string' && typeof value === 'string'
    joined[key] = grows ? before + value : value
  }
  return joined
}

function isJsonObject(value: unknown): value is JsonObject {
  return isRecord(value)
}
