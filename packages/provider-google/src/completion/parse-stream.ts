import {
  ToolCallAssembler,
  type FinishReason,
  type JsonObject,
  type ParseContext,
  type StreamMessage,
  type StreamParser,
  type ToolCallPart,
  type ToolResultPart,
} from '@llm/core'
import type { Candidate, FunctionCall, GenerateContentResponse, Part } from '@google/genai'
import { isErrorBody, readError } from '../errors.ts'
import { PartialArguments } from './google-partial-arguments.ts'
import { SourceCollector } from './google-sources.ts'
import { readUsage } from './google-usage.ts'

/** What is read of an answer: plain data, and any of it may be missing. */
export type Answer = Pick<
  GenerateContentResponse,
  'candidates' | 'promptFeedback' | 'usageMetadata' | 'modelVersion' | 'responseId'
>

type HostCall = Pick<ToolCallPart, 'name' | 'arguments' | 'state'> & { readonly id?: string | undefined }
type HostResult = Omit<ToolResultPart, 'type' | 'toolCallId'> & { readonly toolCallId?: string | undefined }
type Kind = 'text' | 'reasoning' | 'other'

/** Reads one answer, whole or chunk by chunk: a chunk of a stream is an answer that goes on. */
export class AnswerParser implements StreamParser {
  /** The service has no last message: an answer may go on after its finish reason, with usage. */
  readonly done = false
  #context: ParseContext
  #id = ''
  #calls: ToolCallAssembler | undefined
  #callCount = 0
  #callIds: Set<string> = new Set()
  #partial: PartialArguments | undefined
  #hostCallId = ''
  #hostCallCount = 0
  #kind: Kind = 'other'
  #block = 0
  #signed = false
  #text = ''
  #sources: SourceCollector = new SourceCollector()
  #reason: string | undefined
  #message: string | undefined
  #blocked = false

  constructor(context: ParseContext) {
    this.#context = context
  }

  push({ data }: StreamMessage): void {
    this.read(JSON.parse(data) as Answer)
  }

  read(answer: Answer): void {
    if (isErrorBody(answer)) this.#context.fail(readError(answer))
    const { responseId, modelVersion, candidates, promptFeedback, usageMetadata } = answer
    if (responseId) this.#id = responseId
    this.#context.start({ id: responseId, model: modelVersion || undefined })
    const candidate = candidates?.find(isFirst)
    if (candidate !== undefined) this.#candidate(candidate)
    if (promptFeedback?.blockReason !== undefined) {
      this.#blocked = true
      this.#reason ??= promptFeedback.blockReason
      this.#message ??= promptFeedback.blockReasonMessage
    }
    if (usageMetadata?.totalTokenCount !== undefined || usageMetadata?.promptTokenCount !== undefined) {
      this.#context.emit({ type: 'usage', usage: readUsage(usageMetadata) })
    }
  }

  end(): boolean {
    if (this.#reason === undefined) return false
    this.finish()
    return true
  }

  /** The answer is complete, or as complete as it will be. */
  finish(): void {
    const reason = this.#reason
    const called = (this.#calls?.size ?? 0) > 0
    this.#closePartial()
    this.#calls?.finish(reason === 'STOP')
    this.#emitSearch()
    for (const source of this.#sources.sources(this.#text)) this.#context.emit({ type: 'source', source })
    const unified = this.#blocked ? 'content-filter' : (FINISH_REASONS[reason ?? ''] ?? 'other')
    if (this.#message !== undefined && unified !== 'stop') this.#context.warn({ code: 'other', message: this.#message })
    const finishReason = unified === 'stop' && called ? 'tool-calls' : unified
    this.#context.emit({ type: 'finish', finishReason, rawFinishReason: reason })
  }

  #candidate(candidate: Candidate): void {
    for (const part of candidate.content?.parts ?? []) this.#part(part)
    this.#sources.add(candidate)
    this.#reason = candidate.finishReason ?? this.#reason
    this.#message = candidate.finishMessage ?? this.#message
  }

  #part(part: Part): void {
    const { text, thought, functionCall, inlineData, fileData } = part
    if (functionCall) return this.#call(functionCall, part)
    if (text !== undefined) return this.#textPart(text, thought === true ? 'reasoning' : 'text', part)
    this.#kind = 'other'
    if (inlineData) this.#media(inlineData.mimeType, { base64: inlineData.data ?? '' }, part)
    else if (fileData) this.#media(fileData.mimeType, { url: fileData.fileUri ?? '' }, part)
    else this.#hostPart(part)
  }

  /** A signature belongs to the text before it, and closes it: a stream may send it with the last piece or after it. */
  #textPart(text: string, kind: 'text' | 'reasoning', { thoughtSignature }: Part): void {
    const signed = thoughtSignature !== undefined
    if (text === '' && !signed) return
    if (kind !== this.#kind || this.#signed) this.#block += 1
    this.#kind = kind
    this.#signed = signed
    if (kind === 'text') this.#text += text
    const state = signed ? this.#context.state({ thoughtSignature }) : undefined
    this.#context.emit({ type: `${kind}-delta`, text, block: this.#block, state })
  }

  #media(mediaType = '', at: { base64: string } | { url: string }, { thought, thoughtSignature }: Part): void {
    // A picture in the thoughts is a draft of the one that follows.
    if (thought === true) return
    const kind = /^(image|audio)\//.exec(mediaType)?.[1] as 'image' | 'audio' | undefined
    const state = thoughtSignature === undefined ? undefined : this.#context.state({ thoughtSignature })
    this.#context.emit({ type: 'file', file: { type: kind ?? 'file', source: { ...at, mediaType }, state } })
  }

  #call(call: FunctionCall, part: Part): void {
    this.#kind = 'other'
    if (this.#partial === undefined) this.#openCall(call, part)
    const streamed = call.willContinue === true || call.partialArgs !== undefined || this.#partial !== undefined
    if (!streamed) return this.#assembler.push({ index: this.#callCount, text: JSON.stringify(call.args ?? {}) })
    const partial = (this.#partial ??= new PartialArguments())
    for (const piece of call.partialArgs ?? []) partial.add(piece)
    if (call.willContinue !== true) this.#closePartial()
  }

  #openCall({ id, name }: FunctionCall, { thoughtSignature }: Part): void {
    this.#callCount += 1
    const own = id === undefined || id === '' || this.#callIds.has(id)
    if (!own) this.#callIds.add(id)
    const data: JsonObject = { ...(thoughtSignature && { thoughtSignature }), ...(own ? {} : { id }) }
    this.#assembler.push({
      index: this.#callCount,
      id: own ? undefined : id,
      name: name ?? '',
      state: Object.keys(data).length > 0 ? this.#context.state(data) : undefined,
    })
  }

  #closePartial(): void {
    if (this.#partial !== undefined) this.#assembler.push({ index: this.#callCount, text: this.#partial.toString() })
    this.#partial = undefined
  }

  get #assembler(): ToolCallAssembler {
    return (this.#calls ??= new ToolCallAssembler(event => {
      this.#context.emit(event)
    }, this.#id))
  }

  /** What Google ran itself goes back as it came. */
  #hostPart(part: Part): void {
    const state = this.#context.state({ part: part as JsonObject })
    const { executableCode: code, codeExecutionResult: result, toolCall, toolResponse } = part
    if (code) {
      const args = { language: code.language, code: code.code }
      this.#hostCall({ id: code.id, name: 'code_execution', arguments: args, state })
    } else if (toolCall) {
      const args = (toolCall.args ?? {}) as JsonObject
      this.#hostCall({ id: toolCall.id, name: nameOf(toolCall), arguments: args, state })
    } else if (result) {
      const isError = String(result.outcome ?? 'OUTCOME_OK') === 'OUTCOME_OK' ? undefined : true
      const content = result.output ?? ''
      this.#hostResult({ toolCallId: result.id, name: 'code_execution', content, isError, state })
    } else if (toolResponse) {
      const content = JSON.stringify(toolResponse.response ?? {})
      this.#hostResult({ toolCallId: toolResponse.id, name: nameOf(toolResponse), content, state })
    }
  }

  #hostCall({ id, ...call }: HostCall): void {
    this.#hostCallId = id ?? `${this.#id || 'answer'}_host_${String(this.#hostCallCount++)}`
    const toolCall = { type: 'tool-call', id: this.#hostCallId, ...call, providerExecuted: true } as const
    this.#context.emit({ type: 'tool-call', toolCall })
  }

  #hostResult({ toolCallId = this.#hostCallId, ...result }: HostResult): void {
    const toolResult = { type: 'tool-result', toolCallId, ...result, providerExecuted: true } as const
    this.#context.emit({ type: 'tool-result', toolResult })
  }

  /** A search is told of by its queries only, and by the HTML that Google's terms want shown with the answer. */
  #emitSearch(): void {
    const { queries, html } = this.#sources.search
    if (queries.length === 0) return
    this.#hostCall({ name: 'google_search', arguments: { queries } })
    if (html !== undefined) this.#hostResult({ name: 'google_search', content: html })
  }
}

function isFirst({ index = 0 }: Candidate): boolean {
  return index === 0
}

function nameOf({ toolType = 'tool' }: { toolType?: string }): string {
  return toolType.toLowerCase()
}

/** Source: https://ai.google.dev/api/generate-content#FinishReason */
const FINISH_REASONS: Partial<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  MALFORMED_RESPONSE: 'error',
  MISSING_THOUGHT_SIGNATURE: 'error',
}
