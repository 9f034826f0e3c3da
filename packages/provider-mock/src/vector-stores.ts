import type { FileSearchResult, VectorStore, VectorStoreClient, VectorStoreFile } from '@llm/core'
import { notFound, type KeptFile } from './files.ts'
import { rerank } from './rerank.ts'

type Attributes = NonNullable<FileSearchResult['attributes']>

interface KeptStore {
  readonly name: string
  readonly files: Map<string, Attributes>
}

const RESULTS = 10

/** Vector stores in memory: they find the paragraphs that share most words with the query. */
export function createVectorStores(provider: string, files: ReadonlyMap<string, KeptFile>): VectorStoreClient {
  const stores = new Map<string, KeptStore>()
  let count = 0
  const find = (id: string): KeptStore => {
    const store = stores.get(id)
    if (store === undefined) throw notFound(provider, `vector store ${id}`)
    return store
  }
  const told = (id: string): VectorStore => {
    const { name, files: inside } = find(id)
    return { id, name, fileCount: inside.size, state: 'ready' }
  }
  const add = (store: KeptStore, fileId: string, attributes: Attributes = {}): VectorStoreFile => {
    if (!files.has(fileId)) throw notFound(provider, `file ${fileId}`)
    store.files.set(fileId, attributes)
    return toldFile(fileId)
  }
  const toldFile = (id: string): VectorStoreFile => ({ id, state: 'ready', size: files.get(id)?.bytes.length ?? 0 })
  const inStore = (id: string, fileId: string): VectorStoreFile => {
    if (!find(id).files.has(fileId)) throw notFound(provider, `file ${fileId} in ${id}`)
    return toldFile(fileId)
  }
  return {
    create: async ({ name, fileIds = [] }) => {
      const store: KeptStore = { name, files: new Map() }
      for (const fileId of fileIds) add(store, fileId)
      const id = `store-${String(++count)}`
      stores.set(id, store)
      return told(id)
    },
    get: async id => told(id),
    list: async () => [...stores.keys()].map(told),
    addFile: async (id, fileId, { attributes } = {}) => add(find(id), fileId, attributes),
    getFile: async (id, fileId) => inStore(id, fileId),
    listFiles: async id => [...find(id).files.keys()].map(toldFile),
    removeFile: async (id, fileId) => {
      find(id).files.delete(inStore(id, fileId).id)
    },
    search: async (id, { query, maxResults = RESULTS }) => {
      const passages = [...find(id).files].flatMap(([fileId, attributes]) => paragraphs(files.get(fileId), attributes))
      const { results } = rerank(
        { model: '', query, documents: passages.map(({ text }) => text), topN: maxResults },
        provider,
      )
      return results.flatMap(({ index, score }) => ({
        ...(passages[index] ?? { text: '' }),
        score: Math.max(0, score),
      }))
    },
    delete: async id => {
      find(id)
      stores.delete(id)
    },
  }
}

function paragraphs(file: KeptFile | undefined, attributes: Attributes): readonly FileSearchResult[] {
  if (file === undefined) return []
  const noted = Object.keys(attributes).length === 0 ? {} : { attributes }
  return new TextDecoder()
    .decode(file.bytes)
    .split(/\n\s*\n/)
    .map(text => text.trim())
    .filter(text => text !== '')
    .map(text => ({ fileId: file.id, filename: file.filename, text, ...noted }))
}
