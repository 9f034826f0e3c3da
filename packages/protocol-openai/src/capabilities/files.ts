import { uploadFile, type FileClient, type FileUpload, type UploadedFile } from '@llm/core'
import { callJson, callPages, type CapabilityHost } from './host.ts'

/**
 * Files at a host. Reference: https://platform.openai.com/docs/api-reference/files
 *
 * @param purpose - what uploads are for where they do not say.
 *
 * @example
 * ```ts
 * import { createFiles, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const { id } = await createFiles(host).upload({ data: new Uint8Array(), filename: 'empty.txt' })
 * ```
 */
export function createFiles<Options>(host: CapabilityHost<Options>, purpose: string = 'user_data'): FileClient {
  const at = (id: string): string => `/files/${encodeURIComponent(id)}`
  return {
    upload: file => callJson(host, { request: file, path: '/files', body: renderUpload(file, purpose) }, readFile),
    get: (id, request = {}) => callJson(host, { request, path: at(id) }, readFile),
    list: async (request = {}) => (await callPages<Options, WireFile>(host, { request, path: '/files' })).map(readFile),
    delete: (id, request = {}) => callJson(host, { request, path: at(id), method: 'delete' }, () => undefined),
    download: (id, request = {}) =>
      host.calls.byteStream({ request, build: options => host.build({ path: `${at(id)}/content` }, options) }),
  }
}

function renderUpload(file: FileUpload, otherwise: string): FormData {
  const form = new FormData()
  form.append('purpose', file.purpose ?? otherwise)
  form.append('file', uploadFile(file))
  return form
}

interface WireFile {
  readonly id: string
  readonly filename?: string | null
  readonly bytes?: number | null
  readonly mimetype?: string | null
  readonly expires_at?: number | null
  readonly status?: string | null
}

const STATES: Partial<Record<string, NonNullable<UploadedFile['state']>>> = {
  uploaded: 'ready',
  processed: 'ready',
  pending: 'processing',
  error: 'failed',
}

function readFile({ id, filename, bytes, mimetype, expires_at: expires, status }: WireFile): UploadedFile {
  const state = STATES[status ?? '']
  return {
    id,
    ...(filename && { filename }),
    ...(mimetype && { mediaType: mimetype }),
    ...(typeof bytes === 'number' && { size: bytes }),
    ...(state !== undefined && { state }),
    ...(typeof expires === 'number' && { expiresAt: new Date(expires * 1000).toISOString() }),
  }
}
