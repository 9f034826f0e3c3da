import { untilAborted } from '../http/deadline.ts'
import type { MediaOptions } from './media-input.ts'

/** Which addresses a URL may lead to. */
export interface AddressOptions extends Pick<MediaOptions, 'privateAddresses'> {
  /** Finds the addresses of a name. Defaults to the system's resolver, on runtimes that have one. */
  readonly resolve?: Resolve | undefined
  /** Ends the search. */
  readonly signal?: AbortSignal | undefined
}

/** An address that a name stands for. */
export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** Finds the addresses of a name; `undefined` where the runtime cannot. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[] | undefined>

/**
 * Finds the addresses that a URL leads to, for a connection to one of them. `undefined` where one of them is not allowed: a
 * name with a private address among others is not. Where the runtime cannot resolve names, there are no `addresses`.
 *
 * @example
 * ```ts
 * import { allowedAddresses } from '@llm/core'
 *
 * const allowed = await allowedAddresses(new URL('http://127.0.0.1/'))
 * console.log(allowed) // undefined
 * ```
 */
export async function allowedAddresses(
  url: URL,
  options: AddressOptions = {},
): Promise<{ readonly addresses: readonly ResolvedAddress[] | undefined } | undefined> {
  const { resolve = resolveName, signal } = options
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = await (signal === undefined ? resolve(hostname) : untilAborted(resolve(hostname), signal))
  if (isAllowed(url, options)) return { addresses }
  for (const host of addresses?.map(({ address }) => address) ?? [hostname]) {
    if (!(await isPublicHost(host))) return undefined
  }
  return { addresses }
}

/** The system's own resolver, where there is one. */
async function resolveName(hostname: string): Promise<readonly ResolvedAddress[] | undefined> {
  const dns = await import('node:dns/promises').catch(() => undefined)
  return dns?.lookup(hostname, { all: true })
}

/** Tells whether the options allow a host whatever its address. */
function isAllowed({ hostname, host }: URL, { privateAddresses = false }: AddressOptions): boolean {
  if (typeof privateAddresses === 'boolean') return privateAddresses
  return privateAddresses.some(name => name === hostname || name === host)
}

/**
 * Tells whether an address, or a name that cannot be resolved here, is one that everybody on the internet reaches. What is
 * not clearly public is not: loopback, private, link-local (where clouds keep credentials), reserved, IPv6 around IPv4.
 */
async function isPublicHost(host: string): Promise<boolean> {
  const { default: ip } = await import('ipaddr.js')
  if (!ip.isValid(host))
    return !/^[\d.:]+$/.test(host) && !/(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i.test(host)
  const address = ip.process(host)
  // `::127.0.0.1` is deprecated by RFC 4291, and plain unicast to the library.
  const wrapped = address.kind() === 'ipv6' && address.toByteArray().findIndex(byte => byte !== 0) >= 12
  return address.range() === 'unicast' && !wrapped
}
