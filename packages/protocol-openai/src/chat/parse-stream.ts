import {
  ToolCallAssembler,
  type FinishReason,
  type ParseContext,
  type StreamMessage,
  type StreamParser,
} from '@llm/core'
import { isErrorBody, readError } from '../errors.ts'
import type { ChatDialect, ChatReader } from './dialect.ts'
import { AudioCollector } from './audio.ts'
import { readChatUsage } from './usage.ts'
import type { ChatAnnotation, ChatBody, ChatChoice, ChatContent, ChatDelta, ChatToolCall } from './wire.ts'

/**
 * Reads one answer, whole or in chunks: a whole message is a single large delta. Nothing is final before {@link end}, as
 * usage may come after the finish reason, and the finish reason decides whether tool calls may be run.
 */
export class ChatParser implements StreamParser {
  done = false
  #context: ParseContext
  #dialect: ChatDialect<never>
  #reader: ChatReader | undefined
  #calls: ToolCallAssembler | undefined
  #audio: AudioCollector | undefined
  #finishReason: string | undefined
  #refused = false
  #id = ''
  /** Which of several answers is read: the first that comes. */
  #index: number | undefined

  constructor(context: ParseContext, dialect: ChatDialect<never>) {
    this.#context = context
    this.#dialect = dialect
    this.#reader = dialect.createReader?.(context)
  }

  push({ data }: StreamMessage): void {
    if (data === '[DONE]') {
      this.done = true
      return
    }
    this.readBody(JSON.parse(data) as ChatBody)
  }

  readBody(body: ChatBody): void {
    const choice = this.#choiceOf(body)
    if (isErrorBody(body) || body.error != null) this.#fail(body)
    if (choice?.error != null) this.#fail(choice)
    this.#id ||= body.id ?? ''
    // A chunk before the answer, such as a filter's results, has nothing to say of it.
    if (body.id || choice !== undefined)
      this.#context.start({ id: body.id ?? undefined, model: body.model || undefined })
    const usage = body.usage ?? choice?.usage
    if (usage != null) this.#readUsage(usage)
    if (choice !== undefined) this.#readChoice(choice)
    this.#reader?.body?.(body)
  }

  end(): boolean {
    if (!this.done && this.#finishReason === undefined) return false
    const finishReason = this.#unifiedReason()
    this.#reader?.end?.()
    this.#audio?.finish()
    this.#calls?.finish(finishReason === 'stop' || finishReason === 'tool-calls')
    this.#context.emit({ type: 'finish', finishReason, rawFinishReason: this.#finishReason })
    return true
  }

  /** A chunk has one choice, and many hosts leave out its index. */
  #choiceOf({ choices }: ChatBody): ChatChoice | undefined {
    const choice = choices?.[0]
    const index = choice?.index ?? 0
    if (choice === undefined || index === (this.#index ??= index)) return choice
    return choices?.find(other => (other.index ?? 0) === this.#index)
  }

  #readChoice({ delta, message, finish_reason: reason }: ChatChoice): void {
    const piece = delta ?? message
    if (piece != null) this.#readDelta(piece, delta == null)
    if (reason != null && reason !== '') this.#finishReason = reason
  }

  #readDelta(delta: ChatDelta, whole: boolean): void {
    const { content, tool_calls: calls, annotations, audio, refusal } = delta
    const reasoning = delta.reasoning_content ?? delta.reasoning
    if (typeof reasoning === 'string') this.#readReasoning(reasoning)
    this.#reader?.delta?.(delta, this.#id)
    if (typeof content === 'string') this.#readText(content)
    else if (content != null)
      content.forEach(item => {
        this.#readContent(item)
      })
    if (refusal != null && refusal !== '') this.#readRefusal(refusal)
    if (annotations != null)
      annotations.forEach(annotation => {
        this.#readAnnotation(annotation)
      })
    if (audio != null) (this.#audio ??= new AudioCollector(this.#context)).push(audio)
    if (calls != null)
      calls.forEach((call, position) => {
        this.#readCall(call, whole ? position : undefined)
      })
  }

  #readText(text: string): void {
    if (text !== '') this.#context.emit({ type: 'text-delta', text, block: MESSAGE_BLOCK })
  }

  #readReasoning(text: string): void {
    if (text !== '') this.#context.emit({ type: 'reasoning-delta', text, block: MESSAGE_BLOCK })
  }

  #readContent({ text, thinking }: ChatContent): void {
    if (typeof text === 'string') this.#readText(text)
    if (typeof thinking === 'string') this.#readReasoning(thinking)
    else if (thinking != null)
      thinking.forEach(thought => {
        if (typeof thought.text === 'string') this.#readReasoning(thought.text)
      })
  }

  /** A refusal is what the model says: it is the text, and the finish reason tells it from an answer. */
  #readRefusal(text: string): void {
    this.#refused = true
    this.#readText(text)
  }

  #readAnnotation({ url_citation: cited }: ChatAnnotation): void {
    if (cited?.url === undefined) return
    const { url, title, start_index: start, end_index: end, content: quote } = cited
    this.#context.emit({ type: 'source', source: { type: 'source', url, title, start, end, quote } })
  }

  #readCall(call: ChatToolCall, position: number | undefined): void {
    const { name, arguments: args } = call.function ?? { name: call.custom?.name, arguments: call.custom?.input }
    this.#calls ??= new ToolCallAssembler(event => {
      this.#context.emit(event)
    }, this.#id)
    this.#calls.push({
      index: call.index ?? position,
      id: call.id ?? undefined,
      name: name ?? undefined,
      // Some hosts give the arguments as an object instead of its text.
      text: typeof args === 'string' || args == null ? (args ?? undefined) : JSON.stringify(args),
    })
  }

  #readUsage(usage: NonNullable<ChatBody['usage']>): void {
    const total = this.#dialect.readCost?.(usage)
    const cost = total === undefined ? undefined : ({ total, source: 'reported' } as const)
    this.#context.emit({ type: 'usage', usage: (this.#dialect.readUsage ?? readChatUsage)(usage), cost })
  }

  #fail(body: unknown): never {
    return this.#context.fail((this.#dialect.readError ?? readError)(body))
  }

  #unifiedReason(): FinishReason {
    const raw = this.#finishReason
    const known = raw === undefined ? 'other' : (this.#dialect.finishReasons?.[raw] ?? FINISH_REASONS[raw] ?? 'other')
    if (this.#refused && known === 'stop') return 'content-filter'
    return known === 'stop' && this.#calls !== undefined ? 'tool-calls' : known
  }
}

/** The block of a message's text, and of its reasoning: it has one of each, however their pieces are mixed. */
export const MESSAGE_BLOCK = 'message'

/** Source: https://platform.openai.com/docs/api-reference/chat/object */
const FINISH_REASONS: Partial<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  error: 'error',
}
