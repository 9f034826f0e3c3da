import type { FileUpload, UploadProgress } from '../files.ts'

/** Forms and bodies are read in pieces of this many bytes. */
const PIECE = 65_536

/**
 * The file of an upload as `fetch` takes it, alone or in a form. It tells its progress as it is read.
 *
 * @example
 * ```ts
 * import { uploadFile, type FileUpload } from '@llm/core'
 *
 * declare const upload: FileUpload
 *
 * const form = new FormData()
 * form.append('file', uploadFile(upload))
 * ```
 */
export function uploadFile({ data, filename, mediaType, onProgress }: FileUpload): File {
  const part = data instanceof Blob ? data : new Uint8Array(data)
  const type = mediaType ?? (data instanceof Blob ? data.type : '')
  if (onProgress === undefined) return new File([part], filename, { type })
  return new ObservedFile([part], filename, { type, onProgress })
}

class ObservedFile extends File {
  #tell: (progress: UploadProgress) => void

  constructor(
    parts: BlobPart[],
    name: string,
    { type, onProgress }: { readonly type: string; readonly onProgress: (progress: UploadProgress) => void },
  ) {
    super(parts, name, { type })
    this.#tell = onProgress
  }

  override stream(): ReturnType<File['stream']> {
    let sent = 0
    return new ReadableStream({
      pull: async controller => {
        const piece = new Uint8Array(await this.slice(sent, sent + PIECE).arrayBuffer())
        if (piece.length === 0) {
          controller.close()
          return
        }
        sent += piece.length
        controller.enqueue(piece)
        this.#tell({ sent, total: this.size })
      },
    })
  }
}
