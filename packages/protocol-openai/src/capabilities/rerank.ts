import { defined, type Capabilities, type Reranking } from '@llm/core'
import { callJson, readUsage, type CapabilityHost } from './host.ts'

interface RerankBody {
  readonly model?: string | null
  readonly results: readonly { readonly index: number; readonly relevance_score: number }[]
  readonly usage?: Readonly<Record<string, unknown>> | null
}

/**
 * Orders documents by how well they answer a query, at hosts that have `/rerank` beside this API.
 *
 * @example
 * ```ts
 * import { createRerank, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const request = { model: 'some-rerank-model', query: 'What is red?', documents: ['Mars', 'Venus'] }
 * const { results } = await createRerank(host)(request)
 * ```
 */
export function createRerank<Options>(host: CapabilityHost<Options>): Capabilities['rerank'] {
  return request => {
    const { model, query, documents, topN } = request
    const call = { request, model, path: '/rerank', body: defined({ model, query, documents, top_n: topN }) }
    return callJson(host, call, (body: RerankBody, { response }): Reranking => {
      const results = body.results.map(({ index, relevance_score: score }) => ({ index, score }))
      return {
        provider: host.id,
        model: body.model || model,
        results: results.sort((a, b) => b.score - a.score),
        usage: readUsage(body.usage),
        response,
      }
    })
  }
}
