import { TransformationError, type FilePart, type ImagePart, type MediaSource } from '@llm/core'
import type { WireBlock } from './anthropic-request.ts'

/** An image as the API takes it. */
export function renderImage({ source }: Pick<ImagePart, 'source'>): WireBlock {
  return { type: 'image', source: renderSource(source) }
}

/** A file as the API takes it: a document, or an image that was sent as a file. */
export function renderFile(part: FilePart, citations: boolean | undefined): WireBlock {
  const { source, filename } = part
  const bytes = toBase64(source)
  const mediaType = bytes?.mediaType ?? source.mediaType ?? ''
  if (mediaType.startsWith('image/')) return renderImage({ source })
  return {
    type: 'document',
    source: bytes !== undefined && isText(mediaType) ? renderText(bytes.base64) : renderDocument(source, mediaType),
    title: filename,
    citations: citations === true ? { enabled: true } : undefined,
  }
}

function renderSource(source: MediaSource): object {
  if ('fileId' in source) return { type: 'file', file_id: source.fileId }
  const bytes = toBase64(source)
  if (bytes !== undefined) return { type: 'base64', media_type: bytes.mediaType, data: bytes.base64 }
  return { type: 'url', url: 'url' in source ? source.url : '' }
}

/** The API reads PDF and text; anything else would be refused with less to go by. */
function renderDocument(source: MediaSource, mediaType: string): object {
  const readable = 'fileId' in source || mediaType === '' || mediaType === 'application/pdf'
  if (readable) return renderSource(source)
  throw new TransformationError({
    message: `A file of type ${mediaType} is not one that this API reads.`,
    hint: 'Send a PDF, text or an image, or upload the file and run code on it.',
  })
}

function renderText(base64: string): object {
  const data = new TextDecoder().decode(Uint8Array.from(atob(base64), character => character.charCodeAt(0)))
  return { type: 'text', media_type: 'text/plain', data }
}

function isText(mediaType: string): boolean {
  return /^text\/|[/+](?:json|xml|yaml)$|javascript$/.test(mediaType)
}

function toBase64(source: MediaSource): { readonly base64: string; readonly mediaType: string } | undefined {
  if ('base64' in source) return source
  const match = 'url' in source ? /^data:([^;,]+)(?:;[^,]*)?;base64,(.*)$/s.exec(source.url) : null
  return match?.[1] === undefined || match[2] === undefined ? undefined : { mediaType: match[1], base64: match[2] }
}
