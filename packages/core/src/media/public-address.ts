import type { MediaOptions } from './media-input.ts'

/** An address that a name stands for. */
export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** Finds the addresses of a name; `undefined` where the runtime cannot. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[] | undefined>

/** The system's own resolver, where there is one. */
export async function resolveName(hostname: string): Promise<readonly ResolvedAddress[] | undefined> {
  const dns = await import('node:dns/promises').catch(() => undefined)
  return dns?.lookup(hostname, { all: true })
}

/** Tells whether the options allow a host whatever its address. */
export function isAllowed({ hostname, host }: URL, { privateAddresses = false }: MediaOptions): boolean {
  if (typeof privateAddresses === 'boolean') return privateAddresses
  return privateAddresses.some(name => name === hostname || name === host)
}

/**
 * Tells whether an address, or a name that cannot be resolved here, is one that everybody on the internet reaches. What is
 * not clearly public is not: loopback, private, link-local (where clouds keep credentials), reserved, IPv6 around IPv4.
 */
export async function isPublicHost(host: string): Promise<boolean> {
  const { default: ip } = await import('ipaddr.js')
  if (!ip.isValid(host))
    return !/^[\d.:]+$/.test(host) && !/(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i.test(host)
  const address = ip.process(host)
  // `::127.0.0.1` is deprecated by RFC 4291, and plain unicast to the library.
  const wrapped = address.kind() === 'ipv6' && address.toByteArray().findIndex(byte => byte !== 0) >= 12
  return address.range() === 'unicast' && !wrapped
}
