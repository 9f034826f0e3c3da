/** Shapes of credentials. Sources: each vendor's key format as seen in its documentation; the last two are generic. */
const KEY_SHAPES = [
  /\b(?:sk|pk|rk|gsk|xai|pplx|nvapi|fw|hf|r8|ghp|gho|glpat|key|csk|tgp)[-_][A-Za-z0-9_\-*.]{6,}/g,
  /\bAIza[A-Za-z0-9_-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{4,}/gi,
  /((?:api[-_ ]?key|access[-_ ]?token|auth[-_ ]?token|authorization|secret|password|signature|[?&]key)["']?\s*[=:]\s*["']?)(?!\[redacted\])[^\s"',;&<>]{4,}/gi,
]

/** What stands where a secret stood. */
export const REDACTED = '[redacted]'

/**
 * Takes credentials out of a text: everything that looks like a key, and every given secret whatever it looks like.
 *
 * @example
 * ```ts
 * import { redact } from '@llm/core'
 *
 * redact('Incorrect API key provided: sk-abcdef123456') // 'Incorrect API key provided: [redacted]'
 * redact('hunter2 is wrong', ['hunter2']) // '[redacted] is wrong'
 * ```
 */
export function redact(text: string, secrets: readonly (string | undefined)[] = []): string {
  let clean = text
  for (const secret of secrets) if (secret && secret.length >= 4) clean = clean.replaceAll(secret, REDACTED)
  for (const shape of KEY_SHAPES) {
    clean = clean.replace(shape, (_match, label: unknown) => (typeof label === 'string' ? label : '') + REDACTED)
  }
  return clean
}
