import { environment } from '@llm/core'

/**
 * Default headers that take out what OpenAI's SDK adds by itself: it sends `OPENAI_CUSTOM_HEADERS` to whichever host its
 * client is for, and what it holds, credentials perhaps, is meant for OpenAI.
 *
 * @example
 * ```ts
 * import { foreignHeaders } from '@llm/protocol-openai'
 *
 * foreignHeaders({ OPENAI_CUSTOM_HEADERS: 'x-team: a' }) // { 'x-team': null }
 * ```
 */
export function foreignHeaders(
  env: Readonly<Record<string, string | undefined>> = environment(),
): Record<string, null> {
  const names = [...(env['OPENAI_CUSTOM_HEADERS'] ?? '').matchAll(/^([^:\n]+):/gm)].map(([, name = '']) => name.trim())
  return Object.fromEntries(names.filter(name => name !== '').map(name => [name, null]))
}
