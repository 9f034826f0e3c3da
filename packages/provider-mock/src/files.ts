import { apiError, type FileClient, type LLMError, type UploadedFile } from '@llm/core'

/** What was uploaded, and its bytes. */
export interface KeptFile extends UploadedFile {
  readonly filename: string
  readonly bytes: Uint8Array
}

/** Files in memory. `kept` is shared with whoever searches them. */
export function createFiles(provider: string, kept: Map<string, KeptFile>): FileClient {
  let count = 0
  const find = (id: string): KeptFile => {
    const file = kept.get(id)
    if (file === undefined) throw notFound(provider, `file ${id}`)
    return file
  }
  return {
    upload: async ({ data, filename, mediaType, onProgress }) => {
      const bytes = new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data)
      const id = `file-${String(++count)}`
      const type = mediaType ?? (data instanceof Blob && data.type !== '' ? data.type : undefined)
      const known = type === undefined ? {} : { mediaType: type }
      kept.set(id, { id, filename, size: bytes.length, state: 'ready', ...known, bytes })
      onProgress?.({ sent: bytes.length, total: bytes.length })
      return told(find(id))
    },
    get: async id => told(find(id)),
    list: async () => [...kept.values()].map(told),
    delete: async id => {
      kept.delete(find(id).id)
    },
    async *download(id) {
      yield find(id).bytes.slice()
    },
  }
}

function told({ bytes: _, ...file }: KeptFile): UploadedFile {
  return file
}

/** @throws nothing: the error of a host that does not know an id. */
export function notFound(provider: string, what: string): LLMError {
  return apiError({ status: 404, message: `there is no ${what}.` }, { provider })
}
