import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { ProviderCall } from './gate-calls.ts'

/** What calls may be told apart by. User, project and organisation are those of the request's `metadata`. */
export type KeyPart = 'provider' | 'model' | 'user' | 'project' | 'organization'

/** Which calls share one account: those alike in these parts, or those for which a function gives the same text. */
export type CallKey = KeyPart | readonly KeyPart[] | ((call: ProviderCall) => string)

const PARTS: Readonly<Record<KeyPart, (call: ProviderCall) => string | undefined>> = {
  provider: call => call.provider,
  model: call => call.request.model,
  user: call => call.request.metadata?.userId,
  project: call => call.request.metadata?.projectId,
  organization: call => call.request.metadata?.organizationId,
}

/**
 * Reads a key's definition. The parts of a key cannot run into each other, whatever is in them.
 *
 * @throws {@link ConfigurationError} for a part that does not exist.
 */
export function readKey(owner: string, key: CallKey): (call: ProviderCall) => string {
  if (typeof key === 'function') return key
  const names = typeof key === 'string' ? [key] : [...key]
  const readers = names.map(name => {
    const reader = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined
    if (reader !== undefined) return reader
    throw new ConfigurationError({
      message: `${owner} cannot tell calls apart by ${JSON.stringify(name)}.`,
      hint: `There are: ${Object.keys(PARTS).join(', ')}; or pass a function.`,
    })
  })
  return call => readers.map(reader => encodeURIComponent((reader(call) ?? '').toWellFormed())).join(':')
}
