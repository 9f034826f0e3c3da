import type { UrlRules } from '../history/history-rules.ts'
import { createDeadline } from '../http/deadline.ts'
import { downloadMedia } from '../media/download.ts'
import type { MediaOptions } from '../media/media-input.ts'
import { typeOfName } from '../media/media-type.ts'
import type { AudioPart, FilePart, ImagePart, MediaSource, Message, TextPart } from '../message.ts'
import type { Warning } from '../warning.ts'

type Content = TextPart | ImagePart | AudioPart | FilePart
type Media = Exclude<Content, TextPart>

/** What a host fetches itself, and how the rest is downloaded. */
export interface FetchMediaOptions extends MediaOptions {
  /** The host, for the warning. */
  readonly provider: string
  readonly urls: UrlRules | undefined
  readonly signal?: AbortSignal | undefined
  /** Nothing is downloaded: an empty file stands for each. */
  readonly offline?: boolean | undefined
}

/** Messages whose URLs the host takes. */
export interface FetchedMedia {
  readonly messages: readonly Message[]
  readonly warnings: readonly Warning[]
}

/**
 * Downloads what the host does not fetch itself: each URL once, all at the same time. Where one fails, the others end.
 *
 * @throws {@link DownloadError}, {@link TimeoutError} with the timer `download`, {@link AbortedError}.
 */
export async function fetchMedia(messages: readonly Message[], options: FetchMediaOptions): Promise<FetchedMedia> {
  const { urls, provider } = options
  if (urls === undefined) return { messages, warnings: [] }
  const parts = messages.flatMap(contentOf).filter((part): part is Media => isForeign(part, urls))
  if (parts.length === 0) return { messages, warnings: [] }
  const sources = await fetchAll(new Map(parts.map(part => [keyOf(part), part])), options)
  const place = <P extends Content>(part: P): P => {
    const source = part.type === 'text' ? undefined : sources.get(keyOf(part))
    return source === undefined ? part : { ...part, source }
  }
  const files = `${String(sources.size)} file${sources.size === 1 ? '' : 's'}`
  const message = `${provider} does not fetch such URLs itself: ${files} downloaded here and sent along. An upload is sent once.`
  return {
    messages: messages.map(message => withContent(message, place)),
    warnings: [{ code: 'media-downloaded', message, parameter: 'messages' }],
  }
}

async function fetchAll(
  parts: ReadonlyMap<string, Media>,
  options: FetchMediaOptions,
): Promise<ReadonlyMap<string, MediaSource>> {
  const { signal, offline } = options
  const deadline = createDeadline(signal, undefined)
  const fetchPart = ({ type: kind, source }: Media): Promise<MediaSource> => {
    const { url = '', mediaType } = source as { readonly url?: string; readonly mediaType?: string }
    if (offline === true) return emptyFile(url, kind, mediaType)
    return downloadMedia(url, { ...options, kind, mediaType, signal: deadline.signal })
  }
  try {
    const fetched = [...parts].map(async ([key, part]) => [key, await fetchPart(part)] as const)
    return new Map(await Promise.all(fetched))
  } finally {
    deadline.abort()
    deadline.dispose()
  }
}

const DEFAULT_TYPES = { image: 'image/jpeg', audio: 'audio/mpeg', file: 'application/pdf' } as const

async function emptyFile(url: string, kind: Media['type'], mediaType: string | undefined): Promise<MediaSource> {
  return { base64: '', mediaType: mediaType ?? (await typeOfName(url)) ?? DEFAULT_TYPES[kind] }
}

function isForeign(part: Content, urls: UrlRules): boolean {
  if (part.type === 'text' || !('url' in part.source) || !/^https?:/i.test(part.source.url)) return false
  return urls[part.type]?.test(part.source.url) !== true
}

function keyOf({ type, source }: Media): string {
  return `${type} ${'url' in source ? source.url : ''}`
}

/** The media that a codec may render: what the model said itself is not sent as such. */
function contentOf({ role, content }: Message): readonly Content[] {
  if (typeof content === 'string' || role === 'assistant' || role === 'system') return []
  if (role === 'user') return content
  return content.flatMap(result => (typeof result.content === 'string' ? [] : result.content))
}

function withContent(message: Message, place: <P extends Content>(part: P) => P): Message {
  const { role, content } = message
  if (typeof content === 'string') return message
  if (role === 'user') return { role, content: content.map(place) }
  if (role !== 'tool') return message
  return {
    role,
    content: content.map(result =>
      typeof result.content === 'string' ? result : { ...result, content: result.content.map(place) },
    ),
  }
}
