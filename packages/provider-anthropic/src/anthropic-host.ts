import type { BoundCodec, CallOptions, HostCalls, HttpRequest, Transport } from '@llm/core'
import type { Anthropic } from '@anthropic-ai/sdk'
import type { ApiVersion } from './completion/render-request.ts'
import type { AnthropicOptions } from './options.ts'

/** A request to build: a `POST` of a body (an object for JSON, or a form), a `GET` without one. */
interface BuildCall {
  readonly path: string
  readonly method?: 'get' | 'post' | 'delete' | undefined
  readonly body?: object | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  /** Beta features to switch on. */
  readonly betas?: readonly string[] | undefined
}

/** Has the SDK build a request. */
export type RequestBuilder = (call: BuildCall) => Promise<HttpRequest>

/** What the calls besides completions need to know of the host. */
export interface AnthropicHost {
  readonly version: ApiVersion
  readonly calls: HostCalls<object>
  readonly codec: BoundCodec<AnthropicOptions>
  readonly transport: Transport
  readonly build: RequestBuilder
}

/** The SDK as a builder of requests. Betas of a request join those that the settings send with all of them. */
export function createRequestBuilder(client: () => Promise<Anthropic>): RequestBuilder {
  return async ({ path, body, query, betas = [], method = body === undefined ? 'get' : 'post' }) => {
    const sdk = await client()
    const { url, req } = await sdk.buildRequest({
      method,
      path,
      ...(body && { body }),
      ...(query && { query: { ...query } }),
    })
    const all = [...new Set([...(req.headers.get('anthropic-beta')?.split(/\s*,\s*/) ?? []), ...betas])]
    if (all.length > 0) req.headers.set('anthropic-beta', all.join(','))
    return { ...req, url }
  }
}

interface Page {
  readonly data: readonly unknown[]
  readonly has_more?: boolean | null
  readonly last_id?: string | null
  readonly next_page?: string | null
}

/** Everything that a listing holds, page by page. Some listings turn pages by token, others by the last id. */
export async function listAll<Item>(host: AnthropicHost, path: string, call: ListCall): Promise<readonly Item[]> {
  const { request = {}, betas } = call
  const items: unknown[] = []
  let query: Readonly<Record<string, unknown>> | undefined = { limit: 100 }
  while (query !== undefined) {
    const asked: BuildCall = { path, query, betas }
    const page: Page = await host.calls.json({ request, build: () => host.build(asked) }, body => body as Page)
    items.push(...page.data)
    query = nextPage(page)
  }
  return items as Item[]
}

/** Who lists, and under which beta features. */
export interface ListCall {
  readonly request: CallOptions | undefined
  readonly betas?: readonly string[] | undefined
}

function nextPage({
  next_page: page,
  has_more: more,
  last_id: last,
}: Page): Readonly<Record<string, unknown>> | undefined {
  if (page != null) return { limit: 100, page }
  return more === true && last != null ? { limit: 100, after_id: last } : undefined
}
