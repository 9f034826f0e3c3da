import { access, constants, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigurationError, isRecord } from '@llm/core'
import { JobStoreError } from './job-error.ts'
import type { StoredMedia } from './job.ts'
import type { ResolvedSettings } from './settings.ts'

/** Media of a result, to be put somewhere. */
export interface MediaFile {
  /** Unique: of the job, the attempt, and the place in the result. */
  readonly name: string
  readonly mediaType: string
  readonly data: Uint8Array
}

/** Puts media somewhere, and answers with its URL. */
export type SaveMedia = (file: MediaFile) => string | Promise<string>

/** Takes the media out of one result. */
export interface MediaWriter {
  save(data: Uint8Array, mediaType: string): Promise<StoredMedia>
  /** The value, with a `url` in place of each `base64`. */
  extract<T>(value: T): Promise<T>
}

/**
 * Makes sure, before money is spent, that there is a place for media.
 *
 * @throws {@link ConfigurationError} where there is none; {@link JobStoreError} where nothing can be written there.
 */
export async function checkMediaPlace(media: ResolvedSettings['media']): Promise<void> {
  if (media === undefined) {
    throw new ConfigurationError({
      message: 'The result of the job is media, and there is no place for it.',
      hint: 'Set mediaFolder or saveMedia in the settings of the worker.',
    })
  }
  if (typeof media === 'function') return
  await inFolder(media.folder, async folder => {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  })
}

/** Names files after a job's attempt. Without a place, media stays where it is, in the database. */
export function createMediaWriter(media: ResolvedSettings['media'], name: string): MediaWriter {
  const saved = new Map<string, Promise<string>>()
  let count = 0
  const save = async (data: Uint8Array, mediaType: string): Promise<StoredMedia> => {
    const file = { name: `${name}-${String((count += 1))}.${extension(mediaType)}`, mediaType, data }
    return { url: typeof media === 'function' ? await media(file) : await write(file, media?.folder ?? '.'), mediaType }
  }
  /** The same image stands in an answer's content and in its message. */
  const saveOnce = (base64: string, mediaType: string): Promise<string> => {
    const url = saved.get(base64) ?? save(Buffer.from(base64, 'base64'), mediaType).then(stored => stored.url)
    saved.set(base64, url)
    return url
  }
  const extract = async (value: unknown): Promise<unknown> => {
    if (media === undefined || typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return Promise.all(value.map(extract))
    if (!isRecord(value)) return value
    const { base64, ...rest } = value
    if (typeof base64 === 'string' && typeof rest['mediaType'] === 'string') {
      return { ...rest, url: await saveOnce(base64, rest['mediaType']) }
    }
    const entries = Object.entries(value).map(async ([key, item]) => [key, await extract(item)] as const)
    return Object.fromEntries(await Promise.all(entries))
  }
  return { save, extract: async value => (await extract(value)) as typeof value }
}

function write({ name, data }: MediaFile, path: string): Promise<string> {
  return inFolder(path, async folder => {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, name), data)
    return pathToFileURL(join(folder, name)).href
  })
}

async function inFolder<T>(path: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = resolve(path)
  try {
    return await use(folder)
  } catch (cause) {
    throw new JobStoreError({
      message: `Media cannot be written to ${folder}.`,
      hint: 'Make room there, and let the worker write to it.',
      cause,
    })
  }
}

function extension(mediaType: string): string {
  const subtype = /\/(?:x-)?([a-z\d]+)/.exec(mediaType)?.[1] ?? 'bin'
  return mediaType === 'audio/mpeg' ? 'mp3' : subtype
}
