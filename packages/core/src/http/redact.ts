const VALUE = String.raw`[^\s"'\\,;&<>]{4,}`
const SCHEME = String.raw`(?:(?:Bearer|Basic|Token|Key|ApiKey)\s+)?`
const LABELS = [
  '(?:api|access|account|private|signing|subscription)[-_ ]?key',
  '(?:access|auth|id|refresh|security|session)[-_ ]?token',
  'authorization|secret|password|signature',
  '[?&](?:key|sig|token)',
].join('|')

/** Shapes of credentials. Sources: each vendor's key format as seen in its documentation; the last four are generic. */
const KEY_SHAPES = [
  /(?<![A-Za-z0-9])(?:sk|pk|rk|gsk|pplx|nvapi|fw|hf|r8|gh[oprsu]|github_pat|glpat|key|csk|tgp|pa|jina|[a-z]+-api-key)[-_][A-Za-z0-9_\-*.]{6,}/g,
  // A short prefix and a long text of small and large letters and digits.
  /(?<![A-Za-z0-9])[a-z]{2,8}[-_](?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{32,}/g,
  /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{10,}/g,
  /(?<![A-Za-z0-9])(?:ya29|AQ)\.[A-Za-z0-9_.-]{10,}/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /(?<![A-Za-z0-9])ABSK[A-Za-z0-9+/=]{16,}/g,
  /(?<![A-Za-z0-9])dapi[a-f0-9]{16,}/g,
  /(?<![A-Za-z0-9])[a-f0-9]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
  /((?<![A-Za-z0-9])[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]+(?=@)/gi,
  /(?<![A-Za-z0-9])(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{4,}/gi,
  new RegExp(String.raw`((?:${LABELS})\\*["']?\s*[=:]\s*\\*["']?(?!${SCHEME}\[redacted\])${SCHEME})${VALUE}`, 'gi'),
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
