import { ValidationError } from '../errors/validation-error.ts'
import type { MediaKind } from '../history/history-rules.ts'
import { isRecord } from '../json.ts'
import type { MediaSource } from '../message.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import type { MediaBytes, MediaInput, MediaOptions } from './media-input.ts'
import { detectMediaType, typeOfKind, type TypeHints } from './media-type.ts'

/** The most bytes that a file may have where nothing else is said: as much as most hosts take in a whole request. */
export const MAX_BYTES: number = 20 * 2 ** 20

/** What a file is for, and what may be done to read it. */
export interface ReadMediaOptions extends MediaOptions {
  readonly kind: MediaKind
  /** The request field that it is of, for errors. */
  readonly parameter?: string | undefined
  /** What it is called, where that is known. */
  readonly name?: string | undefined
}

/** Tells whether a source is in a form that only {@link readMedia} takes. */
export function isMediaInput(source: unknown): boolean {
  if (typeof source === 'string' || isBytes(source) || source instanceof URL) return true
  if (!isRecord(source)) return false
  return (
    'path' in source ||
    'data' in source ||
    (typeof source['url'] === 'string' && /^(?:data|file):/i.test(source['url']))
  )
}

/**
 * Reads a file, whatever form it has, into one that providers take. URLs are kept: who fetches them is decided where the
 * host is known.
 *
 * @throws {@link ValidationError} for a file that is missing, too large or of another kind, and for what is no file.
 */
export async function readMedia(input: MediaInput, options: ReadMediaOptions): Promise<MediaSource> {
  if (typeof input === 'string') return readUrl(input, undefined, options)
  if (isBytes(input)) return readBytes(input, {}, options)
  if (input instanceof URL)
    return input.protocol === 'file:' ? readFile(input, undefined, options) : readUrl(input.href, undefined, options)
  if (typeof input !== 'object' || input === null) throw problem('A file has no form that is known.', FORMS, options)
  if ('path' in input) return readFile(input.path, input.mediaType, options)
  if ('data' in input) return readBytes(input.data, { given: input.mediaType }, options)
  return 'url' in input ? readUrl(input.url, input.mediaType, options) : input
}

const FORMS = 'Give a URL, bytes, a Blob, { path }, { data, mediaType }, { base64, mediaType } or { fileId }.'

function readUrl(
  url: string,
  mediaType: string | undefined,
  options: ReadMediaOptions,
): MediaSource | Promise<MediaSource> {
  const scheme = /^([a-z][a-z\d+.-]+):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === 'data') return readDataUrl(url, mediaType, options)
  if (scheme !== undefined && scheme !== 'file') return { url, ...(mediaType !== undefined && { mediaType }) }
  const hint = 'Give { path }, or new URL(...) with file:, for a file on this machine: a text is never taken for one.'
  throw problem('A text stands for a file, but is no URL that can be sent.', hint, options)
}

function readDataUrl(
  url: string,
  mediaType: string | undefined,
  options: ReadMediaOptions,
): MediaSource | Promise<MediaSource> {
  const match = /^data:([^,;]*)[^,]*?(;base64)?,(.*)$/is.exec(url)
  if (match === null) throw problem('A data: URL has no data.', 'Write data:<media type>;base64,<data>.', options)
  const [, declared = '', base64, data = ''] = match
  const given = mediaType ?? (declared === '' ? undefined : declared)
  if (base64 !== undefined && given !== undefined) return { base64: data, mediaType: given }
  const bytes = base64 === undefined ? percentDecoded(data) : decodeBase64(data)
  if (bytes === undefined) throw problem('A data: URL is broken.', 'Write data:<media type>;base64,<data>.', options)
  return readBytes(bytes, { given }, options)
}

function percentDecoded(text: string): Uint8Array | undefined {
  try {
    return new TextEncoder().encode(decodeURIComponent(text))
  } catch {
    return undefined
  }
}

async function readFile(
  path: string | URL,
  given: string | undefined,
  options: ReadMediaOptions,
): Promise<MediaSource> {
  const { readFile: read, stat } = await import('node:fs/promises')
  const { maxBytes = MAX_BYTES } = options
  const unreadable = (cause: unknown): never => {
    const { code } = cause as { code?: unknown }
    const message = `A file cannot be read${typeof code === 'string' ? ` (${code})` : ''}.`
    throw problem(message, 'Check its path, which counts from the working directory, and who may read it.', options)
  }
  const info = await stat(path).catch(unreadable)
  // A device or a pipe may never end.
  if (!info.isFile()) unreadable({ code: 'not a file' })
  if (info.size > maxBytes) throw tooLarge(info.size, options)
  return readBytes(await read(path).catch(unreadable), { given, name: String(path) }, options)
}

/** What is said of bytes: `given` by the caller, who is believed; the rest are hints. */
interface Said extends TypeHints {
  readonly given?: string | undefined
}

async function readBytes(input: MediaBytes, said: Said, options: ReadMediaOptions): Promise<MediaSource> {
  const { maxBytes = MAX_BYTES } = options
  const size = input instanceof Blob ? input.size : input.byteLength
  if (size > maxBytes) throw tooLarge(size, options)
  if (size === 0) throw problem('A file is empty.', 'Check where it comes from.', options)
  const bytes =
    input instanceof Uint8Array ? input : new Uint8Array(input instanceof Blob ? await input.arrayBuffer() : input)
  const declared = input instanceof Blob ? input.type : undefined
  const ownName = input instanceof Blob && 'name' in input ? String(input.name) : undefined
  const hints = { declared, name: ownName ?? said.name ?? options.name }
  const detected = said.given ?? (await detectMediaType(bytes, hints))
  if (detected === undefined)
    throw problem('The type of a file cannot be told.', 'Say it: { data, mediaType }.', options)
  const mediaType = said.given ?? typeOfKind(detected, options.kind)
  if (mediaType !== undefined) return { base64: encodeBase64(bytes), mediaType }
  const hint = `Use a part of its kind, such as file(), or say it: { data, mediaType }.`
  throw problem(`A file is ${detected}, not ${options.kind}.`, hint, options)
}

function isBytes(value: unknown): value is MediaBytes {
  return value instanceof Uint8Array || value instanceof ArrayBuffer || value instanceof Blob
}

function tooLarge(size: number, options: ReadMediaOptions): ValidationError {
  const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)
  const message = `A file has ${megabytes(size)} MiB; the limit is ${megabytes(options.maxBytes ?? MAX_BYTES)}.`
  return problem(message, 'Upload it and give { fileId }, or raise media.maxBytes.', options)
}

function problem(message: string, hint: string, { parameter = 'messages' }: ReadMediaOptions): ValidationError {
  return new ValidationError({ message, hint, parameter })
}
