import {
  defined,
  type FileSearchResult,
  type VectorStore,
  type VectorStoreClient,
  type VectorStoreFile,
} from '@llm/core'
import { callJson, callPages, type CapabilityCall, type CapabilityHost } from './host.ts'

/** The API is of the same version as that of assistants. */
const HEADERS = { 'OpenAI-Beta': 'assistants=v2' }

/**
 * Vector stores at a host. Reference: https://platform.openai.com/docs/api-reference/vector-stores
 *
 * @example
 * ```ts
 * import { createVectorStores, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const stores = createVectorStores(host)
 * const { id } = await stores.create({ name: 'manuals', fileIds: ['file_1'] })
 * console.log(await stores.listFiles(id))
 * ```
 */
export function createVectorStores<Options>(host: CapabilityHost<Options>): VectorStoreClient {
  const json = <Body extends object, T>(call: CapabilityCall, read: (body: Body) => T): Promise<T> =>
    callJson(host, { ...call, headers: HEADERS }, read as (body: never) => T)
  const all = async <Item extends { readonly id: string }, T>(
    call: CapabilityCall,
    read: (item: Item) => T,
  ): Promise<readonly T[]> => (await callPages<Options, Item>(host, { ...call, headers: HEADERS })).map(read)

  return {
    create: ({ name, fileIds, ...request }) =>
      json({ request, path: '/vector_stores', body: defined({ name, file_ids: fileIds }) }, readStore),
    get: (id, request = {}) => json({ request, path: at(id) }, readStore),
    list: (request = {}) => all({ request, path: '/vector_stores' }, readStore),
    addFile: (id, fileId, { attributes, ...request } = {}) =>
      json({ request, path: `${at(id)}/files`, body: defined({ file_id: fileId, attributes }) }, readFile),
    getFile: (id, fileId, request = {}) => json({ request, path: fileAt(id, fileId) }, readFile),
    listFiles: (id, request = {}) => all({ request, path: `${at(id)}/files` }, readFile),
    removeFile: (id, fileId, request = {}) =>
      json({ request, path: fileAt(id, fileId), method: 'delete' }, () => undefined),
    search: (id, { query, maxResults, filters, ...request }) => {
      const body = defined({ query, max_num_results: maxResults, filters })
      return json({ request, path: `${at(id)}/search`, body }, ({ data }: { readonly data: readonly WireResult[] }) =>
        data.map(readSearchResult),
      )
    },
    delete: (id, request = {}) => json({ request, path: at(id), method: 'delete' }, () => undefined),
  }
}

function at(id: string): string {
  return `/vector_stores/${encodeURIComponent(id)}`
}

function fileAt(id: string, fileId: string): string {
  return `${at(id)}/files/${encodeURIComponent(fileId)}`
}

interface WireStore {
  readonly id: string
  readonly name?: string | null
  readonly status?: string | null
  readonly file_counts?: { readonly total?: number | null } | null
}

const STORE_STATES: Partial<Record<string, NonNullable<VectorStore['state']>>> = {
  in_progress: 'processing',
  completed: 'ready',
  expired: 'expired',
}

function readStore({ id, name, status, file_counts: counts }: WireStore): VectorStore {
  const state = STORE_STATES[status ?? '']
  return {
    id,
    ...(name && { name }),
    ...(typeof counts?.total === 'number' && { fileCount: counts.total }),
    ...(state !== undefined && { state }),
  }
}

interface WireFile {
  readonly id: string
  readonly status?: string | null
  readonly usage_bytes?: number | null
  readonly last_error?: { readonly message?: string | null } | null
}

const FILE_STATES: Partial<Record<string, VectorStoreFile['state']>> = {
  completed: 'ready',
  failed: 'failed',
  cancelled: 'cancelled',
}

function readFile({ id, status, usage_bytes: size, last_error: error }: WireFile): VectorStoreFile {
  return {
    id,
    state: FILE_STATES[status ?? ''] ?? 'processing',
    ...(error?.message && { message: error.message }),
    ...(typeof size === 'number' && { size }),
  }
}

/** A passage, as a search gives it: in pieces, or as one text where a model searched. */
export interface WireResult {
  readonly file_id?: string | null
  readonly filename?: string | null
  readonly score?: number | null
  readonly text?: string | null
  readonly content?: readonly { readonly text?: string | null }[] | null
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | null
}

/** A passage that was found. */
export function readSearchResult({
  file_id,
  filename,
  score,
  text,
  content,
  attributes,
}: WireResult): FileSearchResult {
  return {
    ...(file_id && { fileId: file_id }),
    ...(filename && { filename }),
    ...(typeof score === 'number' && { score }),
    text: text ?? content?.map(piece => piece.text ?? '').join('\n') ?? '',
    ...(attributes != null && Object.keys(attributes).length > 0 && { attributes }),
  }
}
