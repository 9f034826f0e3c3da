import type {
  BoundCodec,
  CallOptions,
  Completion,
  CompletionRequest,
  HostCalls,
  ResponseInfo,
  Warning,
} from '@llm/core'
import { isErrorBody, readError } from './errors.ts'
import type { GoogleOptions } from './options.ts'
import type { ApiRequest, BuildRequest } from './settings.ts'

/** What the calls besides completions need to know of a host. */
export interface CapabilityHost {
  readonly id: 'google' | 'vertex'
  readonly build: BuildRequest
  readonly calls: HostCalls<GoogleOptions>
  readonly codec: BoundCodec<GoogleOptions>
  complete(request: CompletionRequest): Promise<Completion>
}

/** One call: who makes it, and what is sent. */
export interface ApiCall {
  readonly request: CallOptions
  readonly model?: string | undefined
  readonly send: ApiRequest | ((options: GoogleOptions) => ApiRequest)
}

/** Makes a call that answers with JSON. An error inside a success is thrown as what it says. */
export function callJson<T>(
  host: CapabilityHost,
  { request, model, send }: ApiCall,
  read: (body: never, info: ResponseInfo) => T,
): Promise<T> {
  const build = (options: GoogleOptions): ReturnType<BuildRequest> =>
    host.build(typeof send === 'function' ? send(options) : send)
  return host.calls.json({ request, model, build }, (body, info) => {
    if (isErrorBody(body)) info.fail(readError(body))
    return read(body as never, info)
  })
}

/** All pages of a list. */
export async function callList<T>(
  host: CapabilityHost,
  { request, path, field }: { readonly request: CallOptions; readonly path: string; readonly field: string },
): Promise<readonly T[]> {
  const items: T[] = []
  let pageToken: string | undefined = ''
  while (pageToken !== undefined) {
    const query: Record<string, string> = { pageSize: '100', ...(pageToken && { pageToken }) }
    pageToken = await callJson(host, { request, send: { method: 'GET', path, query } }, (body: Page) => {
      items.push(...((body[field] ?? []) as readonly T[]))
      return body.nextPageToken || undefined
    })
  }
  return items
}

interface Page {
  readonly nextPageToken?: string
  readonly [field: string]: unknown
}

/** A request's options for this host, with more of them: those are for completions that stand for something else. */
export function withOptions(
  host: CapabilityHost,
  { providerOptions }: CallOptions,
  more: (options: GoogleOptions) => GoogleOptions,
): NonNullable<CallOptions['providerOptions']> {
  return { ...providerOptions, [host.id]: { ...providerOptions?.[host.id], ...more(providerOptions?.[host.id] ?? {}) } }
}

/** A warning for each given parameter that the API has no place for. */
export function dropped(host: CapabilityHost, parameters: Readonly<Record<string, unknown>>): readonly Warning[] {
  const given = Object.keys(parameters).filter(name => parameters[name] !== undefined)
  return given.map(parameter => ({
    code: 'parameter-dropped',
    message: `${host.id} has no ${parameter} here; it was dropped.`,
    parameter,
  }))
}
