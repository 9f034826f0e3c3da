import { defined, type CacheClient, type CallOptions, type PromptCache, type PromptCacheRequest } from '@llm/core'
import { callJson, callList, type CapabilityHost } from './google-calls.ts'
import { modelPath, type ApiRequest } from './settings.ts'

interface WireCache {
  readonly name: string
  readonly model?: string
  readonly expireTime?: string
  readonly usageMetadata?: { readonly totalTokenCount?: number }
}

const PATH = 'cachedContents'

/** Explicit caches: `providerOptions.google.cachedContent` uses one. Reference: https://ai.google.dev/api/caching */
export function createCaches(host: CapabilityHost): CacheClient {
  const call = (request: CallOptions, send: ApiRequest): Promise<PromptCache> =>
    callJson(host, { request, send }, readCache)
  return {
    create: async request => call(request, { method: 'POST', path: PATH, body: await renderCache(host, request) }),
    get: (id, request = {}) => call(request, { method: 'GET', path: id }),
    list: async (request = {}) => {
      const caches = await callList<WireCache>(host, { request, path: PATH, field: PATH })
      return caches.map(readCache)
    },
    extend: (id, { ttlMs, ...request }) => call(request, { method: 'PATCH', path: id, body: { ttl: seconds(ttlMs) } }),
    delete: (id, request = {}) => callJson(host, { request, send: { method: 'DELETE', path: id } }, () => undefined),
  }
}

/** What a completion would send of it, but for what each call says anew. */
async function renderCache(
  host: CapabilityHost,
  { ttlMs, model, messages, tools, ...request }: PromptCacheRequest,
): Promise<object> {
  const rendered = await host.codec.render({ model, messages, tools, providerOptions: request.providerOptions })
  const { contents, systemInstruction, tools: declared, toolConfig } = rendered.body as Record<string, unknown>
  return defined({
    model: await fullName(host, rendered.prepared.model),
    contents,
    systemInstruction,
    tools: declared,
    toolConfig,
    ttl: ttlMs === undefined ? undefined : seconds(ttlMs),
  })
}

/** Vertex wants the whole name of the model here, with the project and the location, which the SDK puts into URLs. */
async function fullName(host: CapabilityHost, model: string): Promise<string> {
  const path = modelPath(host.id, model)
  if (host.id === 'google') return path
  const { url } = await host.build({ method: 'POST', path: PATH, body: {} })
  const [place = ''] = /projects\/[^/]+\/locations\/[^/]+\//.exec(url) ?? []
  return place + path
}

function seconds(ms: number): string {
  return `${String(ms / 1000)}s`
}

function readCache({ name, model = '', expireTime, usageMetadata }: WireCache): PromptCache {
  const tokens = usageMetadata?.totalTokenCount
  return {
    id: name,
    model: model.replace(/^.*models\//, ''),
    ...(tokens !== undefined && { tokens }),
    ...(expireTime && { expiresAt: expireTime }),
  }
}
