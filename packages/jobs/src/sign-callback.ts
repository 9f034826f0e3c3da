import { createHmac, timingSafeEqual } from 'node:crypto'
import { ConfigurationError, isRecord, LLMError, ValidationError, type LLMErrorOptions } from '@llm/core'
import type { Job } from './job.ts'

/** What a callback says: the job as it ended, without its request. */
export interface CallbackEvent {
  readonly type: 'job.completed' | 'job.failed' | 'job.cancelled'
  /** When the callback was made: an ISO 8601 date. */
  readonly timestamp: string
  readonly data: Job
}

/** A callback as it was received. */
export interface ReceivedCallback {
  /** The body as it came, not parsed and written again: the signature is over its bytes. */
  readonly body: string | Uint8Array
  /** Headers as a `Request` or a Node server has them, under names in lower case. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** What the setting `callbacks.secret` says. While it is changed: the new one and the old one. */
  readonly secret: string | readonly string[]
  /**
   * How many milliseconds old a callback may be, or how far its clock may be ahead.
   *
   * @default 300_000
   */
  readonly toleranceMs?: number | undefined
}

/** What makes a callback what it is. */
export interface CallbackToSign {
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly body: string
}

/**
 * A callback is not from who it should be, or too old. Answer it with status 401.
 *
 * @example
 * ```ts
 * import { CallbackSignatureError, verifyCallback } from '@llm/jobs'
 *
 * try {
 *   verifyCallback({ body: '{}', headers: {}, secret: 'a secret of 16 or more' })
 * } catch (error) {
 *   if (error instanceof CallbackSignatureError) console.error(error.message)
 * }
 * ```
 */
export class CallbackSignatureError extends LLMError {
  override readonly name: string = 'CallbackSignatureError'
  override readonly code: string = 'callback_signature'
}

const TOLERANCE = 300_000
const HINT = 'Do not trust it. Where it is yours, check the secret, and that the body is passed as it came.'

/** Shorter ones can be guessed. */
const SHORTEST_SECRET = 16

/** @throws {@link ConfigurationError} for a secret that can be guessed, such as one that was never set. */
export function checkSecret(secret: unknown): void {
  if (typeof secret === 'string' && secret.length >= SHORTEST_SECRET && keyOf(secret).length >= SHORTEST_SECRET) return
  throw new ConfigurationError({
    message: 'callbacks.secret must have 16 characters or more; after whsec_, 16 bytes or more in base64.',
    hint: 'Set callbacks.secret of the jobs, and secret of verifyCallback, to the same long random text.',
  })
}

/** The headers of a signed callback. https://www.standardwebhooks.com */
export function signCallback({ id, timestamp, body }: CallbackToSign, secret: string): Record<string, string> {
  const signature = createHmac('sha256', keyOf(secret))
    .update(`${id}.${String(timestamp)}.${body}`)
    .digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` }
}

/**
 * Checks the signature of a callback, and gives what it says. The form is that of Standard Webhooks, so that their
 * libraries, in many languages, can check it as well. A callback may come more than once: its header `webhook-id` stays
 * the same.
 *
 * @throws {@link CallbackSignatureError} where the signature is not by this secret, or too old; {@link ValidationError}
 * where the body is none of a job; {@link ConfigurationError} for a secret that can be guessed.
 * @example
 * ```ts
 * import { verifyCallback } from '@llm/jobs'
 *
 * export async function receive(request: Request): Promise<Response> {
 *   const secret = 'the setting callbacks.secret'
 *   const { type, data } = verifyCallback({ body: await request.text(), headers: request.headers, secret })
 *   console.log(type, data.id)
 *   return new Response(null, { status: 204 })
 * }
 * ```
 */
export function verifyCallback(callback: ReceivedCallback): CallbackEvent {
  const { headers, secret, toleranceMs = TOLERANCE } = callback
  const body = typeof callback.body === 'string' ? callback.body : new TextDecoder().decode(callback.body)
  const id = header(headers, 'webhook-id')
  const timestamp = header(headers, 'webhook-timestamp')
  const given = header(headers, 'webhook-signature').split(' ')
  const secrets = typeof secret === 'object' ? secret : [secret]
  secrets.forEach(checkSecret)
  const right = secrets.map(
    key => signCallback({ id, timestamp: Number(timestamp), body }, key)['webhook-signature'] ?? '',
  )
  if (!right.some(signature => given.some(candidate => isSame(candidate, signature)))) {
    throw refused({ message: 'The signature of a callback is wrong.', hint: HINT })
  }
  if (!(Math.abs(Date.now() - Number(timestamp) * 1000) <= toleranceMs)) {
    throw refused({ message: 'A callback is too old, or from the future.', hint: 'Check the clock of this machine.' })
  }
  return readEvent(body)
}

/** As other libraries for such callbacks write it, `whsec_` and base64; any other text is taken as it is. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret, 'utf8')
}

function header(headers: ReceivedCallback['headers'], name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name]
  if (typeof value === 'string' && value !== '') return value
  throw refused({ message: `A callback has no header ${name}.`, hint: HINT })
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function readEvent(body: string): CallbackEvent {
  try {
    const event: unknown = JSON.parse(body)
    if (isRecord(event) && String(event['type']).startsWith('job.')) return event as unknown as CallbackEvent
  } catch {
    // The error below says it.
  }
  throw new ValidationError({
    message: 'A callback is signed, but tells of no job.',
    hint: 'Another sender has the secret too: give each sender one of its own, and answer others with 400.',
  })
}

function refused(options: LLMErrorOptions): CallbackSignatureError {
  return new CallbackSignatureError(options)
}
