import type { Reranking, RerankRequest } from '@llm/core'
import { embed } from './embeddings.ts'

/** Orders documents by how near their vectors are to that of the query, so by the words they share. */
export function rerank({ model, query, documents, topN }: RerankRequest, provider: string): Reranking {
  const { vectors, usage } = embed({ model, input: [query, ...documents] }, provider)
  const [wanted = new Float32Array(), ...others] = vectors
  const results = others
    .map((vector, index) => ({ index, score: vector.reduce((sum, value, at) => sum + value * (wanted[at] ?? 0), 0) }))
    .sort((a, b) => b.score - a.score)
  return { provider, model, results: results.slice(0, topN), usage, response: { headers: {} } }
}
