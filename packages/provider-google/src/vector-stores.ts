import {
  defined,
  type CallOptions,
  type VectorStore,
  type VectorStoreClient,
  type VectorStoreFile,
  type VectorStoreFileOptions,
} from '@llm/core'
import { readError } from './errors.ts'
import { callJson, callList, type CapabilityHost } from './google-calls.ts'
import type { ApiRequest } from './settings.ts'

const PATH = 'fileSearchStores'

/**
 * File search stores. A file becomes a document in one, under a name of its own: until that is there, its id is the
 * operation that makes it. Reference: https://ai.google.dev/api/file-search/file-search-stores
 */
export function createVectorStores(host: CapabilityHost): VectorStoreClient {
  const call = <Body, T>(request: CallOptions, send: ApiRequest, read: (body: Body) => T): Promise<T> =>
    callJson(host, { request, send }, read as (body: never) => T)
  const addFile = (id: string, fileName: string, options: VectorStoreFileOptions = {}): Promise<VectorStoreFile> => {
    const { attributes, ...request } = options
    const customMetadata = attributes && Object.entries(attributes).map(renderAttribute)
    const body = defined({ fileName, customMetadata })
    return call(request, { method: 'POST', path: `${id}:importFile`, body }, readOperation)
  }
  return {
    create: async ({ name: displayName, fileIds = [], ...request }) => {
      const store = await call(request, { method: 'POST', path: PATH, body: { displayName } }, readStore)
      await Promise.all(fileIds.map(fileId => addFile(store.id, fileId, request)))
      return store
    },
    get: (id, request = {}) => call(request, { method: 'GET', path: id }, readStore),
    list: async (request = {}) =>
      (await callList<WireStore>(host, { request, path: PATH, field: PATH })).map(readStore),
    addFile,
    async getFile(_id, fileId, request = {}) {
      const get = { method: 'GET', path: fileId } as const
      if (!fileId.includes('/operations/')) return call(request, get, readDocument)
      return host.calls.json({ request, build: () => host.build(get) }, body => readOperation(body as Operation))
    },
    listFiles: async (id, request = {}) =>
      (await callList<WireDocument>(host, { request, path: `${id}/documents`, field: 'documents' })).map(readDocument),
    // What a document was cut into goes with it.
    removeFile: (_id, fileId, request = {}) =>
      call(request, { method: 'DELETE', path: fileId, query: { force: 'true' } }, () => undefined),
    delete: (id, request = {}) =>
      call(request, { method: 'DELETE', path: id, query: { force: 'true' } }, () => undefined),
  }
}

function renderAttribute([key, value]: readonly [string, string | number | boolean]): object {
  return typeof value === 'number' ? { key, numericValue: value } : { key, stringValue: String(value) }
}

interface WireStore {
  readonly name: string
  readonly displayName?: string
  readonly activeDocumentsCount?: string
  readonly pendingDocumentsCount?: string
  readonly failedDocumentsCount?: string
}

function readStore(store: WireStore): VectorStore {
  const { name, displayName, activeDocumentsCount: active = 0, pendingDocumentsCount: pending = 0 } = store
  return {
    id: name,
    ...(displayName && { name: displayName }),
    fileCount: Number(active) + Number(pending) + Number(store.failedDocumentsCount ?? 0),
    state: Number(pending) > 0 ? 'processing' : 'ready',
  }
}

interface WireDocument {
  readonly name: string
  readonly state?: string
  readonly sizeBytes?: string
}

const STATES: Partial<Record<string, VectorStoreFile['state']>> = { STATE_ACTIVE: 'ready', STATE_FAILED: 'failed' }

function readDocument({ name, state, sizeBytes }: WireDocument): VectorStoreFile {
  return {
    id: name,
    state: STATES[state ?? ''] ?? 'processing',
    ...(sizeBytes !== undefined && { size: Number(sizeBytes) }),
  }
}

interface Operation {
  readonly name: string
  readonly done?: boolean
  readonly error?: object
  readonly response?: { readonly documentName?: string; readonly parent?: string }
}

/** Where the document is once it is there, which can be searched from then on. */
function readOperation({ name, done, error, response }: Operation): VectorStoreFile {
  if (error !== undefined) return { id: name, state: 'failed', message: readError(error).message ?? '' }
  if (done !== true) return { id: name, state: 'processing' }
  const { documentName = '', parent } = response ?? {}
  const id = documentName.includes('/') || parent === undefined ? documentName : `${parent}/documents/${documentName}`
  return { id: id || name, state: 'ready' }
}
