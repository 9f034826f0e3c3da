import {
  batchItem,
  checkBatchEnded,
  unansweredItem,
  ValidationError,
  type Batch,
  type BatchClient,
  type BatchItem,
  type CompletionRequest,
  type ResponseInfo,
} from '@llm/core'
import { callJson, readError, type CapabilityCall, type CompletionHost } from '@llm/protocol-openai'

interface WireJob {
  readonly id: string
  readonly status: string
  readonly total_requests?: number | null
  readonly succeeded_requests?: number | null
  readonly failed_requests?: number | null
  readonly created_at?: number | null
  readonly errors?: readonly { readonly message?: string | null }[] | null
  readonly outputs?: readonly WireOutput[] | null
}

interface WireOutput {
  readonly custom_id: string
  readonly response?: { readonly status_code?: number | null; readonly body?: unknown } | null
  readonly error?: unknown
}

const STATES: Partial<Record<string, Batch['state']>> = {
  QUEUED: 'queued',
  RUNNING: 'running',
  SUCCESS: 'completed',
  FAILED: 'failed',
  TIMEOUT_EXCEEDED: 'expired',
  CANCELLATION_REQUESTED: 'cancelling',
  CANCELLED: 'cancelled',
}

const PATH = '/batch/jobs'
const PAGE = 100

/** Batches in Mistral's form: of one model, their answers within. Reference: https://docs.mistral.ai/api/endpoint/batch */
export function createMistralBatches<Options>(host: CompletionHost<Options>): BatchClient {
  const at = (id: string): string => `${PATH}/${encodeURIComponent(id)}`
  const call = <Body, T>(call: CapabilityCall, read: (body: Body, info: ResponseInfo) => T): Promise<T> =>
    callJson(host, call, read as (body: never, info: ResponseInfo) => T)
  return {
    create: async ({ requests, ...request }) =>
      call({ request, path: PATH, body: await renderJob(host, requests) }, (job: WireJob) => ({
        ...readJob(job),
        total: requests.length,
      })),
    get: (id, request = {}) => call({ request, path: at(id) }, readJob),
    cancel: (id, request = {}) => call({ request, path: `${at(id)}/cancel`, method: 'post' }, readJob),
    async list(request = {}) {
      const jobs: Batch[] = []
      for (let page = 0; jobs.length === page * PAGE; page++) {
        const path = `${PATH}?page_size=${String(PAGE)}&page=${String(page)}`
        const more = await call({ request, path }, (body: { readonly data?: readonly WireJob[] }) => body.data ?? [])
        if (more.length === 0) break
        jobs.push(...more.map(readJob))
      }
      return jobs
    },
    results: (id, { requests = [], ...request } = {}) =>
      call({ request, path: `${at(id)}?inline=true` }, (job: WireJob, info) => {
        const { state, total = 0 } = readJob(job)
        checkBatchEnded({ id, state })
        if (state === 'failed') info.fail({ kind: 'invalid-request', message: problemsOf(job) })
        const items: BatchItem[] = []
        for (const output of job.outputs ?? []) {
          const index = Number(output.custom_id)
          items[index] = batchItem(() => readOutput(host, output, { info, request: requests[index] }))
        }
        const length = Math.max(total, items.length)
        return Array.from({ length }, (_, index) => items[index] ?? unansweredItem(state, host.id))
      }),
  }
}

/** The model stands above the requests. */
async function renderJob<Options>(
  host: CompletionHost<Options>,
  requests: readonly CompletionRequest[],
): Promise<object> {
  const rendered = await Promise.all(requests.map(request => host.codec.render(request)))
  const models = [...new Set(rendered.map(({ prepared }) => prepared.model))]
  if (models.length !== 1) {
    throw new ValidationError({
      message: `A batch at ${host.id} is of one model; this one is of ${String(models.length)}.`,
      hint: 'Make a batch for each model.',
      parameter: 'requests',
    })
  }
  const lines = rendered.map(({ body }, index) => {
    const { model: _, ...rest } = body as { readonly model?: string }
    return { custom_id: String(index), body: rest }
  })
  return { endpoint: '/v1/chat/completions', model: models[0], requests: lines }
}

function readJob(job: WireJob): Batch {
  const { id, status, total_requests: total, succeeded_requests: succeeded, failed_requests: failed } = job
  return {
    id,
    state: STATES[status] ?? 'running',
    ...(total != null && { total }),
    ...(succeeded != null && { succeeded }),
    ...(failed != null && { failed }),
    ...(job.created_at != null && { createdAt: new Date(job.created_at * 1000).toISOString() }),
  }
}

function problemsOf({ errors }: WireJob): string {
  return errors?.flatMap(({ message }) => message ?? []).join(' ') || 'the batch failed.'
}

function readOutput<Options>(
  host: CompletionHost<Options>,
  { response, error }: WireOutput,
  { info, request }: { readonly info: ResponseInfo; readonly request: CompletionRequest | undefined },
): ReturnType<typeof host.codec.read> {
  const status = response?.status_code ?? 200
  if (error == null && status < 300) return host.codec.read(response?.body, request)
  const details = readError(error ?? response?.body)
  return info.fail({ ...details, status: details.status ?? (status < 300 ? undefined : status) })
}
