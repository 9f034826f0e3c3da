import { isRecord } from '../json.ts'
import type { Message, ToolResultPart } from '../message.ts'
import type { MediaKind } from '../history/history-rules.ts'
import type { MediaInput, MediaOptions, MessageInput, UserPartInput } from './media-input.ts'
import { isMediaInput, readMedia } from './read-media.ts'

/**
 * Reads the media of messages, so that they are plain data. What needs no reading is given back as it is, unchecked: the
 * leaf checks all that it gets.
 *
 * @throws {@link ValidationError} for a file that cannot be read.
 */
export async function readMessages(
  messages: readonly MessageInput[],
  options: MediaOptions = {},
): Promise<readonly Message[]> {
  if (!Array.isArray(messages) || !messages.some(message => holdsInput(message))) return messages as readonly Message[]
  return Promise.all(messages.map(message => readMessage(message as Message, options)))
}

/** What a tool gave back, with its media read. */
export async function readContent(
  content: string | readonly UserPartInput[],
  options?: MediaOptions,
): Promise<ToolResultPart['content']> {
  const read = await readMessage({ content }, options)
  return read.content as ToolResultPart['content']
}

/** A message or the result of a tool, with its media read. */
async function readMessage<T>(holder: T, options: MediaOptions = {}): Promise<T> {
  if (!holdsInput(holder)) return holder
  const { content } = holder as { readonly content: readonly Readonly<Record<string, unknown>>[] }
  return { ...holder, content: await Promise.all(content.map((part, index) => readPart(part, index, options))) }
}

function holdsInput(holder: unknown): boolean {
  if (!isRecord(holder) || !Array.isArray(holder['content'])) return false
  return holder['content'].some(part => isRecord(part) && (isMediaInput(part['source']) || holdsInput(part)))
}

async function readPart(
  part: Readonly<Record<string, unknown>>,
  index: number,
  options: MediaOptions,
): Promise<unknown> {
  const { source, type, filename } = part
  if (!isMediaInput(source)) return readMessage(part, options)
  const name = typeof filename === 'string' ? filename : undefined
  const about = { kind: type as MediaKind, name, parameter: `content[${String(index)}].source` }
  return { ...part, source: await readMedia(source as MediaInput, { ...options, ...about }) }
}
