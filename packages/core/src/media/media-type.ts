import type { MediaKind } from '../history/history-rules.ts'

/** How files begin, byte by byte as characters. The first that fits counts. */
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG\r\n\x1a\n/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF.{4}WEBP/s, 'image/webp'],
  [/^BM.{4}\0{4}/s, 'image/bmp'],
  [/^(?:II\*\0|MM\0\*)/, 'image/tiff'],
  [/^.{4}ftypavi[fs]/s, 'image/avif'],
  [/^.{4}ftyphe[iv][cx]/s, 'image/heic'],
  [/^.{4}ftypm[is]f1/s, 'image/heif'],
  [/^%PDF-/, 'application/pdf'],
  [/^\{\\rtf/, 'application/rtf'],
  [/^RIFF.{4}WAVE/s, 'audio/wav'],
  [/^fLaC/, 'audio/flac'],
  [/^OggS.{24,48}\x80theora/s, 'video/ogg'],
  [/^OggS/, 'audio/ogg'],
  // Frames of layers II and III; layer I begins like UTF-16 text, and nobody uses it.
  [/^(?:ID3|\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd])/, 'audio/mpeg'],
  [/^\xff[\xf0\xf1\xf8\xf9]/, 'audio/aac'],
  [/^#!AMR/, 'audio/amr'],
  [/^.{4}ftypM4[AB] /s, 'audio/mp4'],
  [/^.{4}ftypqt {2}/s, 'video/quicktime'],
  [/^.{4}ftyp3g/s, 'video/3gpp'],
  [/^.{4}ftyp/s, 'video/mp4'],
  [/^\x1aE\xdf\xa3.{0,64}webm/s, 'video/webm'],
  [/^\x1aE\xdf\xa3/, 'video/x-matroska'],
  [/^RIFF.{4}AVI /s, 'video/x-msvideo'],
  [/^FLV\x01/, 'video/x-flv'],
  [/^\0\0\x01[\xb3\xba]/, 'video/mpeg'],
]

/** The first part in the list of contents of an office document. */
const OFFICE: readonly (readonly [RegExp, string])[] = [
  [/word\/document/, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  [/xl\/workbook/, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  [/ppt\/presentation/, 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
]

const HEAD = 256
/** An archive lists what it holds at its end. */
const TAIL = 0x8000

/**
 * The media type that bytes show by themselves; `undefined` for text and for what has no signature that is known here.
 *
 * @example
 * ```ts
 * import { sniffMediaType } from '@llm/core'
 *
 * sniffMediaType(new TextEncoder().encode('%PDF-1.7')) // 'application/pdf'
 * ```
 */
export function sniffMediaType(bytes: Uint8Array): string | undefined {
  const head = characters(bytes.subarray(0, HEAD))
  if (!head.startsWith('PK\x03\x04')) return match(SIGNATURES, head)
  // Open documents and e-books begin with a file that says what they are.
  const declared = /^.{30}mimetype([\w.+/-]+?)PK/s.exec(head)?.[1]
  return declared ?? match(OFFICE, characters(bytes.subarray(-TAIL))) ?? 'application/zip'
}

/** What is known of a file's type besides its bytes. */
export interface TypeHints {
  /** What its sender or the platform says. */
  readonly declared?: string | undefined
  /** A file name, a path or a URL. */
  readonly name?: string | undefined
}

/** The media type of bytes: what they show, else what is said of them, else what their name says, else text if it is. */
export async function detectMediaType(bytes: Uint8Array, { declared, name }: TypeHints): Promise<string | undefined> {
  return (
    sniffMediaType(bytes) ?? essence(declared) ?? (await typeOfName(name)) ?? (isText(bytes) ? 'text/plain' : undefined)
  )
}

/** The type that a name's extension stands for. */
export async function typeOfName(name: string | undefined): Promise<string | undefined> {
  const extension = /\.(\w+)(?:[?#].*)?$/s.exec(name ?? '')?.[1]
  if (extension === undefined) return undefined
  const { lookup } = await import('mrmime')
  return lookup(extension)
}

/** The type as parts of a kind have it, `undefined` where it is of another kind. Sound may come in a video's container. */
export function typeOfKind(mediaType: string, kind: MediaKind): string | undefined {
  if (kind === 'file' || mediaType.startsWith(`${kind}/`)) return mediaType
  const container = kind === 'audio' ? /^video\/(mp4|webm|ogg|mpeg|quicktime|3gpp)$/.exec(mediaType)?.[1] : undefined
  return container === undefined ? undefined : `audio/${container}`
}

/** A media type without its parameters. One that says nothing counts as none. */
function essence(mediaType: string | undefined): string | undefined {
  const type = mediaType?.split(';')[0]?.trim().toLowerCase()
  return type === '' || type === 'application/octet-stream' || type === 'binary/octet-stream' ? undefined : type
}

function match(table: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  return table.find(([signature]) => signature.test(text))?.[1]
}

function characters(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
