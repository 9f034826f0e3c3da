import {
  apiError,
  batchItem,
  ValidationError,
  type Batch,
  type BatchClient,
  type BatchItem,
  type CallOptions,
  type Completion,
  type CompletionRequest,
  type ResponseInfo,
} from '@llm/core'
import { readError } from './errors.ts'
import { callJson, callList, type CapabilityHost } from './google-calls.ts'
import { modelPath, type ApiRequest } from './settings.ts'

interface Operation {
  readonly name: string
  readonly error?: object
  readonly metadata?: {
    readonly model?: string
    readonly state?: string
    readonly createTime?: string
    readonly batchStats?: Partial<
      Record<'requestCount' | 'successfulRequestCount' | 'failedRequestCount', string | undefined>
    >
  }
  readonly response?: { readonly inlinedResponses?: { readonly inlinedResponses?: readonly Inlined[] } }
}

interface Inlined {
  readonly response?: object
  readonly error?: object
  readonly metadata?: { readonly key?: string }
}

const STATES: Partial<Record<string, Batch['state']>> = {
  PENDING: 'queued',
  RUNNING: 'running',
  SUCCEEDED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
}

/** Many completions of one model at once. Reference: https://ai.google.dev/api/batch-api */
export function createBatches(host: CapabilityHost): BatchClient {
  const at = <T>(request: CallOptions, send: ApiRequest, read: (operation: Operation, info: ResponseInfo) => T) =>
    callJson(host, { request, send }, read)
  const get = (id: string, request: CallOptions = {}): Promise<Batch> =>
    at(request, { method: 'GET', path: id }, readBatch)
  return {
    get,
    create: async batch => at(batch, await renderBatch(host, batch.requests), readBatch),
    list: async (request = {}) => {
      const operations = await callList<Operation>(host, { request, path: 'batches', field: 'operations' })
      return operations.map(readBatch)
    },
    cancel: async (id, request = {}) => {
      await at(request, { method: 'POST', path: `${id}:cancel`, body: {} }, () => undefined)
      return get(id, request)
    },
    results: (id, { requests = [], ...request } = {}) =>
      at(request, { method: 'GET', path: id }, (operation, info) => readResults(host, operation, { info, requests })),
  }
}

async function renderBatch(
  host: CapabilityHost,
  given: Parameters<BatchClient['create']>[0]['requests'],
): Promise<ApiRequest> {
  const rendered = await Promise.all(given.map(request => host.codec.render(request)))
  const models = [...new Set(rendered.map(({ prepared }) => prepared.model))]
  const [model] = models
  if (model === undefined || models.length > 1) {
    throw new ValidationError({
      message: `A batch at google is of one model; this one is of ${String(models.length)}.`,
      hint: 'Make a batch for each model.',
      parameter: 'requests',
    })
  }
  const requests = rendered.map(({ body }, index) => ({ request: body, metadata: { key: String(index) } }))
  const body = { batch: { displayName: 'batch', inputConfig: { requests: { requests } } } }
  return { method: 'POST', path: `${modelPath(host.id, model)}:batchGenerateContent`, body }
}

function readBatch({ name, error, metadata = {} }: Operation): Batch {
  const { state = '', createTime, batchStats = {} } = metadata
  const { requestCount, successfulRequestCount, failedRequestCount } = batchStats
  return {
    id: name,
    state: error === undefined ? (STATES[state.replace(/^\w+_STATE_/, '')] ?? 'running') : 'failed',
    ...(requestCount !== undefined && { total: Number(requestCount) }),
    ...(successfulRequestCount !== undefined && { succeeded: Number(successfulRequestCount) }),
    ...(failedRequestCount !== undefined && { failed: Number(failedRequestCount) }),
    ...(createTime !== undefined && { createdAt: createTime }),
  }
}

function readResults(
  host: CapabilityHost,
  operation: Operation,
  { info, requests }: { readonly info: ResponseInfo; readonly requests: readonly CompletionRequest[] },
): readonly BatchItem[] {
  const { error, metadata, response } = operation
  if (error !== undefined) info.fail(readError(error))
  const items = response?.inlinedResponses?.inlinedResponses
  if (items === undefined) return info.fail({ kind: 'invalid-request', message: 'the batch has no results yet.' })
  const model = metadata?.model?.replace(/^models\//, '') ?? ''
  const key = (item: Inlined): number => Number(item.metadata?.key)
  return items
    .toSorted((a, b) => key(a) - key(b) || 0)
    .map((item, index) => batchItem(() => readItem(host, { model, ...requests[index] }, item)))
}

function readItem(
  host: CapabilityHost,
  about: Partial<CompletionRequest> & { readonly model: string },
  { response, error }: Inlined,
): Completion {
  if (response !== undefined) return host.codec.read(response, about)
  throw apiError(readError(error), { provider: host.id, model: about.model })
}
