import { createHash } from 'node:crypto'
import { isRecord, type Completion } from '@llm/core'

/** What the ledger keeps of prompts and answers. */
export interface ContentOptions {
  /**
   * Prompts and answers as they are (JSON; images, sound and files as their size and hash), as a hash that tells equal ones, or not at
   * all.
   *
   * @default 'omitted'
   */
  readonly content?: 'stored' | 'hashed' | 'omitted' | undefined
  /** Changes what is stored or hashed, such as names. Where it throws, nothing of that text is kept. */
  readonly redact?: ((json: string, what: 'prompt' | 'answer') => string) | undefined
}

/** Where requests of all kinds have what they ask. */
const PROMPTS = ['messages', 'prompt', 'input', 'text', 'query', 'prefix']

/** What is asked, held as it is now: lists are copied, as callers go on to fill them. */
export function promptOf(request: object): unknown {
  const key = PROMPTS.find(name => name in request)
  const prompt = key === undefined ? undefined : (request as Record<string, unknown>)[key]
  return Array.isArray(prompt) ? [...(prompt as unknown[])] : prompt
}

/** What is answered, where it is text or parts of it. */
export function answerOf({ content, text }: Partial<Completion>): unknown {
  return content?.length === 0 ? undefined : (content ?? text)
}

/** A prompt or an answer as the ledger keeps it. */
export function renderContent(
  what: 'prompt' | 'answer',
  value: unknown,
  { content = 'omitted', redact = same }: ContentOptions,
): string | undefined {
  if (content === 'omitted' || value === undefined) return undefined
  try {
    const text = redact(JSON.stringify(value, withoutBytes), what)
    return content === 'stored' ? text : `sha256:${sha256(text)}`
  } catch {
    return undefined
  }
}

function same(text: string): string {
  return text
}

/** A ledger is no place for megabytes of images: they are told by their size and hash. */
function withoutBytes(key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return nameBytes(value)
  if (key === 'base64' && typeof value === 'string') return nameBytes(Buffer.from(value, 'base64'))
  if (key === 'url' && typeof value === 'string' && value.startsWith('data:')) {
    const start = value.indexOf(',') + 1
    return value.slice(0, start) + nameBytes(Buffer.from(value.slice(start), 'base64'))
  }
  return isRecord(value) && 'state' in value ? { ...value, state: undefined } : value
}

function nameBytes(bytes: Uint8Array): string {
  return `[${bytes.byteLength} bytes, sha256 ${sha256(bytes)}]`
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
