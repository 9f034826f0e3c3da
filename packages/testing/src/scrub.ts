import { isRecord, redact, REDACTED } from '@llm/core'

/** What says nothing of who asked: everything else is left out of a recording. */
const SAFE_HEADERS =
  /^(?:content-type|accept|retry-after(?:-ms)?|(?:x-|apim-)?request-id|x-amzn-(?:requestid|errortype)|x-should-retry|location|(?:anthropic|openai)-(?:version|beta|processing-ms)|(?:x-|anthropic-)ratelimit-.*|x-amzn-bedrock-.*-token-count|x-goog-upload-.*)$/

const CREDENTIAL_HEADER = /auth|key|token|secret|cookie|credential|signature/
const CREDENTIAL_PARAMETER = /^(?:key|api[-_]?key|access[-_]token|token|sig|signature|x-amz-.*|subscription-key)$/i
const CREDENTIAL_FIELD =
  /^(?:api[-_]?key|authorization|password|client[-_]?secret|(?:access|refresh|id|auth|session)[-_]?token|secret(?:[-_]?(?:access)?[-_]?key)?|private[-_]?key)$/i

/** The headers that say nothing of who asked. */
export function scrubHeaders(headers: Headers, secrets: readonly string[]): Record<string, string> {
  const kept = [...headers].filter(([name]) => SAFE_HEADERS.test(name))
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      name === 'location' || name.endsWith('-url') ? scrubUrl(value, secrets) : redact(value, secrets),
    ]),
  )
}

/** The values of a request that must not stand anywhere in its recording, wherever the host repeats them. */
export function credentialsOf(request: Request): readonly string[] {
  const headers = [...request.headers].filter(([name]) => CREDENTIAL_HEADER.test(name)).map(([, value]) => value)
  const parameters = [...new URL(request.url).searchParams].filter(([name]) => CREDENTIAL_PARAMETER.test(name))
  const values = [...headers, ...parameters.map(([, value]) => value)]
  return values.flatMap(value => [value, value.replace(/^\w+\s+/, '')]).filter(value => value.length >= 8)
}

/** A URL without credentials: no user, no password, no key in the query. */
export function scrubUrl(address: string, secrets: readonly string[]): string {
  if (!URL.canParse(address)) return redact(address, secrets)
  const url = new URL(address)
  url.username = ''
  url.password = ''
  for (const name of [...url.searchParams.keys()]) if (CREDENTIAL_PARAMETER.test(name)) url.searchParams.delete(name)
  return without(url.href, secrets)
}

/** JSON without credentials: neither fields that are named like one, nor texts that look like one. */
export function scrubJson(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return OPAQUE.test(value) ? without(value, secrets) : redact(value, secrets)
  if (Array.isArray(value)) return value.map(item => scrubJson(item, secrets))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      without(key, secrets),
      CREDENTIAL_FIELD.test(key) && typeof field === 'string' ? REDACTED : scrubJson(field, secrets),
    ]),
  )
}

/** Long runs without a space are data (media, signatures), in which a likeness to a key is chance. */
const OPAQUE = /^[A-Za-z0-9+/=_-]{200,}$/

/** A stream of events without credentials: lines in which nothing is found stay byte for byte. */
export function scrubSse(text: string, secrets: readonly string[]): string {
  const lines = text.split('\n').map(line => {
    const match = /^(data: ?)(.*?)(\r?)$/.exec(line)
    if (match === null) return line
    const [, field = '', data = '', end = ''] = match
    const parsed = parse(data)
    if (parsed === undefined) return field + redact(data, secrets) + end
    const clean = JSON.stringify(scrubJson(parsed, secrets))
    return clean === JSON.stringify(parsed) ? line : field + clean + end
  })
  return without(lines.join('\n'), secrets)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function without(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => (secret === '' ? clean : clean.replaceAll(secret, REDACTED)), text)
}
