import {
  AbortedError,
  apiError,
  isRecord,
  LLMError,
  tryParseJson,
  ValidationError,
  type Batch,
  type BatchClient,
  type BatchItem,
  type CompletionRequest,
  type ResponseInfo,
} from '@llm/core'
import { readError } from '../errors.ts'
import { createFiles } from './files.ts'
import { callJson, type CompletionHost } from './host.ts'

/**
 * Batches of completions: a file of requests, and one of answers. Reference:
 * https://platform.openai.com/docs/api-reference/batch
 *
 * @param endpoint - where completions are, as the lines of the file name it.
 *
 * @example
 * ```ts
 * import { createBatches, type CompletionHost } from '@llm/protocol-openai'
 *
 * declare const host: CompletionHost<object>
 *
 * const batches = createBatches(host, '/v1/chat/completions')
 * const messages = [{ role: 'user', content: 'Hello.' }] as const
 * const { id } = await batches.create({ requests: [{ model: 'some-model', messages }] })
 * ```
 */
export function createBatches<Options>(host: CompletionHost<Options>, endpoint: string): BatchClient {
  const at = (id: string): string => `/batches/${encodeURIComponent(id)}`
  const files = createFiles(host, 'batch')
  return {
    async create({ requests, ...request }) {
      const data = await renderLines(requests, host, endpoint)
      const file = { ...request, data, filename: 'batch.jsonl', mediaType: 'application/jsonl' }
      const { id } = await files.upload(file)
      const body = { input_file_id: id, endpoint, completion_window: '24h' }
      return callJson(host, { request, path: '/batches', body }, readBatch)
    },
    get: (id, request = {}) => callJson(host, { request, path: at(id) }, readBatch),
    list: (request = {}) =>
      callJson(host, { request, path: '/batches' }, ({ data }: { readonly data: readonly WireBatch[] }) =>
        data.map(readBatch),
      ),
    cancel: (id, request = {}) => callJson(host, { request, path: `${at(id)}/cancel`, method: 'post' }, readBatch),
    async results(id, request = {}) {
      const { state, total, outputs } = await callJson(host, { request, path: at(id) }, readOutputs)
      const items: BatchItem[] = []
      for (const file of outputs) {
        const build = (options: Options) => host.build({ path: `/files/${encodeURIComponent(file)}/content` }, options)
        const { bytes, info } = await host.calls.bytes({ request, build })
        readLines(new TextDecoder().decode(bytes), items, { host, info })
      }
      const length = Math.max(total, items.length)
      return Array.from({ length }, (_, index) => items[index] ?? unanswered(state, host.id))
    },
  }
}

/** One line a request, numbered, as answers come in any order. */
async function renderLines<Options>(
  requests: readonly CompletionRequest[],
  { codec }: CompletionHost<Options>,
  url: string,
): Promise<Blob> {
  const rendered = await Promise.all(requests.map(request => codec.render(request)))
  const lines = rendered.map(({ body }, index) => ({ custom_id: String(index), method: 'POST', url, body }))
  return new Blob([lines.map(line => JSON.stringify(line)).join('\n')])
}

interface WireBatch {
  readonly id: string
  readonly status: string
  readonly request_counts?: Readonly<Partial<Record<'total' | 'completed' | 'failed', number>>> | null
  readonly created_at?: number | null
  readonly expires_at?: number | null
  readonly output_file_id?: string | null
  readonly error_file_id?: string | null
  readonly errors?: { readonly data?: readonly { readonly message?: string | null }[] | null } | null
}

const STATES: Partial<Record<string, Batch['state']>> = {
  validating: 'queued',
  completed: 'completed',
  failed: 'failed',
  expired: 'expired',
  cancelling: 'cancelling',
  cancelled: 'cancelled',
}

function readBatch({ id, status, request_counts: counts, created_at: created, expires_at: expires }: WireBatch): Batch {
  const { total, completed, failed } = counts ?? {}
  return {
    id,
    state: STATES[status] ?? 'running',
    ...(total !== undefined && { total }),
    ...(completed !== undefined && { succeeded: completed }),
    ...(failed !== undefined && { failed }),
    ...(created != null && { createdAt: new Date(created * 1000).toISOString() }),
    ...(expires != null && { expiresAt: new Date(expires * 1000).toISOString() }),
  }
}

interface Outputs {
  readonly state: Batch['state']
  readonly total: number
  /** The files with the answers. */
  readonly outputs: readonly string[]
}

/** What there is of a batch that has ended. */
function readOutputs(body: WireBatch, info: ResponseInfo): Outputs {
  const { state, total = 0 } = readBatch(body)
  const problems = body.errors?.data?.flatMap(({ message }) => message ?? []) ?? []
  if (state === 'failed') info.fail({ kind: 'invalid-request', message: problems.join(' ') || 'the batch failed.' })
  if (state === 'queued' || state === 'running' || state === 'cancelling') {
    throw new ValidationError({
      message: `The batch ${body.id} has not ended: it is ${state}.`,
      hint: 'Ask for its results when get(id) says that it has.',
      parameter: 'id',
    })
  }
  return { state, total, outputs: [body.output_file_id, body.error_file_id].flatMap(id => id ?? []) }
}

interface WireItem {
  readonly response?: { readonly status_code?: number; readonly body?: unknown } | null
  readonly error?: unknown
}

interface Answers<Options> {
  readonly host: CompletionHost<Options>
  readonly info: ResponseInfo
}

function readLines<Options>(text: string, items: BatchItem[], answers: Answers<Options>): void {
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const item = tryParseJson(line)
    if (!isRecord(item)) answers.info.fail({ kind: 'malformed-response', message: 'a line of the answers is no JSON.' })
    items[Number(item['custom_id'])] = readItem(item, answers)
  }
}

/** A request that the batch ended without. */
function unanswered(state: Batch['state'], provider: string): BatchItem {
  const message = `the batch ended as ${state}, without an answer to this request.`
  const hint = 'Send it again.'
  if (state === 'cancelled') return { ok: false, error: new AbortedError({ message: `${provider}: ${message}`, hint }) }
  return { ok: false, error: apiError({ kind: 'timeout', message }, { provider, hint }) }
}

function readItem<Options>({ response, error }: WireItem, { host, info }: Answers<Options>): BatchItem {
  const { status_code: status = 200, body } = response ?? {}
  try {
    if (error == null && status < 300) return { ok: true, value: host.codec.read(body) }
    const details = (host.readError ?? readError)(error == null ? body : { error })
    return info.fail({ ...details, status: details.status ?? (status < 300 ? undefined : status) })
  } catch (cause) {
    if (LLMError.is(cause)) return { ok: false, error: cause }
    throw cause
  }
}
