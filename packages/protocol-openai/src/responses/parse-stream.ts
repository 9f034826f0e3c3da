import type { FinishReason, ParseContext, StreamMessage, StreamParser } from '@llm/core'
import { readError } from '../errors.ts'
import type { ResponsesDialect } from './dialect.ts'
import { ItemReader } from './parse-items.ts'
import { readResponseUsage } from './usage.ts'
import type { ResponseBody, ResponseEvent, ResponseUsage } from './wire.ts'

type Handler = (parser: ResponsesParser, event: ResponseEvent) => void

/** Reads one answer, whole or event by event: a whole response is what its last event holds. */
export class ResponsesParser implements StreamParser {
  done = false
  #items: ItemReader | undefined
  #context: ParseContext
  #dialect: ResponsesDialect<never>
  /** Items that were closed in the stream, so that the final response need not tell them again. */
  #closed: Set<number> = new Set()

  constructor(context: ParseContext, dialect: ResponsesDialect<never>) {
    this.#context = context
    this.#dialect = dialect
  }

  push({ data }: StreamMessage): void {
    if (data === '[DONE]') return
    const event = JSON.parse(data) as ResponseEvent
    HANDLERS[event.type ?? '']?.(this, event)
  }

  end(): boolean {
    return this.done
  }

  get items(): ItemReader {
    return (this.#items ??= new ItemReader(this.#context, ''))
  }

  start({ id, model }: ResponseBody): void {
    this.#items ??= new ItemReader(this.#context, id ?? '')
    this.#context.start({ id: id ?? undefined, model: model || undefined })
  }

  close(event: ResponseEvent): void {
    if (event.item === undefined) return
    const index = event.output_index ?? this.#closed.size
    this.#closed.add(index)
    this.items.done(event.item, index)
  }

  /** The response is complete, or as complete as it will be. */
  finish(body: ResponseBody): void {
    if (body.status === 'failed' || (body.error !== undefined && body.error !== null)) this.fail(body.error)
    this.start(body)
    this.#dialect.readBody?.(body, this.#context)
    body.output?.forEach((item, index) => {
      if (!this.#closed.has(index)) this.items.done(item, index)
    })
    if (body.usage != null) this.#readUsage(body.usage)
    const rawFinishReason = body.incomplete_details?.reason ?? body.status ?? undefined
    const finishReason = this.#unifiedReason(body)
    this.items.finish(body.status === 'completed')
    this.#context.emit({ type: 'finish', finishReason, rawFinishReason })
    this.done = true
  }

  fail(error: unknown): never {
    const read = this.#dialect.readError ?? readError
    return this.#context.fail(read(error ?? { message: 'the response failed without saying why.' }))
  }

  #readUsage(usage: ResponseUsage): void {
    const total = this.#dialect.readCost?.(usage)
    const cost = total === undefined ? undefined : ({ total, source: 'reported' } as const)
    this.#context.emit({ type: 'usage', usage: readResponseUsage(usage), cost })
  }

  #unifiedReason({ status, incomplete_details }: ResponseBody): FinishReason {
    if (status === 'completed') {
      if (this.items.refused) return 'content-filter'
      return this.items.hasCalls ? 'tool-calls' : 'stop'
    }
    return INCOMPLETE_REASONS[incomplete_details?.reason ?? ''] ?? 'other'
  }
}

/** Source: https://platform.openai.com/docs/api-reference/responses/object#responses/object-incomplete_details */
const INCOMPLETE_REASONS: Partial<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
}

const finish: Handler = (parser, { response }) => {
  parser.finish(response ?? {})
}
const fail: Handler = (parser, event) => parser.fail(event.response?.error ?? event.error ?? event)
const reasoning: Handler = ({ items }, { delta = '', output_index = 0 }) => {
  items.reasoning(delta, output_index)
}
const argumentsDelta: Handler = ({ items }, { delta = '', output_index = 0 }) => {
  items.arguments(delta, output_index)
}

/** Source: https://platform.openai.com/docs/api-reference/responses-streaming */
const HANDLERS: Partial<Record<string, Handler>> = {
  'response.created': (parser, { response = {} }) => {
    parser.start(response)
  },
  'response.output_item.added': ({ items }, { item, output_index = 0 }) => {
    if (item) items.added(item, output_index)
  },
  'response.output_item.done': (parser, event) => {
    parser.close(event)
  },
  'response.output_text.delta': ({ items }, { delta = '', output_index = 0, content_index = 0 }) => {
    items.text(delta, output_index, content_index)
  },
  'response.output_text.annotation.added': ({ items }, { annotation, output_index = 0, content_index = 0 }) => {
    if (annotation) items.annotation(annotation, output_index, content_index)
  },
  'response.refusal.delta': ({ items }, { delta = '', output_index = 0, content_index = 0 }) => {
    items.refusal(delta, output_index, content_index)
  },
  'response.reasoning_summary_part.added': ({ items }, { output_index = 0 }) => {
    items.reasoningBreak(output_index)
  },
  'response.reasoning_summary_text.delta': reasoning,
  'response.reasoning_text.delta': reasoning,
  'response.function_call_arguments.delta': argumentsDelta,
  'response.completed': finish,
  'response.incomplete': finish,
  'response.failed': fail,
  error: fail,
}
