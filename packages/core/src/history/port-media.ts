import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import type { AudioPart, FilePart, ImagePart, Message, TextPart, ToolResultPart } from '../message.ts'
import type { HistoryTarget, MediaKind } from './history-rules.ts'

type Media = ImagePart | AudioPart | FilePart

/** A history whose media the host and the model take. */
export interface PortedMedia {
  readonly messages: readonly Message[]
  /** The kinds that were replaced by a note. */
  readonly replaced: ReadonlySet<MediaKind>
}

/**
 * Replaces media that the host or the model does not take by a note that says what stood there.
 *
 * @throws {@link UnsupportedOperationError} instead, where the target says to refuse.
 */
export function portMedia(messages: readonly Message[], target: HistoryTarget): PortedMedia {
  const replaced = new Set<MediaKind>()
  const replace = (part: Media): TextPart => {
    if (target.unsupportedMedia === 'refuse') throw refusal(part.type)
    replaced.add(part.type)
    return placeholder(part)
  }
  const fit = <P extends TextPart | Media>(
    parts: readonly P[],
    takes: (kind: MediaKind) => boolean,
  ): readonly (P | TextPart)[] =>
    parts.every(part => part.type === 'text' || takes(part.type))
      ? parts
      : parts.map(part => (part.type === 'text' || takes(part.type) ? part : replace(part)))
  const byUser = taking(target.rules?.userMedia, target.input)
  const byTool = taking(target.rules?.toolMedia, target.input)
  const ported = messages.map(message => {
    if (typeof message.content === 'string') return message
    if (message.role === 'user') return { ...message, content: fit(message.content, byUser) }
    if (message.role !== 'tool') return message
    return { ...message, content: message.content.map(result => fitResult(result, parts => fit(parts, byTool))) }
  })
  return { messages: ported, replaced }
}

function fitResult(
  result: ToolResultPart,
  fit: (parts: readonly (TextPart | Media)[]) => readonly (TextPart | Media)[],
): ToolResultPart {
  return typeof result.content === 'string' ? result : { ...result, content: fit(result.content) }
}

/** A file is taken by a model that takes files, or video, which are files here. */
function taking(
  kinds: readonly MediaKind[] | undefined,
  input: readonly string[] | undefined,
): (kind: MediaKind) => boolean {
  return kind => {
    const byHost = kinds === undefined || kinds.includes(kind)
    const byModel =
      input === undefined ||
      input.includes(kind) ||
      (kind === 'file' && (input.includes('video') || input.includes('image')))
    return byHost && byModel
  }
}

function placeholder(part: Media): TextPart {
  const name = part.type === 'file' && part.filename !== undefined ? ` ${part.filename}` : ''
  const said = part.type === 'audio' && part.transcript !== undefined ? `: ${part.transcript}` : ''
  return { type: 'text', text: `[${part.type}${name} that this model cannot take${said}]` }
}

function refusal(kind: MediaKind): UnsupportedOperationError {
  return new UnsupportedOperationError({
    message: `The host or the model does not take ${kind} input here.`,
    hint: `Use a model and a host that take it, leave the ${kind} out, or set unsupportedMedia to 'placeholder'.`,
  })
}
