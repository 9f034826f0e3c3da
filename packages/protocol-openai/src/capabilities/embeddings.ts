import type { Capabilities, Embedding } from '@llm/core'
import { defined } from '../defined.ts'
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
    const { model, input, dimensions, task } = request
    const call = { request, model, path: '/embeddings', body: defined({ model, input, dimensions }) }
    return callJson(host, call, (body: EmbeddingBody, info): Embedding => {
      const vectors = readVectors(body)
      if (vectors.length !== input.length) {
        info.fail({
          kind: 'malformed-response',
          message: `${String(vectors.length)} vectors came for ${String(input.length)} texts.`,
        })
      }
      return {
        provider: host.id,
        model: body.model || model,
        vectors,
        usage: readUsage(body.usage),
        warnings: dropped(host.id, { task }),
        response: info.response,
      }
    })
  }
}

interface EmbeddingBody {
  readonly model?: string | null
  readonly data?: readonly { readonly index?: number; readonly embedding: readonly number[] | string }[]
  readonly usage?: Readonly<Record<string, unknown>> | null
}

/** In the order of the texts, whichever order they came in. */
function readVectors({ data = [] }: EmbeddingBody): readonly Float32Array[] {
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
