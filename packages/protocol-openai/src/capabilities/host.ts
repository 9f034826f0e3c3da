import type {
  BoundCodec,
  CallOptions,
  ErrorDetails,
  HostCalls,
  HttpRequest,
  ResponseInfo,
  Usage,
  Warning,
} from '@llm/core'
import { isErrorBody, readError } from '../errors.ts'
import { readChatUsage } from '../chat/usage.ts'
import { readResponseUsage } from '../responses/usage.ts'

/** A request to build: a `POST` of a body (an object for JSON, or a form), a `GET` without one. */
export interface BuildCall {
  readonly path: string
  readonly body?: object | undefined
  /** For hosts that have the model in their URLs. */
  readonly model?: string | undefined
  readonly method?: 'get' | 'post' | 'delete' | undefined
  /** Over those of the SDK's client. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What the calls besides completions need to know of a host. */
export interface CapabilityHost<Options> {
  /** The host, in lower case. */
  readonly id: string
  readonly calls: HostCalls<Options>
  /** Has the vendor's SDK build a request. `options` are the caller's for this host. */
  build(call: BuildCall, options: Options): Promise<HttpRequest>
  /** Reads an error inside an answer in the host's own form. */
  readonly readError?: ((body: unknown) => ErrorDetails) | undefined
}

/** A host with its wire format, for calls that carry completions. */
export interface CompletionHost<Options> extends CapabilityHost<Options> {
  readonly codec: BoundCodec<Options>
}

/** One call and who makes it. */
export interface CapabilityCall extends BuildCall {
  readonly request: CallOptions
}

/**
 * Makes a call that answers with JSON. An error inside a success is thrown as what it says.
 *
 * @example
 * ```ts
 * import { callJson, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const id = await callJson(host, { path: '/files', method: 'get', request: {} }, (body: { first_id: string }) =>
 * body.first_id)
 * console.log(id)
 * ```
 */
export function callJson<Options, T>(
  host: CapabilityHost<Options>,
  { request, ...call }: CapabilityCall,
  read: (body: never, info: ResponseInfo) => T,
): Promise<T> {
  return host.calls.json({ request, model: call.model, build: options => host.build(call, options) }, (body, info) => {
    if (isErrorBody(body)) info.fail((host.readError ?? readError)(body))
    return read(body as never, info)
  })
}

/** What a list answers with, a page at a time. */
interface WirePage<Item> {
  readonly data: readonly Item[]
  readonly has_more?: boolean | null
}

/** All items of a list, page after page. A host that takes no cursor gives its first page again, and that is the end. */
export async function callPages<Options, Item extends { readonly id: string }>(
  host: CapabilityHost<Options>,
  call: CapabilityCall,
): Promise<readonly Item[]> {
  const items = new Map<string, Item>()
  for (let query = ''; ;) {
    const page = await callJson(host, { ...call, path: `${call.path}${query}` }, (body: WirePage<Item>) => ({
      more: body.has_more === true,
      fresh: body.data.filter(({ id }) => !items.has(id)),
    }))
    for (const item of page.fresh) items.set(item.id, item)
    const last = page.fresh.at(-1)
    if (!page.more || last === undefined) return [...items.values()]
    query = `?after=${encodeURIComponent(last.id)}`
  }
}

/** Reads the events of one streamed answer. */
export interface EventReader<Event, T> {
  push(event: Event): readonly T[]
  readonly done: boolean
}

/** Makes a call that answers with events. An error among them is thrown as what it says. */
export function callEvents<Options, Event, T>(
  host: CapabilityHost<Options>,
  { request, ...call }: CapabilityCall,
  createReader: (info: ResponseInfo) => EventReader<Event, T>,
): AsyncGenerator<T, void> {
  const build = (options: Options): Promise<HttpRequest> => host.build(call, options)
  return host.calls.messageStream({ request, model: call.model, build }, info => {
    const reader = createReader(info)
    return {
      push({ data }) {
        if (data === '[DONE]') return []
        const event: unknown = JSON.parse(data)
        if (isErrorBody(event)) info.fail((host.readError ?? readError)(event))
        return reader.push(event as Event)
      },
      get done() {
        return reader.done
      },
    }
  })
}

/**
 * Usage in whichever of the API's two forms it comes.
 *
 * @example
 * ```ts
 * import { readUsage } from '@llm/protocol-openai'
 *
 * readUsage({ prompt_tokens: 5, total_tokens: 5 }).inputTokens // 5
 * readUsage({ input_tokens: 5, total_tokens: 5 }).inputTokens // 5
 * ```
 */
export function readUsage(usage: Readonly<Record<string, unknown>> | null | undefined): Usage {
  if (usage == null) return { source: 'reported' }
  return 'input_tokens' in usage ? readResponseUsage(usage) : readChatUsage(usage)
}

/** A warning for each given parameter that the host has no place for. */
export function dropped(host: string, parameters: Readonly<Record<string, unknown>>): readonly Warning[] {
  const given = Object.keys(parameters).filter(name => parameters[name] !== undefined)
  return given.map(parameter => ({
    code: 'parameter-dropped',
    message: `${host} has no ${parameter} in this API; it was dropped.`,
    parameter,
  }))
}
