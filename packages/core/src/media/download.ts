import { AbortedError } from '../errors/aborted-error.ts'
import { DownloadError, type DownloadErrorOptions } from '../errors/download-error.ts'
import { LLMError } from '../errors/llm-error.ts'
import { TimeoutError } from '../errors/timeout-error.ts'
import { createDeadline } from '../http/deadline.ts'
import type { MediaKind } from '../history/history-rules.ts'
import { encodeBase64 } from './base64.ts'
import type { MediaOptions } from './media-input.ts'
import { detectMediaType, typeOfKind, typeOfName } from './media-type.ts'
import { openUrl, type OpenedUrl } from './open-url.ts'
import { allowedAddresses, type Resolve, type ResolvedAddress } from './public-address.ts'
import { MAX_BYTES } from './read-media.ts'

/** What to download, and within which limits. */
export interface DownloadOptions extends MediaOptions {
  /** What it must be: an image, sound, or any file. Defaults to `file`. */
  readonly kind?: MediaKind | undefined
  /** The media type that it is said to have. */
  readonly mediaType?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Finds the addresses of a name. Defaults to the system's resolver, on runtimes that have one. */
  readonly resolve?: Resolve | undefined
}

const TIMEOUT = 30_000
const REDIRECTS = 5

/**
 * Downloads a file for hosts that take only bytes. It goes to no private address, redirects included, and connects to the
 * very address that was checked; it reads no more than the limit; what comes must be of the right kind.
 *
 * @throws {@link DownloadError} whose `reason` says what is wrong, {@link TimeoutError} with the timer `download`,
 * {@link AbortedError}.
 * @example
 * ```ts
 * import { downloadMedia } from '@llm/core'
 *
 * const source = await downloadMedia('https://example.com/cat.png', { kind: 'image', maxBytes: 1_000_000 })
 * ```
 */
export async function downloadMedia(
  url: string,
  options: DownloadOptions = {},
): Promise<{ readonly base64: string; readonly mediaType: string }> {
  const { timeout = TIMEOUT, signal } = options
  const deadline = createDeadline(signal, timeout)
  const download: Download = { ...options, url, shown: shownUrl(url), signal: deadline.signal }
  let opened: OpenedUrl | undefined
  try {
    opened = await follow(download)
    const bytes = await readLimited(opened, download)
    return { base64: encodeBase64(bytes), mediaType: await checkType(bytes, opened, download) }
  } catch (error) {
    if (deadline.expired) throw timedOut(download, timeout)
    if (signal?.aborted === true) throw new AbortedError({ message: 'The download was aborted.', cause: signal.reason })
    if (LLMError.is(error)) throw error
    const message = `${download.shown} cannot be downloaded: ${error instanceof Error ? error.message : String(error)}`
    throw problem(download, { reason: 'network', message, hint: 'Check the URL and the network.', cause: error })
  } finally {
    opened?.close()
    deadline.dispose()
  }
}

/** A download that is under way. */
interface Download extends DownloadOptions {
  readonly url: string
  /** The URL, as errors show it. */
  readonly shown: string
  readonly signal: AbortSignal
}

async function follow(download: Download): Promise<OpenedUrl> {
  const { signal, shown } = download
  let url = toUrl(download.url, undefined, download)
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    const opened = await openUrl(url, { signal, addresses: await checkAddress(url, download) })
    const { status } = opened
    if (status === 200) return opened
    const location = status >= 300 && status < 400 ? opened.header('location') : undefined
    opened.close()
    if (location === undefined) {
      const hint = 'Check the URL; it must need no login.'
      throw problem(download, { reason: 'status', status, message: `${shown} answered ${String(status)}.`, hint })
    }
    url = toUrl(location, url, download)
  }
  throw problem(download, {
    reason: 'redirects',
    message: `${shown} redirects too often.`,
    hint: 'Give the URL to which they lead in the end.',
  })
}

function toUrl(text: string, base: URL | undefined, download: Download): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url
  const message = `${download.shown} ${base === undefined ? 'is' : 'redirects to'} no URL that can be downloaded.`
  throw problem(download, { reason: 'network', message, hint: 'Give an https: or http: URL of the file itself.' })
}

/** The addresses to connect to, once all of them are known to be allowed. */
async function checkAddress(url: URL, download: Download): Promise<readonly ResolvedAddress[] | undefined> {
  const allowed = await allowedAddresses(url, download)
  if (allowed !== undefined) return allowed.addresses
  throw problem(download, {
    reason: 'private-address',
    message: `${download.shown} leads to an address that is not public.`,
    hint: 'Where that is meant, allow the host: media.privateAddresses.',
  })
}

async function readLimited(opened: OpenedUrl, download: Download): Promise<Uint8Array> {
  const { maxBytes = MAX_BYTES, shown } = download
  const pieces: Uint8Array[] = []
  let length = Number(opened.header('content-length') ?? 0)
  if (!(length > maxBytes)) {
    length = 0
    for await (const piece of opened.body) {
      length += piece.length
      if (length > maxBytes) break
      pieces.push(piece)
    }
  }
  if (length <= maxBytes) return joined(pieces, length)
  throw problem(download, {
    reason: 'too-large',
    message: `${shown} has more than ${(maxBytes / 2 ** 20).toFixed(1)} MiB.`,
    hint: 'Upload the file and give { fileId }, or raise media.maxBytes.',
  })
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** An error page must not go to a model as an image, nor anything that packs more than it shows. */
async function checkType(bytes: Uint8Array, opened: OpenedUrl, download: Download): Promise<string> {
  const { kind = 'file', mediaType: said, url, shown } = download
  const encoding = opened.header('content-encoding') ?? 'identity'
  const found = await detectMediaType(bytes, { declared: opened.header('content-type') ?? said, name: url })
  const fits = found === undefined ? said : typeOfKind(found, kind)
  const expected = said ?? (await typeOfName(url))
  const contradicts = found === 'text/html' && expected !== undefined && expected !== found
  if (encoding === 'identity' && bytes.length > 0 && fits !== undefined && !contradicts) return said ?? fits
  const what =
    bytes.length === 0 ? 'empty' : encoding === 'identity' ? (found ?? 'of an unknown type') : `packed as ${encoding}`
  throw problem(download, {
    reason: 'wrong-type',
    message: `${shown} is ${what}, where ${expected ?? (kind === 'file' ? 'a file' : kind)} was expected.`,
    hint: 'Check that the URL gives the file itself, not a page around it.',
  })
}

function problem({ shown }: Download, options: Omit<DownloadErrorOptions, 'url'>): DownloadError {
  return new DownloadError({ ...options, url: shown })
}

function timedOut({ shown }: Download, timeout: number): TimeoutError {
  return new TimeoutError({
    message: `${shown} was not downloaded within ${String(timeout)} ms.`,
    hint: 'Raise media.timeout, or upload the file and give { fileId }.',
    timer: 'download',
  })
}

/** A URL may hold a key in its query, or a password before its host. */
function shownUrl(url: string): string {
  const { origin, pathname } = URL.canParse(url) ? new URL(url) : { origin: '', pathname: 'The URL' }
  return origin === 'null' ? 'The URL' : `${origin}${pathname}`
}
