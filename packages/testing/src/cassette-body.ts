import { redact, tryParseJson } from '@llm/core'
import type { CassetteBody } from './cassette.ts'
import { scrubJson, scrubSse } from './scrub.ts'

/** The form of a body that shows it best, without credentials. An empty one has none. */
export function cassetteBody(bytes: Uint8Array, contentType: string, secrets: readonly string[] = []): CassetteBody {
  if (bytes.length === 0) return {}
  const text = decode(bytes)
  if (text === undefined) return { base64: toBase64(bytes) }
  if (/^text\/event-stream/i.test(contentType)) return { sse: scrubSse(text, secrets) }
  const json = tryParseJson(text)
  if (json === undefined || json === null) return { text: redact(text, secrets) }
  const prefix = /^\s*/.exec(text)?.[0] ?? ''
  return { json: scrubJson(json, secrets), ...(prefix !== '' && { json_prefix: prefix }) }
}

/** A form's fields, as a list. */
export async function cassetteForm(
  form: FormData,
  secrets: readonly string[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return Promise.all(
    [...form].map(async ([name, value]) => {
      if (typeof value === 'string') return { name, text: redact(value, secrets) }
      const bytes = new Uint8Array(await value.arrayBuffer())
      return { name, filename: value.name, content_type: value.type, base64: toBase64(bytes), bytes: bytes.length }
    }),
  )
}

/** The text of bytes that are one. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
