import { uploadFile, type FileClient, type FileUpload, type UploadedFile } from '@llm/core'
import { listAll, type AnthropicHost } from './anthropic-host.ts'
import { filesBeta } from './completion/anthropic-betas.ts'

interface WireFile {
  readonly id: string
  readonly filename?: string | null
  readonly mime_type?: string | null
  readonly size_bytes?: number | null
  readonly expires_at?: string | null
}

const PATH = '/v1/files'

/** The Files API. Only files that a tool wrote can be downloaded. Reference: https://platform.claude.com/docs/en/api/files */
export function createFiles(host: AnthropicHost): FileClient {
  const { calls, build, version } = host
  const betas = filesBeta(version)
  const at = (id: string): string => `${PATH}/${encodeURIComponent(id)}`
  return {
    upload: file =>
      calls.json({ request: file, build: () => build({ path: PATH, body: renderUpload(file), betas }) }, readFile),
    get: (id, request = {}) => calls.json({ request, build: () => build({ path: at(id), betas }) }, readFile),
    list: async request => (await listAll(host, PATH, { request, betas })).map(readFile),
    delete: (id, request = {}) =>
      calls.json({ request, build: () => build({ path: at(id), method: 'delete', betas }) }, () => undefined),
    download: (id, request = {}) =>
      calls.byteStream({ request, build: () => build({ path: `${at(id)}/content`, betas }) }),
  }
}

function renderUpload(file: FileUpload): FormData {
  const form = new FormData()
  form.append('file', uploadFile(file))
  return form
}

function readFile(body: unknown): UploadedFile {
  const { id, filename, mime_type, size_bytes, expires_at } = body as WireFile
  return {
    id,
    ...(filename != null && { filename }),
    ...(mime_type != null && { mediaType: mime_type }),
    ...(size_bytes != null && { size: size_bytes }),
    state: 'ready',
    ...(expires_at != null && { expiresAt: expires_at }),
  }
}
