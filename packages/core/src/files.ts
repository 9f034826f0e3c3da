import type { CallOptions } from './call-options.ts'
import type { FileSearchResult } from './file-search.ts'
import type { JsonValue } from './json.ts'

/** How far an upload is, in bytes. */
export interface UploadProgress {
  readonly sent: number
  readonly total: number
}

/** A file to upload. */
export interface FileUpload extends CallOptions {
  /** Its bytes. A large file need not be in memory: `fs.openAsBlob(path)` gives a `Blob` that is read as it is sent. */
  readonly data: Uint8Array | Blob
  readonly filename: string
  readonly mediaType?: string | undefined
  /** What it is for, where the host asks. */
  readonly purpose?: string | undefined
  /** Called as bytes are handed to the network, at most 64 KiB at a time, where the runtime reads files as it sends them. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
}

/** A file at the host. */
export interface UploadedFile {
  readonly id: string
  readonly filename?: string
  readonly mediaType?: string
  /** In bytes. */
  readonly size?: number
  readonly state?: 'processing' | 'ready' | 'failed'
  /** When the host deletes it: an ISO 8601 date. */
  readonly expiresAt?: string
}

/** Files at a host. */
export interface FileClient {
  upload(file: FileUpload): Promise<UploadedFile>
  get(id: string, options?: CallOptions): Promise<UploadedFile>
  list(options?: CallOptions): Promise<readonly UploadedFile[]>
  delete(id: string, options?: CallOptions): Promise<void>
  download?(id: string, options?: CallOptions): AsyncIterable<Uint8Array>
}

/** A collection of files that a model can search. */
export interface VectorStore {
  readonly id: string
  readonly name?: string
  readonly fileCount?: number
  readonly state?: 'processing' | 'ready' | 'expired'
}

/** A file in a vector store. It can be searched once it is ready. */
export interface VectorStoreFile {
  readonly id: string
  readonly state: 'processing' | 'ready' | 'failed' | 'cancelled'
  /** Why it failed. */
  readonly message?: string
  /** What it takes up in the store, in bytes. */
  readonly size?: number
}

/** How a file is taken into a vector store. */
export interface VectorStoreFileOptions extends CallOptions {
  /** What to note of the file: searches filter by it, and give it back. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** What to look for in a vector store. */
export interface VectorStoreSearch extends CallOptions {
  readonly query: string
  /** The most passages to give. Defaults to what the host does. */
  readonly maxResults?: number | undefined
  /** A metadata filter, in the host's own form. */
  readonly filters?: JsonValue | undefined
}

/** Vector stores at a host. */
export interface VectorStoreClient {
  create(
    store: CallOptions & { readonly name: string; readonly fileIds?: readonly string[] | undefined },
  ): Promise<VectorStore>
  get(id: string, options?: CallOptions): Promise<VectorStore>
  list(options?: CallOptions): Promise<readonly VectorStore[]>
  /** Takes in an uploaded file. It is processed after that: see {@link VectorStoreFile.state}. */
  addFile(id: string, fileId: string, options?: VectorStoreFileOptions): Promise<VectorStoreFile>
  getFile(id: string, fileId: string, options?: CallOptions): Promise<VectorStoreFile>
  listFiles(id: string, options?: CallOptions): Promise<readonly VectorStoreFile[]>
  /** Takes a file out of the store. The upload itself stays. */
  removeFile(id: string, fileId: string, options?: CallOptions): Promise<void>
  /** The passages that fit best, the best first. */
  search?(id: string, search: VectorStoreSearch): Promise<readonly FileSearchResult[]>
  delete(id: string, options?: CallOptions): Promise<void>
}
