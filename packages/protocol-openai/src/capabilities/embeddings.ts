import { defined, type Capabilities, type Embedding, type EmbeddingRequest } from '@llm/core'
import { callJson, dropped, readUsage, type CapabilityHost } from './host.ts'

/**
 * Embeddings, as hosts of this API make them.
 *
 * Reference: https://platform.openai.com/docs/api-reference/embeddings
 *
 * @example
 * ```ts
 * import { createEmbed, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const embed = createEmbed(host)
 * const { vectors } = await embed({ model: 'some-embedding-model', input: ['Hello.'] })
 * ```
 */
export function createEmbed<Options>(host: CapabilityHost<Options>): Capabilities['embed'] {
  return request => {
    const { model, input, task } = request
    const call = { request, model, path: '/embeddings', body: renderEmbedding(request) }
    return callJson(host, call, (body: EmbeddingBody, info): Embedding => {
      const warnings = dropped(host.id, { task })
      const embedding = readEmbedding(body, { provider: host.id, model, warnings, response: info.response })
      const count = embedding.vectors.length
      if (count === input.length) return embedding
      const message = `${String(count)} vectors came for ${String(input.length)} texts.`
      return info.fail({ kind: 'malformed-response', message })
    })
  }
}

/** The body of a request. */
export function renderEmbedding({ model, input, dimensions }: EmbeddingRequest): Record<string, unknown> {
  return defined({ model, input, dimensions })
}

/** The vectors that an answer holds. */
export function readEmbedding(
  body: EmbeddingBody,
  about: Pick<Embedding, 'provider' | 'model' | 'warnings' | 'response'>,
): Embedding {
  return { ...about, model: body.model || about.model, vectors: readVectors(body), usage: readUsage(body.usage) }
}

/** An answer. */
export interface EmbeddingBody {
  readonly model?: string | null
  readonly data: readonly { readonly index?: number; readonly embedding: readonly number[] | string }[]
  readonly usage?: Readonly<Record<string, unknown>> | null
}

/** In the order of the texts, whichever order they came in. */
function readVectors({ data }: EmbeddingBody): readonly Float32Array[] {
  const placed = data.map((item, place) => ({ ...item, place: item.index ?? place }))
  return placed.sort((a, b) => a.place - b.place).map(({ embedding }) => toFloats(embedding))
}

/** Numbers, or the base64 of their bytes: 32-bit floats, little-endian. */
function toFloats(embedding: readonly number[] | string): Float32Array {
  if (typeof embedding !== 'string') return Float32Array.from(embedding)
  const bytes = Uint8Array.from(atob(embedding), character => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true))
}
