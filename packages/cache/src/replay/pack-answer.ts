import { isRecord, tryParseJson } from '@llm/core'

/** Of an entry's form. Entries of another form are misses. */
const VERSION = 1

/** An answer as JSON, bytes included. What belongs to the call that was made once is left out. */
export function packAnswer(answer: object): string {
  return JSON.stringify({ v: VERSION, answer: { ...answer, response: { headers: {} } } }, writeBytes)
}

/** The answer of an entry; `undefined` where it is none. */
export function unpackAnswer(text: string): Readonly<Record<string, unknown>> | undefined {
  const entry = tryParseJson(text)
  if (!isRecord(entry) || entry['v'] !== VERSION || !isRecord(entry['answer'])) return undefined
  return readBytes(entry['answer']) as Readonly<Record<string, unknown>>
}

/** Sees the holder, as a `Buffer` has become JSON of its own by the time that its value is passed. */
function writeBytes(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Readonly<Record<string, unknown>>)[key]
  return raw instanceof Uint8Array ? { $bytes: Buffer.from(raw).toString('base64') } : value
}

function readBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readBytes)
  if (!isRecord(value)) return value
  if (typeof value['$bytes'] === 'string') return Uint8Array.from(Buffer.from(value['$bytes'], 'base64'))
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, readBytes(field)]))
}
