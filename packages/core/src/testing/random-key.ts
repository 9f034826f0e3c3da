import type { Random } from './random.ts'

const HEX = '0123456789abcdef'
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const ALNUM = `${UPPER}abcdefghijklmnopqrstuvwxyz`
const URL_SAFE = `${ALNUM}-_`

/** How vendors write their keys: what stands before the secret, of which characters it is, and how many they are. */
const KEY_FORMATS: Readonly<Record<string, readonly [prefix: string, alphabet: string, length: number]>> = {
  'OpenAI, old': ['sk-', ALNUM, 48],
  'OpenAI, project': ['sk-proj-', URL_SAFE, 156],
  'OpenAI, service account': ['sk-svcacct-', URL_SAFE, 156],
  Anthropic: ['sk-ant-api03-', URL_SAFE, 95],
  DeepSeek: ['sk-', HEX, 32],
  OpenRouter: ['sk-or-v1-', HEX, 64],
  ElevenLabs: ['sk_', HEX, 48],
  Groq: ['gsk_', ALNUM, 52],
  xAI: ['xai-', ALNUM, 80],
  Perplexity: ['pplx-', ALNUM, 48],
  NVIDIA: ['nvapi-', URL_SAFE, 64],
  Fireworks: ['fw_', ALNUM, 24],
  Cerebras: ['csk-', ALNUM, 48],
  Together: ['tgp_v1_', URL_SAFE, 43],
  Voyage: ['pa-', URL_SAFE, 43],
  Jina: ['jina_', ALNUM, 60],
  Zhipu: ['0123456789abcdef0123456789abcdef.', ALNUM, 16],
  'Hugging Face': ['hf_', ALNUM, 34],
  Replicate: ['r8_', ALNUM, 37],
  Google: ['AIzaSy', URL_SAFE, 33],
  'Google, new': ['AQ.', URL_SAFE, 50],
  'Google OAuth': ['ya29.', URL_SAFE, 120],
  'AWS access key': ['AKIA', UPPER, 16],
  'AWS session': ['ASIA', UPPER, 16],
  'Bedrock, long': ['ABSK', ALNUM, 128],
  'Bedrock, short': ['bedrock-api-key-', ALNUM, 100],
  GitHub: ['ghp_', ALNUM, 36],
  'GitHub, fine-grained': ['github_pat_', `${ALNUM}_`, 82],
  Databricks: ['dapi', HEX, 32],
  'JSON Web Token': ['eyJhbGciOiJIUzI1NiJ9.', URL_SAFE, 60],
  'AWS secret key, labelled': ['aws_secret_access_key=', ALNUM, 40],
  'Azure, labelled': ['api-key: ', HEX, 32],
  'Mistral, as a bearer': ['Bearer ', ALNUM, 32],
  'a header': ['x-api-key: ', ALNUM, 24],
  'a scheme of its own': ['Authorization: Token ', HEX, 40],
  JSON: ['"apiKey":"', ALNUM, 24],
  'JSON in JSON': ['\\"access_token\\": \\"', ALNUM, 24],
  'a query': ['https://example.com/v1?key=', ALNUM, 24],
  'a URL': ['https://user:', ALNUM, 24],
}

/** A made-up credential: the text as a host would show it, and the part of it that nobody may see. */
export interface RandomKey {
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
  const format = random.pick(Object.keys(KEY_FORMATS))
  const [prefix, alphabet, length] = KEY_FORMATS[format] ?? ['', ALNUM, 32]
  const secret = Array.from({ length }, () => random.pick(alphabet.split(''))).join('')
  const close = prefix.endsWith('"')
    ? prefix.includes('\\')
      ? '\\"'
      : '"'
    : prefix.includes('//user')
      ? '@example.com'
      : ''
  return { format, text: prefix + secret + close, secret }
}
