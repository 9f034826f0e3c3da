import type { IncomingMessage, request as httpRequest } from 'node:http'
import type { LookupFunction } from 'node:net'
import type { ResolvedAddress } from './public-address.ts'

/** A response whose body is about to be read. */
export interface OpenedUrl {
  readonly status: number
  header(name: string): string | undefined
  readonly body: AsyncIterable<Uint8Array>
  /** Ends the connection, whatever is left of the body. */
  close(): void
}

/** Where to connect, and until when. */
export interface OpenOptions {
  readonly signal: AbortSignal
  /** The addresses that were found and checked: the connection goes to one of them, whatever the name says by then. */
  readonly addresses: readonly ResolvedAddress[] | undefined
  /** What to send. Without it the URL is only read. */
  readonly post?: { readonly headers: Readonly<Record<string, string>>; readonly body: string } | undefined
}

const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': '@llm/core' }

/**
 * Asks for a URL, and follows no redirect.
 *
 * @example
 * ```ts
 * import { allowedAddresses, openUrl } from '@llm/core'
 *
 * const url = new URL('https://example.com/hook')
 * const allowed = await allowedAddresses(url)
 * if (allowed === undefined) throw new Error('That is no public address.')
 * const post = { headers: { 'content-type': 'application/json' }, body: '{}' }
 * const opened = await openUrl(url, { ...allowed, post, signal: AbortSignal.timeout(10_000) })
 * opened.close()
 * ```
 */
export async function openUrl(url: URL, options: OpenOptions): Promise<OpenedUrl> {
  const request = options.addresses && (await loadRequest(url))
  return request === undefined ? fetchUrl(url, options) : requestUrl(url, request, options)
}

type Request = typeof httpRequest

async function loadRequest(url: URL): Promise<Request | undefined> {
  const loading = url.protocol === 'https:' ? import('node:https') : import('node:http')
  return loading.then(
    module => module.request,
    () => undefined,
  )
}

/** `fetch` connects to whatever a name says when it asks; only this way can the address that was checked be the one. */
async function requestUrl(url: URL, request: Request, options: OpenOptions): Promise<OpenedUrl> {
  const { signal, addresses = [], post } = options
  const method = post === undefined ? 'GET' : 'POST'
  const headers = { ...HEADERS, ...post?.headers }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // A connection of its own: one that is kept alive was made without this check.
    const sent = request(url, { method, headers, signal, agent: false, lookup: pinned(addresses) }, resolve)
    sent.on('error', reject).end(post?.body)
  })
  return {
    status: response.statusCode ?? 0,
    header: name => response.headers[name]?.toString(),
    body: response,
    close: () => {
      // What comes after leaving concerns nobody.
      response.on('error', () => undefined).destroy()
    },
  }
}

function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_, { all }, callback) => {
    const [first] = addresses
    if (first === undefined) callback(new Error('The name has no address.'), '')
    else if (all === true) callback(null, [...addresses])
    else callback(null, first.address, first.family)
  }
}

async function fetchUrl(url: URL, { signal, post }: OpenOptions): Promise<OpenedUrl> {
  const sent = post && { ...post, method: 'POST' }
  const { status, headers, body } = await fetch(url, { ...sent, signal, redirect: 'manual', credentials: 'omit' })
  return {
    status,
    header: name => headers.get(name) ?? undefined,
    body: body ?? noBody(),
    close: () => {
      body?.cancel().catch(() => undefined)
    },
  }
}

async function* noBody(): AsyncGenerator<Uint8Array, void> {
  // Nothing comes.
}
