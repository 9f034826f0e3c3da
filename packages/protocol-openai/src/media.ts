import {
  TransformationError,
  ValidationError,
  type AssistantPart,
  type FilePart,
  type ImagePart,
  type MediaSource,
  type PreparedRequest,
} from '@llm/core'

/**
 * The source as a URL that the host may fetch or read: its own URL, or a `data:` one. `undefined` for an upload.
 *
 * @example
 * ```ts
 * import { toUrl } from '@llm/protocol-openai'
 *
 * toUrl({ base64: 'R0lG', mediaType: 'image/gif' }) // 'data:image/gif;base64,R0lG'
 * ```
 */
export function toUrl(source: MediaSource): string | undefined {
  if ('url' in source) return source.url
  return 'base64' in source ? `data:${source.mediaType};base64,${source.base64}` : undefined
}

/**
 * The source that a URL is: a `data:` one holds its bytes.
 *
 * @example
 * ```ts
 * import { fromUrl } from '@llm/protocol-openai'
 *
 * fromUrl('data:image/gif;base64,R0lG') // { base64: 'R0lG', mediaType: 'image/gif' }
 * fromUrl('https://example.com/a.gif') // { url: 'https://example.com/a.gif' }
 * ```
 */
export function fromUrl(url: string): MediaSource {
  const match = /^data:([^;,]+)(?:;[^,]*)?;base64,(.*)$/s.exec(url)
  return match?.[1] === undefined || match[2] === undefined ? { url } : { mediaType: match[1], base64: match[2] }
}

/**
 * The id of an upload.
 *
 * @example
 * ```ts
 * import { fileIdOf } from '@llm/protocol-openai'
 *
 * fileIdOf({ fileId: 'file-1' }) // 'file-1'
 * fileIdOf({ url: 'https://example.com/a.gif' }) // undefined
 * ```
 */
export function fileIdOf(source: MediaSource): string | undefined {
  return 'fileId' in source ? source.fileId : undefined
}

/** The bytes as base64 text, which is the only form of sound that the API takes. */
export function toBase64(source: MediaSource): { readonly base64: string; readonly mediaType: string } {
  const read = 'url' in source ? fromUrl(source.url) : source
  if ('base64' in read) return read
  throw new TransformationError({
    message: 'This host takes these media only as bytes, not by URL or file id.',
    hint: 'Give { base64, mediaType }.',
  })
}

/**
 * The bytes, for a form.
 *
 * @param parameter - the request field that they are of.
 */
export function toBlob(source: MediaSource, parameter: string): Blob {
  const { base64, mediaType } = toBase64(source)
  const bytes = decodeBase64(base64)
  if (bytes !== undefined && bytes.length > 0) return new Blob([bytes], { type: mediaType })
  throw new ValidationError({
    message: bytes === undefined ? `${parameter} is not base64.` : `${parameter} is empty.`,
    hint: 'Give the bytes of the file as { base64, mediaType }.',
    parameter,
  })
}

function decodeBase64(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** The format name that the API uses for a media type: `audio/mpeg` is `mp3`. */
export function audioFormat(mediaType: string): string {
  const subtype = mediaType.replace(/^audio\//, '').replace(/^x-/, '')
  return AUDIO_FORMATS[subtype] ?? subtype
}

const AUDIO_FORMATS: Partial<Record<string, string>> = { mpeg: 'mp3', wave: 'wav', 'vnd.wave': 'wav', mp4: 'm4a' }

/** A name for a file that has none: the API wants one. */
export function filenameOf(part: FilePart | ImagePart): string {
  if (part.type === 'file' && part.filename !== undefined) return part.filename
  const mediaType = part.source.mediaType ?? 'application/pdf'
  return `file.${mediaType.split('/')[1] ?? 'bin'}`
}

/** Says that media of earlier answers were left out: a host takes back at most what it made itself. */
export function warnMediaDropped(request: PreparedRequest<unknown>, parts: readonly AssistantPart[]): void {
  const kinds = [...new Set(parts.map(part => part.type))].filter(kind => MEDIA.includes(kind))
  if (kinds.length === 0) return
  request.warn({
    code: 'part-dropped',
    message: `${request.provider} takes back only media that it made itself; ${kinds.join(', ')} in an assistant message was dropped.`,
    parameter: 'messages',
  })
}

const MEDIA: readonly string[] = ['image', 'audio', 'file']
