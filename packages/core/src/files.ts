import type { CallOptions } from './call-options.ts'

/** A file to upload. */
export interface FileUpload extends CallOptions {
  readonly data: Uint8Array | Blob
  readonly filename: string
  readonly mediaType?: string | undefined
  /** What it is for, where the host asks. */
  readonly purpose?: string | undefined
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

/** Vector stores at a host. */
export interface VectorStoreClient {
  create(
    store: CallOptions & { readonly name: string; readonly fileIds?: readonly string[] | undefined },
  ): Promise<VectorStore>
  get(id: string, options?: CallOptions): Promise<VectorStore>
  list(options?: CallOptions): Promise<readonly VectorStore[]>
  addFile(id: string, fileId: string): Promise<void>
  removeFile(id: string, fileId: string): Promise<void>
  delete(id: string, options?: CallOptions): Promise<void>
}
