import type { Random } from './random.ts'

const HEX = '0123456789abcdef'
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const ALNUM = `${UPPER}abcdefghijklmnopqrstuvwxyz`
const URL_SAFE = `${ALNUM}-_`

/** How vendors write their keys: what stands before the secret, of which characters it is, and how many they are. */
const KEY_FORMATS: readonly (readonly [prefix: string, alphabet: string, length: number])[] = [
  ['sk-', ALNUM, 48],
  ['sk-proj-', URL_SAFE, 156],
  ['sk-svcacct-', URL_SAFE, 156],
  ['sk-ant-api03-', URL_SAFE, 95],
  ['sk-', HEX, 32],
  ['sk-or-v1-', HEX, 64],
  ['sk_', HEX, 48],
  ['gsk_', ALNUM, 52],
  ['abc-', ALNUM, 80],
  ['pplx-', ALNUM, 48],
  ['nvapi-', URL_SAFE, 64],
  ['fw_', ALNUM, 24],
  ['csk-', ALNUM, 48],
  ['tgp_v1_', URL_SAFE, 43],
  ['pa-', URL_SAFE, 43],
  ['jina_', ALNUM, 60],
  ['0123456789abcdef0123456789abcdef.', ALNUM, 16],
  ['hf_', ALNUM, 34],
  ['r8_', ALNUM, 37],
  ['AIzaSy', URL_SAFE, 33],
  ['AQ.', URL_SAFE, 50],
  ['ya29.', URL_SAFE, 120],
  ['AKIA', UPPER, 16],
  ['ASIA', UPPER, 16],
  ['ABSK', ALNUM, 128],
  ['cloud-api-key-', ALNUM, 100],
  ['ghp_', ALNUM, 36],
  ['github_pat_', `${ALNUM}_`, 82],
  ['dapi', HEX, 32],
  ['eyJhbGciOiJIUzI1NiJ9.', URL_SAFE, 60],
  ['aws_secret_access_key=', ALNUM, 40],
  ['api-key: ', HEX, 32],
  ['Bearer ', ALNUM, 32],
  ['x-api-key: ', ALNUM, 24],
  ['Authorization: Token ', HEX, 40],
  ['"apiKey":"', ALNUM, 24],
  ['\\"access_token\\": \\"', ALNUM, 24],
  ['https://example.com/v1?key=', ALNUM, 24],
  ['https://user:', ALNUM, 24],
]

/** A made-up credential: the text as a host would show it, and the part of it that nobody may see. */
export interface RandomKey {
  /** What stands before the secret. */
  readonly format: string
  readonly text: string
  readonly secret: string
}

/**
 * A made-up key in the format of a random vendor, for tests that no credential gets out.
 *
 * @example
 * ```ts
 * import { redact } from '@llm/core'
 * import { createRandom, randomKey } from '@llm/core/testing'
 *
 * const { text, secret } = randomKey(createRandom(1))
 * redact(`It failed: ${text}`).includes(secret) // false
 * ```
 */
export function randomKey(random: Random): RandomKey {
  const [prefix, alphabet, length] = random.pick(KEY_FORMATS)
  const secret = Array.from({ length }, () => random.pick(alphabet.split(''))).join('')
  const close = prefix.endsWith('"')
    ? prefix.includes('\\')
      ? '\\"'
      : '"'
    : prefix.includes('//user')
      ? '@example.com'
      : ''
  return { format: prefix, text: prefix + secret + close, secret }
}
