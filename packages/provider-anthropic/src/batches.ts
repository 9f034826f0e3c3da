import {
  AbortedError,
  apiError,
  batchItem,
  type Batch,
  type BatchClient,
  type BatchItem,
  type Completion,
  type CompletionRequest,
} from '@llm/core'
import { listAll, type AnthropicHost } from './anthropic-host.ts'
import { betasOf } from './completion/anthropic-betas.ts'
import { readError } from './errors.ts'

interface WireBatch {
  readonly id: string
  readonly processing_status: string
  readonly request_counts: Readonly<Record<'processing' | 'succeeded' | 'errored' | 'canceled' | 'expired', number>>
  readonly created_at?: string | null
  readonly expires_at?: string | null
}

interface WireItem {
  readonly custom_id: string
  readonly result: { readonly type: string; readonly message?: unknown; readonly error?: unknown }
}

const PATH = '/v1/messages/batches'

/** Message batches. Reference: https://platform.claude.com/docs/en/build-with-claude/batch-processing */
export function createBatches(host: AnthropicHost): BatchClient {
  const { calls, build } = host
  const at = (id: string): string => `${PATH}/${encodeURIComponent(id)}`
  return {
    create: ({ requests, ...request }) =>
      calls.json(
        { request, build: async () => build({ path: PATH, ...(await renderBatch(requests, host)) }) },
        readBatch,
      ),
    get: (id, request = {}) => calls.json({ request, build: () => build({ path: at(id) }) }, readBatch),
    list: async request => (await listAll(host, PATH, { request })).map(readBatch),
    cancel: (id, request = {}) =>
      calls.json({ request, build: () => build({ path: `${at(id)}/cancel`, method: 'post' }) }, readBatch),
    results: async (id, { requests = [], ...request } = {}) => {
      const { bytes } = await calls.bytes({ request, build: () => build({ path: `${at(id)}/results` }) })
      return readItems(new TextDecoder().decode(bytes), host, requests)
    },
  }
}

/** Requests are numbered, as results come in any order. */
async function renderBatch(
  requests: readonly CompletionRequest[],
  { codec, version }: AnthropicHost,
): Promise<{ readonly body: object; readonly betas: readonly string[] }> {
  const rendered = await Promise.all(requests.map(request => codec.render(request)))
  return {
    body: { requests: rendered.map(({ body }, index) => ({ custom_id: String(index), params: body })) },
    betas: [...new Set(rendered.flatMap(({ prepared }) => betasOf(prepared, version)))],
  }
}

function readBatch(body: unknown): Batch {
  const { id, processing_status, request_counts: counts, created_at, expires_at } = body as WireBatch
  const unanswered = counts.errored + counts.canceled + counts.expired
  const total = counts.processing + counts.succeeded + unanswered
  return {
    id,
    state:
      processing_status === 'ended'
        ? endOf(counts, total)
        : processing_status === 'canceling'
          ? 'cancelling'
          : 'running',
    total,
    succeeded: counts.succeeded,
    failed: unanswered,
    ...(created_at != null && { createdAt: created_at }),
    ...(expires_at != null && { expiresAt: expires_at }),
  }
}

function endOf({ canceled, expired }: WireBatch['request_counts'], total: number): Batch['state'] {
  if (canceled > 0) return 'cancelled'
  return expired === total ? 'expired' : 'completed'
}

function readItems(lines: string, host: AnthropicHost, requests: readonly CompletionRequest[]): readonly BatchItem[] {
  const items = lines.split('\n').filter(line => line.trim() !== '')
  return items
    .map(line => JSON.parse(line) as WireItem)
    .sort((one, other) => Number(one.custom_id) - Number(other.custom_id))
    .map(({ custom_id: id, result }) => batchItem(() => readItem(result, host, requests[Number(id)])))
}

function readItem(
  { type, message, error }: WireItem['result'],
  { codec, transport }: AnthropicHost,
  request: CompletionRequest | undefined,
): Completion {
  const context = { provider: 'anthropic', secrets: transport.secrets?.() }
  if (type === 'succeeded') return codec.read(message, request)
  if (type === 'errored') throw apiError(readError(error), context)
  if (type === 'expired')
    throw apiError({ kind: 'timeout', message: 'the batch expired before this request.' }, context)
  throw new AbortedError({
    message: 'The batch was cancelled before this request.',
    hint: 'Put the request into a new batch, or send it by itself.',
  })
}
