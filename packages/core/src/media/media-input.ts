import type {
  AssistantMessage,
  AudioPart,
  FilePart,
  ImagePart,
  MediaSource,
  SystemMessage,
  TextPart,
  ToolMessage,
} from '../message.ts'

/**
 * A file in whatever form the caller has it: a URL (`https:`, `data:`), bytes, a `Blob` or `File`, an upload's id, or a
 * path on this machine, as `{ path }` or as a `URL` object with `file:`. A text is never taken for a path, as it may come
 * from a user. Where no media type is given, it is told from the bytes, then from the name.
 *
 * @example
 * ```ts
 * import type { MediaInput } from '@llm/core'
 *
 * const inputs: MediaInput[] = [
 *   'https://example.com/cat.png',
 *   new URL('cat.png', import.meta.url),
 *   { path: 'cat.png' },
 *   new Uint8Array([0x89, 0x50, 0x4e, 0x47]),
 *   { data: new Uint8Array(8), mediaType: 'audio/pcm' },
 *   { fileId: 'file-123' },
 * ]
 * ```
 */
export type MediaInput = MediaSource | string | URL | MediaBytes | MediaFile | MediaData

/** Bytes, whose media type is told from what they hold. */
export type MediaBytes = Uint8Array | ArrayBuffer | Blob

/** A file on this machine. */
export interface MediaFile {
  readonly path: string
  readonly mediaType?: string | undefined
}

/** Bytes of a known media type. */
export interface MediaData {
  readonly data: MediaBytes
  readonly mediaType?: string | undefined
}

/** What files may be, and how they may be fetched. */
export interface MediaOptions {
  /**
   * The most bytes that one file may have, whether it is read or downloaded.
   *
   * @default 20 MiB
   */
  readonly maxBytes?: number | undefined
  /**
   * The most milliseconds that a download may take.
   *
   * @default 30_000
   */
  readonly timeout?: number | undefined
  /**
   * Whether downloads may reach this machine and private networks: all of them, or only these hosts (`name` or
   * `name:port`). URLs that users bring must not.
   *
   * @default false
   */
  readonly privateAddresses?: boolean | readonly string[] | undefined
}

/** An {@link ImagePart} as a client takes it. */
export interface ImageInput extends Omit<ImagePart, 'source'> {
  readonly source: MediaInput
}

/** An {@link AudioPart} as a client takes it. */
export interface AudioInput extends Omit<AudioPart, 'source'> {
  readonly source: MediaInput
}

/** A {@link FilePart} as a client takes it. */
export interface FileInput extends Omit<FilePart, 'source'> {
  readonly source: MediaInput
}

/** A part of what the user says, as a client takes it. */
export type UserPartInput = TextPart | ImageInput | AudioInput | FileInput

/** What the user says, as a client takes it. */
export interface UserMessageInput {
  readonly role: 'user'
  readonly content: string | readonly UserPartInput[]
}

/** A message as a client takes it: media may have any form. The client reads them, so that providers get plain data. */
export type MessageInput = SystemMessage | UserMessageInput | AssistantMessage | ToolMessage

/**
 * An image for a message.
 *
 * @example
 * ```ts
 * import { image, type ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 *
 * await client.complete([{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, image({ path: 'cat.png' })] }])
 * ```
 */
export function image(source: MediaInput, options: Pick<ImagePart, 'detail'> = {}): ImageInput {
  return { ...options, type: 'image', source }
}

/**
 * Sound for a message.
 *
 * @example
 * ```ts
 * import { audio } from '@llm/core'
 *
 * audio({ path: 'question.mp3' })
 * ```
 */
export function audio(source: MediaInput, options: Pick<AudioPart, 'transcript'> = {}): AudioInput {
  return { ...options, type: 'audio', source }
}

/**
 * Any other file for a message: a PDF, a document, a video.
 *
 * @example
 * ```ts
 * import { file } from '@llm/core'
 *
 * file('https://example.com/report.pdf', { filename: 'report.pdf' })
 * ```
 */
export function file(source: MediaInput, options: Pick<FilePart, 'filename'> = {}): FileInput {
  return { ...options, type: 'file', source }
}
