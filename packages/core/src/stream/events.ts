import type { Cost, FinishReason } from '../completion.ts'
import type { AudioPart, FilePart, ImagePart, PartState, SourcePart, ToolCallPart, ToolResultPart } from '../message.ts'
import type { OutputStrategy } from '../leaf/output-plan.ts'
import type { Usage } from '../usage.ts'
import type { Warning } from '../warning.ts'

/** The answer begins. Always first. */
export interface StartEvent {
  readonly type: 'start'
  readonly id: string
  readonly provider: string
  readonly model: string
  readonly requestId?: string
  /** How a structured answer was asked for. */
  readonly outputStrategy?: OutputStrategy
  readonly warnings: readonly Warning[]
}

/** More text. Deltas of one `block` make one part; a delta without text may carry the part's state. */
export interface TextDeltaEvent {
  readonly type: 'text-delta'
  readonly text: string
  readonly block?: string | number | undefined
  readonly state?: PartState | undefined
}

/** More reasoning. Deltas of one `block` make one part; a delta without text may carry the part's state. */
export interface ReasoningDeltaEvent {
  readonly type: 'reasoning-delta'
  readonly text: string
  readonly block?: string | number | undefined
  readonly state?: PartState | undefined
}

/** The model begins to write a tool call. */
export interface ToolCallStartEvent {
  readonly type: 'tool-call-start'
  readonly id: string
  readonly name: string
}

/** More of a tool call's arguments, as JSON text. */
export interface ToolCallDeltaEvent {
  readonly type: 'tool-call-delta'
  readonly id: string
  readonly text: string
}

/** A tool call is whole, or as whole as it will be: see its `status`. */
export interface ToolCallEvent {
  readonly type: 'tool-call'
  readonly toolCall: ToolCallPart
}

/** The host ran a tool itself, and this is what came of it. */
export interface ToolResultEvent {
  readonly type: 'tool-result'
  readonly toolResult: ToolResultPart
}

/** The answer cites something. */
export interface SourceEvent {
  readonly type: 'source'
  readonly source: SourcePart
}

/** The model made an image, a sound or another file. */
export interface FileEvent {
  readonly type: 'file'
  readonly file: ImagePart | AudioPart | FilePart
}

/** The structured answer as far as it has arrived: one living value that grows, so copy what you keep. */
export interface ObjectDeltaEvent {
  readonly type: 'object-delta'
  readonly object: unknown
}

/** The structured answer is whole. It may still not fit its schema: that is checked by whoever asked. */
export interface ObjectEvent {
  readonly type: 'object'
  readonly object: unknown
}

/** What the call has used so far. A snapshot: it replaces the one before. */
export interface UsageEvent {
  readonly type: 'usage'
  readonly usage: Usage
  /** What the call has cost so far, where the host says it. */
  readonly cost?: Cost | undefined
}

/** The answer is complete. Always last; a stream that ends without it throws. */
export interface FinishEvent {
  readonly type: 'finish'
  readonly finishReason: FinishReason
  readonly rawFinishReason?: string | undefined
  readonly warnings?: readonly Warning[] | undefined
}

/** What a {@link CompletionStream} yields, told apart by `type`. */
export type CompletionEvent =
  | StartEvent
  | TextDeltaEvent
  | ReasoningDeltaEvent
  | ToolCallStartEvent
  | ToolCallDeltaEvent
  | ToolCallEvent
  | ToolResultEvent
  | SourceEvent
  | FileEvent
  | ObjectDeltaEvent
  | ObjectEvent
  | UsageEvent
  | FinishEvent

/** Whether an event tells something of the answer itself: once it is passed on, the call cannot be made again. */
export function isContent(event: CompletionEvent): boolean {
  if (event.type === 'start' || event.type === 'usage') return false
  if (event.type !== 'text-delta' && event.type !== 'reasoning-delta') return true
  return event.text !== '' || event.state !== undefined
}
