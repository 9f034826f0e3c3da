import type { CompletionRequest, TokenCount } from '@llm/core'
import { callJson, type CapabilityHost } from './google-calls.ts'
import { modelPath } from './settings.ts'

/** Reference: https://ai.google.dev/api/tokens */
export async function countTokens(host: CapabilityHost, request: CompletionRequest): Promise<TokenCount> {
  const { body, prepared } = await host.codec.render(request)
  const model = modelPath(host.id, prepared.model)
  const send = {
    method: 'POST',
    path: `${model}:countTokens`,
    body: host.id === 'google' ? { generateContentRequest: { model, ...body } } : body,
  } as const
  return callJson(host, { request, model: prepared.model, send }, ({ totalTokens }: { totalTokens?: number }, info) => {
    if (totalTokens !== undefined) return { inputTokens: totalTokens, source: 'provider' }
    return info.fail({ kind: 'malformed-response', message: 'the answer has no count.' })
  })
}
