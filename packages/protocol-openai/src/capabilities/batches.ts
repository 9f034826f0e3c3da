import {
  batchItem,
  checkBatchEnded,
  isRecord,
  LLMError,
  tryParseJson,
  unansweredItem,
  type Batch,
  type BatchClient,
  type BatchItem,
  type Embedding,
  type EmbeddingRequest,
  type ResponseInfo,
} from '@llm/core'
import { readError } from '../errors.ts'
import { readEmbedding, renderEmbedding, type EmbeddingBody } from './embeddings.ts'
import { createFiles } from './files.ts'
import { callJson, callPages, type CapabilityHost, type CompletionHost } from './host.ts'

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
  return createJobs(host, {
    endpoint,
    render: async request => (await host.codec.render(request)).body,
    read: (body, request) => host.codec.read(body, request),
  })
}

/**
 * Batches of embeddings. Of each request its model, texts and dimensions are sent.
 *
 * @example
 * ```ts
 * import { createEmbeddingBatches, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const batches = createEmbeddingBatches(host, '/v1/embeddings')
 * const { id } = await batches.create({ requests: [{ model: 'some-embedding-model', input: ['Hello.'] }] })
 * ```
 */
export function createEmbeddingBatches<Options>(
  host: CapabilityHost<Options>,
  endpoint: string,
): BatchClient<EmbeddingRequest, Embedding> {
  const about = { provider: host.id, model: '', warnings: [] }
  return createJobs(host, {
    endpoint,
    render: request => Promise.resolve(renderEmbedding(request)),
    read: body => readEmbedding(body as EmbeddingBody, { ...about, response: { headers: {}, body } }),
  })
}

/** What the lines of a batch are. */
interface LineFormat<Request, Result> {
  readonly endpoint: string
  readonly render: (request: Request) => Promise<object>
  readonly read: (body: unknown, request: Request | undefined) => Result
}

function createJobs<Options, Request, Result>(
  host: CapabilityHost<Options>,
  format: LineFormat<Request, Result>,
): BatchClient<Request, Result> {
  const at = (id: string): string => `/batches/${encodeURIComponent(id)}`
  const files = createFiles(host, 'batch')
  return {
    async create({ requests, ...request }) {
      const data = await renderLines(requests, format)
      const upload = { data, filename: 'batch.jsonl', mediaType: 'application/jsonl' }
      const { id } = await files.upload({ ...request, providerOptions: undefined, ...upload })
      const body = { input_file_id: id, endpoint: format.endpoint, completion_window: '24h' }
      return callJson(host, { request, path: '/batches', body }, readBatch)
    },
    get: (id, request = {}) => callJson(host, { request, path: at(id) }, readBatch),
    async list(request = {}) {
      const batches = await callPages<Options, WireBatch>(host, { request, path: '/batches' })
      return batches.filter(batch => isOf(batch, format.endpoint)).map(readBatch)
    },
    cancel: (id, request = {}) => callJson(host, { request, path: `${at(id)}/cancel`, method: 'post' }, readBatch),
    async results(id, { requests = [], ...request } = {}) {
      const { state, total, outputs } = await callJson(host, { request, path: at(id) }, readOutputs)
      const items: BatchItem<Result>[] = []
      for (const file of outputs) {
        const build = (options: Options) => host.build({ path: `/files/${encodeURIComponent(file)}/content` }, options)
        const { bytes, info } = await host.calls.bytes({ request, build })
        readLines(new TextDecoder().decode(bytes), items, { host, info, format, requests })
      }
      const length = Math.max(total, items.length)
      return Array.from({ length }, (_, index) => items[index] ?? unansweredItem(state, host.id))
    },
  }
}

/** One line a request, numbered, as answers come in any order. */
async function renderLines<Request>(
  requests: readonly Request[],
  { endpoint: url, render }: LineFormat<Request, unknown>,
): Promise<Blob> {
  const bodies = await Promise.all(requests.map(render))
  const lines = bodies.map((body, index) => ({ custom_id: String(index), method: 'POST', url, body }))
  return new Blob([lines.map(line => JSON.stringify(line)).join('\n')])
}

interface WireBatch {
  readonly id: string
  readonly status: string
  readonly endpoint?: string | null
  readonly request_counts?: Readonly<Partial<Record<'total' | 'completed' | 'failed', number | null>>> | null
  /** In seconds, or a date. */
  readonly created_at?: number | string | null
  readonly expires_at?: number | string | null
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

/** A list has the batches of all endpoints, which some hosts call without their version. */
function isOf({ endpoint }: WireBatch, ours: string): boolean {
  const [theirs, own] = [endpoint, ours].map(path => path?.replace(/^\/v1/, ''))
  return theirs === undefined || theirs === own
}

function readBatch({ id, status, request_counts: counts, created_at: created, expires_at: expires }: WireBatch): Batch {
  const { total, completed, failed } = counts ?? {}
  return {
    id,
    state: STATES[status.toLowerCase()] ?? 'running',
    ...(total != null && { total }),
    ...(completed != null && { succeeded: completed }),
    ...(failed != null && { failed }),
    ...(created != null && { createdAt: readDate(created) }),
    ...(expires != null && { expiresAt: readDate(expires) }),
  }
}

function readDate(date: number | string): string {
  return new Date(typeof date === 'number' ? date * 1000 : date).toISOString()
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
  checkBatchEnded({ id: body.id, state })
  return { state, total, outputs: [body.output_file_id, body.error_file_id].flatMap(id => id ?? []) }
}

interface WireItem {
  readonly response?: { readonly status_code?: number; readonly body?: unknown } | null
  readonly error?: unknown
}

interface Answers<Options, Request, Result> {
  readonly host: CapabilityHost<Options>
  readonly info: ResponseInfo
  readonly format: Pick<LineFormat<Request, Result>, 'read'>
  readonly requests: readonly Request[]
}

function readLines<Options, Request, Result>(
  text: string,
  items: BatchItem<Result>[],
  answers: Answers<Options, Request, Result>,
): void {
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const item = tryParseJson(line)
    if (!isRecord(item)) answers.info.fail({ kind: 'malformed-response', message: 'a line of the answers is no JSON.' })
    const index = Number(item['custom_id'])
    items[index] = batchItem(() => readValue(item, answers, answers.requests[index]))
  }
}

function readValue<Options, Request, Result>(
  { response, error }: WireItem,
  { host, info, format }: Answers<Options, Request, Result>,
  request: Request | undefined,
): Result {
  const { status_code: status = 200, body } = response ?? {}
  if (error != null || status >= 300) {
    const details = (host.readError ?? readError)(error == null ? body : { error })
    return info.fail({ ...details, status: details.status ?? (status < 300 ? undefined : status) })
  }
  try {
    return format.read(body, request)
  } catch (cause) {
    if (LLMError.is(cause)) throw cause
    return info.fail({ kind: 'malformed-response', message: `the answer has an unexpected form (${String(cause)}).` })
  }
}
