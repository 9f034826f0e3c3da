import {
  batchItem,
  checkBatchEnded,
  unansweredItem,
  type Batch,
  type BatchClient,
  type BatchItem,
  type BoundCodec,
  type CallOptions,
  type Completion,
  type CompletionRequest,
  type ResponseInfo,
} from '@llm/core'
import { callJson, readError, type CapabilityCall, type CompletionHost } from '@llm/protocol-openai'

interface WireBatch {
  readonly batch_id: string
  readonly create_time?: string | null
  readonly expire_time?: string | null
  readonly cancel_time?: string | null
  readonly state: Readonly<Record<'num_requests' | 'num_pending' | 'num_success' | 'num_error', number>>
}

interface WirePage {
  readonly results?: readonly WireResult[] | null
  readonly pagination_token?: string | null
}

interface WireResult {
  readonly batch_request_id: string
  readonly batch_result?: {
    readonly response?: Readonly<Partial<Record<Kind, unknown>>> | null
    readonly error?: unknown
  } | null
}

type Kind = 'chat_get_completion' | 'responses'

/** How completions go into a batch, and how they come out: whatever was asked for, answers may be those of chats. */
export interface XaiCodecs {
  readonly kind: Kind
  readonly chat: Pick<BoundCodec<unknown>, 'read'>
}

/** Batches in xAI's form: made empty, then filled. Reference: https://docs.x.ai/docs/guides/batch-api */
export function createXaiBatches<Options>(host: CompletionHost<Options>, { kind, chat }: XaiCodecs): BatchClient {
  const at = (id: string): string => `/batches/${encodeURIComponent(id)}`
  const call = <Body, T>(call: CapabilityCall, read: (body: Body, info: ResponseInfo) => T): Promise<T> =>
    callJson(host, call, read as (body: never, info: ResponseInfo) => T)
  const get = (id: string, request: CallOptions = {}): Promise<Batch> => call({ request, path: at(id) }, readBatch)
  const readCompletion = (
    { batch_result: result }: WireResult,
    info: ResponseInfo,
    request: CompletionRequest | undefined,
  ): Completion => {
    const { chat_get_completion: said, responses } = result?.response ?? {}
    if (said != null) return chat.read(said, request)
    if (responses != null) return host.codec.read(responses, request)
    return info.fail(readError(result?.error))
  }
  return {
    get,
    async create({ requests, ...request }) {
      const rendered = await Promise.all(requests.map(each => host.codec.render(each)))
      const batch = await call({ request, path: '/batches', body: { name: 'batch' } }, readBatch)
      const batch_requests = rendered.map(({ body }, index) => ({
        batch_request_id: String(index),
        batch_request: { [kind]: body },
      }))
      await call({ request, path: `${at(batch.id)}/requests`, body: { batch_requests } }, () => undefined)
      return { ...batch, state: 'running', total: requests.length }
    },
    async list(request = {}) {
      const batches: Batch[] = []
      for (let token: string | undefined = ''; token !== undefined;) {
        const path: string = `/batches?limit=100${token && `&pagination_token=${encodeURIComponent(token)}`}`
        token = await call({ request, path }, (page: WirePage & { readonly batches?: readonly WireBatch[] }) => {
          batches.push(...(page.batches ?? []).map(readBatch))
          return page.pagination_token || undefined
        })
      }
      return batches
    },
    cancel: (id, request = {}) => call({ request, path: `${at(id)}:cancel`, method: 'post' }, readBatch),
    async results(id, { requests = [], ...request } = {}) {
      const batch = await get(id, request)
      checkBatchEnded(batch)
      const items: BatchItem[] = []
      for (let token: string | undefined = ''; token !== undefined;) {
        const path: string = `${at(id)}/results?limit=100${token && `&pagination_token=${encodeURIComponent(token)}`}`
        token = await call({ request, path }, (page: WirePage, info) => {
          for (const result of page.results ?? []) {
            const index = Number(result.batch_request_id)
            items[index] = batchItem(() => readCompletion(result, info, requests[index]))
          }
          return page.pagination_token || undefined
        })
      }
      const length = Math.max(batch.total ?? 0, items.length)
      return Array.from({ length }, (_, index) => items[index] ?? unansweredItem(batch.state, host.id))
    },
  }
}

function readBatch({ batch_id: id, state: counts, ...wire }: WireBatch): Batch {
  return {
    id,
    state: stateOf({ batch_id: id, state: counts, ...wire }),
    total: counts.num_requests,
    succeeded: counts.num_success,
    failed: counts.num_error,
    ...(wire.create_time && { createdAt: new Date(wire.create_time).toISOString() }),
    ...(wire.expire_time && { expiresAt: new Date(wire.expire_time).toISOString() }),
  }
}

function stateOf({ cancel_time: cancelled, state }: WireBatch): Batch['state'] {
  if (cancelled) return state.num_pending > 0 ? 'cancelling' : 'cancelled'
  if (state.num_requests === 0) return 'queued'
  return state.num_pending > 0 ? 'running' : 'completed'
}
