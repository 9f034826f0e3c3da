import { uploadFile, type FileClient, type FileUpload, type UploadedFile } from '@llm/core'
import { callJson, callList, type CapabilityHost } from './google-calls.ts'

interface WireFile {
  readonly name: string
  readonly displayName?: string
  readonly mimeType?: string
  readonly sizeBytes?: string
  readonly expirationTime?: string
  readonly state?: string
}

const STATES: Partial<Record<string, NonNullable<UploadedFile['state']>>> = {
  PROCESSING: 'processing',
  ACTIVE: 'ready',
  FAILED: 'failed',
}

/** Files for prompts, which Google keeps for two days. Reference: https://ai.google.dev/api/files */
export function createFiles(host: CapabilityHost): FileClient {
  return {
    upload: file => upload(host, file),
    get: (id, request = {}) => callJson(host, { request, send: { method: 'GET', path: id } }, readFile),
    list: async (request = {}) => {
      const files = await callList<WireFile>(host, { request, path: 'files', field: 'files' })
      return files.map(readFile)
    },
    delete: (id, request = {}) => callJson(host, { request, send: { method: 'DELETE', path: id } }, () => undefined),
    download: (id, request = {}) => {
      const get = { method: 'GET', path: `${id}:download`, query: { alt: 'media' } } as const
      return host.calls.byteStream({ request, build: () => host.build(get) })
    },
  }
}

/** The first request says what comes and is told where to; the second one sends it. */
async function upload(host: CapabilityHost, file: FileUpload): Promise<UploadedFile> {
  const body = uploadFile(file)
  const start = {
    method: 'POST',
    path: 'upload/{api_version}/files',
    headers: {
      'x-goog-upload-protocol': 'resumable',
      'x-goog-upload-command': 'start',
      'x-goog-upload-header-content-length': String(body.size),
      'x-goog-upload-header-content-type': body.type || 'application/octet-stream',
    },
    body: { file: { displayName: body.name } },
  } as const
  const { info } = await host.calls.bytes({ request: file, build: () => host.build(start) })
  const url = info.response.headers['x-goog-upload-url']
  if (url === undefined)
    return info.fail({ kind: 'malformed-response', message: 'the answer names no place for the file.' })
  const headers = { 'x-goog-upload-offset': '0', 'x-goog-upload-command': 'upload, finalize' }
  const send = { url, method: 'POST', headers, body }
  return host.calls.json({ request: file, build: () => Promise.resolve(send) }, body =>
    readFile((body as { readonly file: WireFile }).file),
  )
}

function readFile({ name, displayName, mimeType, sizeBytes, expirationTime, state }: WireFile): UploadedFile {
  const known = STATES[state ?? '']
  return {
    id: name,
    ...(displayName && { filename: displayName }),
    ...(mimeType && { mediaType: mimeType }),
    ...(sizeBytes !== undefined && { size: Number(sizeBytes) }),
    ...(known !== undefined && { state: known }),
    ...(expirationTime && { expiresAt: expirationTime }),
  }
}
