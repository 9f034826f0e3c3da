import type { CompletionRequest } from '../completion.ts'
import type { HistoryRules } from '../history/history-rules.ts'
import type { ErrorDetails } from '../errors/api-error.ts'
import type { PartState } from '../message.ts'
import type { JsonValue } from '../json.ts'
import type { SchemaDialect } from '../schema/dialect.ts'
import type { JsonSchema } from '../schema/schema.ts'
import type { CompletionEvent } from '../stream/events.ts'
import type { StreamMessage } from '../http/sse.ts'
import type { Warning } from '../warning.ts'

/** A tool whose parameters are compiled for the host. */
export interface PreparedTool {
  readonly name: string
  readonly description?: string | undefined
  readonly schema: JsonSchema
  readonly strict?: boolean | undefined
}

/** The form of the answer: any JSON, or JSON of a compiled schema. */
export type PreparedOutput =
  | { readonly type: 'json' }
  | { readonly type: 'schema'; readonly name: string; readonly schema: JsonSchema; readonly strict: boolean }

/** A request as a codec gets it: the host's model id, parameters that fit, a history it may send, compiled schemas. */
export interface PreparedRequest<Options> extends Omit<
  CompletionRequest,
  'tools' | 'output' | 'providerOptions' | 'unsupportedMedia' | 'outputStrategy' | 'media'
> {
  readonly provider: string
  /** Absent when the provider is used without a client. */
  readonly family: string | undefined
  readonly tools: readonly PreparedTool[]
  readonly output: PreparedOutput | undefined
  /** The host's own options, validated. */
  readonly options: Options
  readonly stream: boolean
  /** Says what the codec could not send. */
  warn(warning: Warning): void
}

/** What a codec needs to turn an answer into events. */
export interface ParseContext {
  readonly provider: string
  readonly model: string
  /** The answer begins: call it before the first event, with what the host says of itself. Later calls do nothing. */
  start(info: { readonly id?: string | undefined; readonly model?: string | undefined }): void
  emit(event: CompletionEvent): void
  /** Wraps what must come back unchanged in a later turn. */
  state(data: JsonValue): PartState
  /** Says what was lost; it is reported with the answer. */
  warn(warning: Warning): void
  /** Ends the call with the typed error for what the host said inside its answer. */
  fail(details: ErrorDetails): never
}

/** Turns one streamed answer into events. */
export interface StreamParser {
  push(message: StreamMessage): void
  /** The host's own last message has come; nothing need be waited for. */
  readonly done: boolean
  /** The bytes have ended: emits what is left, `finish` included. `false` if the answer was cut short. */
  end(): boolean
}

/** A wire format, as pure functions: no network, no clock, no state between calls. */
export interface CompletionCodec<Options> {
  readonly protocol: string
  /** What the format demands of a history: the core sees to it before the codec renders. */
  readonly history?: HistoryRules | undefined
  /** The subset of JSON Schema that the format takes, where the model's spec does not say. */
  readonly schemaDialect?: SchemaDialect | undefined
  renderRequest(request: PreparedRequest<Options>): object
  /** Emits the events of a whole answer, `finish` included. */
  parseResponse(body: unknown, context: ParseContext): void
  createStreamParser(context: ParseContext): StreamParser
}
