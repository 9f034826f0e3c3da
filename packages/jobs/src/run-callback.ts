import {
  allowedAddresses,
  ConnectionError,
  createDeadline,
  LLMError,
  openUrl,
  TimeoutError,
  ValidationError,
} from '@llm/core'
import type { JobWithMetadata } from 'pg-boss'
import type { JobTable } from './job-table.ts'
import type { CallbackSettings } from './settings.ts'
import { signCallback, type CallbackEvent } from './sign-callback.ts'

/** What is kept of a callback that is to be made. */
export interface CallbackPayload {
  readonly callbackUrl: string
}

const TIMEOUT = 15_000

/** What a receiver answers to be told no more: the address is gone. https://www.rfc-editor.org/rfc/rfc9110#name-410-gone */
const GONE = 410

/**
 * Tells a URL how a job ended. Any answer from 200 to 299 will do; redirects are not followed.
 *
 * @throws {@link ConnectionError} or {@link TimeoutError}, after which it is tried again; {@link ValidationError} where the
 * URL leads to an address that is not public.
 */
export async function runCallback(
  callback: JobWithMetadata<CallbackPayload>,
  signal: AbortSignal,
  { table, settings }: { readonly table: JobTable; readonly settings: CallbackSettings },
): Promise<object> {
  const event = await eventOf(callback.sourceId, table)
  if (event === undefined) return { skipped: 'The job is there no more, or was queued again.' }
  const url = new URL(callback.data.callbackUrl)
  const body = JSON.stringify(event)
  const timestamp = Math.floor(Date.now() / 1000)
  const signed = signCallback({ id: callback.id, timestamp, body }, settings.secret)
  const headers = { ...signed, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
  const { timeout = TIMEOUT } = settings
  const deadline = createDeadline(signal, timeout)
  try {
    const status = await post({ url, headers, body, settings, signal: deadline.signal })
    if (status >= 200 && status < 300) return { status }
    throw new ConnectionError({
      message: `${url.host} answered a callback with ${String(status)}.`,
      hint: 'It should answer with 200 or 204 at once, and do its work later.',
      status,
      retryable: status !== GONE,
    })
  } catch (cause) {
    if (deadline.expired) {
      const message = `${url.host} took longer than ${String(timeout)} ms to answer a callback.`
      throw new TimeoutError({ message, hint: 'It should answer at once, and do its work later.', timer: 'total' })
    }
    if (LLMError.is(cause)) throw cause
    const message = `${url.host} could not be reached for a callback.`
    throw new ConnectionError({ message, hint: 'Check that the receiver runs.', retryable: true, cause })
  } finally {
    deadline.dispose()
  }
}

interface Post {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly settings: CallbackSettings
  readonly signal: AbortSignal
}

async function post({ url, headers, body, settings, signal }: Post): Promise<number> {
  const { privateAddresses } = settings
  const allowed = await allowedAddresses(url, { privateAddresses, signal })
  if (allowed === undefined) {
    throw new ValidationError({
      message: `The callback to ${url.host} leads to an address that is not public.`,
      hint: 'Where that is meant, allow the host: callbacks.privateAddresses.',
      parameter: 'callbackUrl',
    })
  }
  const opened = await openUrl(url, { ...allowed, post: { headers, body }, signal })
  opened.close()
  return opened.status
}

async function eventOf(id: string | null, table: JobTable): Promise<CallbackEvent | undefined> {
  const job = id === null ? undefined : await table.find(id)
  if (job === undefined || !isEnd(job.state)) return undefined
  const { request: _request, ...data } = job
  return { type: `job.${job.state}`, timestamp: new Date().toISOString(), data: data as CallbackEvent['data'] }
}

function isEnd(state: string): state is 'completed' | 'failed' | 'cancelled' {
  return state === 'completed' || state === 'failed' || state === 'cancelled'
}
