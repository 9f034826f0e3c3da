import type { CallOptions, ListedModel } from '@llm/core'
import { callList, type CapabilityHost } from './google-calls.ts'

interface WireModel {
  readonly name: string
  readonly displayName?: string
  readonly inputTokenLimit?: number
  readonly outputTokenLimit?: number
}

/** Reference: https://ai.google.dev/api/models#method:-models.list. Vertex gives names only. */
export async function listModels(host: CapabilityHost, request: CallOptions = {}): Promise<readonly ListedModel[]> {
  const [path, field] = host.id === 'google' ? ['models', 'models'] : ['publishers/google/models', 'publisherModels']
  const models = await callList<WireModel>(host, { request, path, field })
  return models.map(({ name, displayName, inputTokenLimit, outputTokenLimit }) => ({
    id: name.replace(/^(?:publishers\/google\/)?models\//, ''),
    ...(displayName && { name: displayName }),
    ...(inputTokenLimit !== undefined && { contextWindow: inputTokenLimit }),
    ...(outputTokenLimit !== undefined && { maxOutputTokens: outputTokenLimit }),
  }))
}
