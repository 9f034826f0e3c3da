import { TransformationError, type AudioPart, type FilePart, type ImagePart, type MediaSource } from '@llm/core'
import type { DocumentNames } from './bedrock-names.ts'

/** A part with bytes in it. */
export type MediaPart = ImagePart | AudioPart | FilePart

/** What Converse calls the kinds of media. */
type Kind = 'image' | 'audio' | 'video' | 'document'

/** Formats whose name is not the second half of their media type. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ['application/msword', 'doc'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['audio/l16', 'pcm'],
  ['audio/mp4', 'm4a'],
  ['audio/mpeg', 'mp3'],
  ['audio/vnd.wave', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/x-aac', 'x-aac'],
  ['audio/x-matroska', 'mka'],
  ['image/jpg', 'jpeg'],
  ['text/markdown', 'md'],
  ['text/plain', 'txt'],
  ['video/3gpp', 'three_gp'],
  ['video/quicktime', 'mov'],
  ['video/x-matroska', 'mkv'],
  ['video/x-ms-wmv', 'wmv'],
])

/** What Bedrock takes, by kind. Source: the enumerations of its SDK. */
const TAKEN: Readonly<Record<Kind, readonly string[]>> = {
  image: ['gif', 'jpeg', 'png', 'webp'],
  video: ['flv', 'mkv', 'mov', 'mp4', 'mpeg', 'mpg', 'three_gp', 'webm', 'wmv'],
  audio: 'aac flac m4a mka mkv mp3 mp4 mpeg mpga ogg opus pcm wav webm x-aac'.split(' '),
  document: ['csv', 'doc', 'docx', 'html', 'md', 'pdf', 'txt', 'xls', 'xlsx'],
}

/** How media are put into a request. */
export interface MediaContext {
  readonly names: DocumentNames
  readonly citations: boolean
}

/** An image, a sound, a video or a document as a block. */
export function renderMedia(part: MediaPart, { names, citations }: MediaContext): Record<string, unknown> {
  const { kind, format } = formatOf(part)
  const source = renderSource(part.source)
  if (kind !== 'document') return { [kind]: { format, source } }
  const name = names.next(part.type === 'file' ? part.filename : undefined)
  if (!citations) return { document: { format, name, source } }
  // A text is only cited, by the places of its characters, where it is given as text.
  const cited = format === 'txt' && 'bytes' in source ? { text: textOf(source.bytes) } : source
  return { document: { format, name, source: cited, citations: { enabled: true } } }
}

/** The value of a file that is JSON; `undefined` for any other. */
export function jsonValue(part: MediaPart): unknown {
  if (mediaTypeOf(part) !== 'application/json') return undefined
  const source = renderSource(part.source)
  try {
    return 'bytes' in source ? (JSON.parse(textOf(source.bytes)) as unknown) : undefined
  } catch {
    return undefined
  }
}

function formatOf(part: MediaPart): { readonly kind: Kind; readonly format: string } {
  const mediaType = mediaTypeOf(part)
  const [type = '', subtype = ''] = (mediaType ?? '').split('/')
  const named = FORMATS.get(mediaType ?? '') ?? subtype.replace(/^x-/, '')
  const format = mediaType === undefined ? extensionOf(part) : named
  const kind = part.type === 'file' ? kindOf(type, format) : part.type
  if (TAKEN[kind].includes(format)) return { kind, format }
  if (kind === 'document' && (type === 'text' || /^(?:json|xml|yaml|javascript|toml|.*\+(?:json|xml))$/.test(format))) {
    return { kind, format: 'txt' }
  }
  throw new TransformationError({
    message: `bedrock takes no ${kind} of the type ${mediaType ?? (format || 'that is not named')}.`,
    hint: `Say the mediaType; it takes ${TAKEN[kind].join(', ')}.`,
  })
}

function kindOf(type: string, format: string): Kind {
  if (type === 'image' || type === 'audio' || type === 'video') return type
  if (type !== '') return 'document'
  return (['document', 'image', 'video', 'audio'] as const).find(kind => TAKEN[kind].includes(format)) ?? 'document'
}

function mediaTypeOf({ source }: MediaPart): string | undefined {
  const inUrl = 'url' in source ? /^data:([^;,]+)/.exec(source.url)?.[1] : undefined
  return (source.mediaType ?? inUrl)?.split(';')[0]?.trim().toLowerCase()
}

const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['jpg', 'jpeg'],
  ['3gp', 'three_gp'],
  ['htm', 'html'],
])

function extensionOf(part: MediaPart): string {
  const path = 'url' in part.source ? part.source.url.replace(/[?#].*$/s, '') : ''
  const name = (part.type === 'file' ? part.filename : undefined) ?? path
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  return EXTENSIONS.get(extension) ?? extension
}

function renderSource(
  source: MediaSource,
): { readonly bytes: string } | { readonly s3Location: { readonly uri: string } } {
  if ('base64' in source) return { bytes: source.base64 }
  if ('url' in source && source.url.startsWith('s3://')) return { s3Location: { uri: source.url } }
  const data = 'url' in source ? /^data:[^,]*?(;base64)?,(.*)$/s.exec(source.url) : null
  if (data?.[2] !== undefined) return { bytes: data[1] === undefined ? toBase64(decodeURIComponent(data[2])) : data[2] }
  throw new TransformationError({
    message: 'bedrock takes media only as bytes or from S3, not by another URL or as an upload.',
    hint: 'Give { base64, mediaType }, or an s3:// URL.',
  })
}

function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte)).join(''))
}

function textOf(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), character => character.charCodeAt(0)))
}
