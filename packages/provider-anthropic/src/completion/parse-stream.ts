import type { FinishReason, ParseContext, StreamMessage, StreamParser } from '@llm/core'
import { readError } from '../errors.ts'
import { BlockReader } from './anthropic-blocks.ts'
import { mergeUsage, readUsage } from './anthropic-usage.ts'
import type { MessageBody, MessageEvent, WireUsage } from './wire.ts'

type Handler = (parser: MessageParser, event: MessageEvent) => void

/** Reads one message, whole or event by event. */
export class MessageParser implements StreamParser {
  done = false
  #context: ParseContext
  #blocks: BlockReader | undefined
  #usage: WireUsage = {}
  #stop: Pick<MessageBody, 'stop_reason' | 'stop_details'> = {}

  constructor(context: ParseContext) {
    this.#context = context
  }

  push({ data }: StreamMessage): void {
    if (data === '[DONE]') return
    const event = JSON.parse(data) as MessageEvent
    HANDLERS[event.type ?? '']?.(this, event)
  }

  /** A message that has said why it stopped is whole, as some gateways leave out the last event. */
  end(): boolean {
    const { stop_reason: raw, stop_details: details } = this.#stop
    if (!this.done && raw == null) return false
    const known = STOP_REASONS[raw ?? ''] ?? 'other'
    const finishReason = known === 'stop' && this.blocks.hasCalls ? 'tool-calls' : known
    this.blocks.finish(finishReason === 'stop' || finishReason === 'tool-calls' || raw === 'pause_turn')
    if (raw === 'refusal') this.#warnRefusal(details)
    this.#context.emit({ type: 'finish', finishReason, rawFinishReason: raw ?? undefined })
    return true
  }

  get blocks(): BlockReader {
    return (this.#blocks ??= new BlockReader(this.#context, ''))
  }

  start({ id, model, usage }: MessageBody): void {
    this.#context.start({ id: id ?? undefined, model: model || undefined })
    this.#blocks ??= new BlockReader(this.#context, id ?? '')
    this.used(usage)
  }

  /** Counts are cumulative. */
  used(usage: WireUsage | null | undefined): void {
    if (usage == null) return
    this.#usage = mergeUsage(this.#usage, usage)
    this.#context.emit({ type: 'usage', usage: readUsage(this.#usage) })
  }

  stopped({ stop_reason, stop_details }: Pick<MessageBody, 'stop_reason' | 'stop_details'>): void {
    if (stop_reason != null) this.#stop = { stop_reason, stop_details: stop_details ?? null }
  }

  fail(event: MessageEvent): never {
    return this.#context.fail(readError(event))
  }

  #warnRefusal(details: MessageBody['stop_details']): void {
    const category = details?.category == null ? '' : ` (${details.category})`
    const why = details?.explanation ?? 'the API does not say why.'
    this.#context.warn({ code: 'other', message: `The model refused${category}: ${why}` })
  }
}

/** Source: https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
const STOP_REASONS: Partial<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
}

/** Source: https://platform.claude.com/docs/en/build-with-claude/streaming. `ping` says only that the line is open. */
const HANDLERS: Partial<Record<string, Handler>> = {
  message_start: (parser, { message = {} }) => {
    parser.start(message)
  },
  content_block_start: ({ blocks }, { index = 0, content_block }) => {
    if (content_block) blocks.open(index, content_block)
  },
  content_block_delta: ({ blocks }, { index = 0, delta }) => {
    if (delta) blocks.delta(index, delta)
  },
  content_block_stop: ({ blocks }, { index = 0 }) => {
    blocks.close(index)
  },
  message_delta: (parser, { delta = {}, usage }) => {
    parser.used(usage)
    parser.stopped(delta)
  },
  message_stop: parser => {
    parser.done = true
  },
  error: (parser, event) => parser.fail(event),
}
