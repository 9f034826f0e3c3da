import { ToolCallAssembler, type JsonObject, type ParseContext, type SourcePart } from '@llm/core'
import type { ResponseAnnotation, ResponseContent, ResponseItem } from './wire.ts'

/**
 * Turns output items into events, whether they come whole or grow: what has been told of an item as it grew is not told
 * again when it is whole, and what was left out is made up for. Items are known by their place in the output, as some
 * hosts change an item's id between events.
 */
export class ItemReader {
  /** The model refused: what it wrote is its refusal. */
  refused = false
  #context: ParseContext
  #calls: ToolCallAssembler
  /** How many characters of a text, and how many annotations, have been told; by block. */
  #told: Map<string, number> = new Map()

  constructor(context: ParseContext, responseId: string) {
    this.#context = context
    this.#calls = new ToolCallAssembler(event => {
      context.emit(event)
    }, responseId)
  }

  get hasCalls(): boolean {
    return this.#calls.size > 0
  }

  /** The item appears, still empty. */
  added(item: ResponseItem, index: number): void {
    if (item.type === 'function_call' || item.type === 'custom_tool_call') {
      this.#calls.push({ index, id: item.call_id ?? undefined, name: item.name ?? '' })
    }
  }

  text(delta: string, index: number, part: number): void {
    const block = blockOf(index, part)
    this.#tell(block, delta.length)
    this.#context.emit({ type: 'text-delta', text: delta, block })
  }

  refusal(delta: string, index: number, part: number): void {
    this.refused = true
    this.text(delta, index, part)
  }

  reasoning(delta: string, index: number): void {
    const block = blockOf(index)
    this.#tell(block, delta.length)
    this.#context.emit({ type: 'reasoning-delta', text: delta, block })
  }

  /** A further paragraph of the reasoning begins. */
  reasoningBreak(index: number): void {
    if ((this.#told.get(blockOf(index)) ?? 0) > 0) this.reasoning(PARAGRAPH, index)
  }

  annotation(annotation: ResponseAnnotation, index: number, part: number): void {
    this.#tell(`${blockOf(index, part)}:annotations`, 1)
    const source = readAnnotation(annotation)
    if (source !== undefined) this.#context.emit({ type: 'source', source })
  }

  arguments(delta: string, index: number): void {
    this.#tell(blockOf(index), delta.length)
    this.#calls.push({ index, text: delta })
  }

  /** The item is whole. */
  done(item: ResponseItem, index: number): void {
    switch (item.type) {
      case 'message':
        item.content?.forEach((content, part) => {
          this.#messageContent(content, item, index, part)
        })
        return
      case 'reasoning':
        return this.#reasoningItem(item, index)
      case 'function_call':
      case 'custom_tool_call':
        return this.#callItem(item, index)
      case 'image_generation_call':
        return this.#imageItem(item)
      default:
        return this.#hostItem(item)
    }
  }

  /** The answer has ended: gives out the calls. */
  finish(complete: boolean): void {
    this.#calls.finish(complete)
  }

  #messageContent(content: ResponseContent, { phase }: ResponseItem, index: number, part: number): void {
    const block = blockOf(index, part)
    if (content.type === 'refusal') this.refused = true
    const rest = this.#untold(block, content.text ?? content.refusal ?? '')
    const state = typeof phase === 'string' ? this.#context.state({ phase }) : undefined
    if (rest !== '' || state !== undefined) this.#context.emit({ type: 'text-delta', text: rest, block, state })
    const told = this.#told.get(`${block}:annotations`) ?? 0
    content.annotations?.slice(told).forEach(annotation => {
      this.annotation(annotation, index, part)
    })
  }

  #reasoningItem(item: ResponseItem, index: number): void {
    const block = blockOf(index)
    const paragraphs = [...(item.summary ?? []), ...(item.content ?? [])].map(({ text }) => text ?? '')
    const rest = this.#untold(block, paragraphs.join(PARAGRAPH))
    const state = this.#reasoningState(item)
    if (rest !== '' || state !== undefined) this.#context.emit({ type: 'reasoning-delta', text: rest, block, state })
  }

  /** Encrypted reasoning goes back as it came; open reasoning goes back as text, of which only the place is noted. */
  #reasoningState({ encrypted_content, content }: ResponseItem): ReturnType<ParseContext['state']> | undefined {
    if (typeof encrypted_content === 'string') return this.#context.state({ encrypted_content })
    return content == null || content.length === 0 ? undefined : this.#context.state({ content: 'reasoning_text' })
  }

  #callItem(item: ResponseItem, index: number): void {
    const custom = item.type === 'custom_tool_call'
    const whole = custom ? JSON.stringify({ input: item.input ?? '' }) : (item.arguments ?? '')
    const text = this.#untold(blockOf(index), whole)
    this.#calls.push({ index, id: item.call_id ?? undefined, name: item.name ?? '', text })
  }

  #imageItem(item: ResponseItem): void {
    if (typeof item.result !== 'string' || item.result === '') return
    const mediaType = `image/${item.output_format ?? 'png'}`
    const state = item.id == null ? undefined : this.#context.state({ id: item.id })
    this.#context.emit({ type: 'file', file: { type: 'image', source: { base64: item.result, mediaType }, state } })
  }

  /** Whatever else the host did by itself (searched, ran code) is a call of its own, and goes back as it came. */
  #hostItem(item: ResponseItem): void {
    const { type, id, action, queries, ...rest } = item
    const name = type.replace(/_call$/, '')
    const args = (action ?? (queries === undefined ? pickArguments(rest) : { queries })) as JsonObject
    const state = this.#context.state(item as unknown as JsonObject)
    const toolCall = {
      type: 'tool-call',
      id: id ?? name,
      name,
      arguments: args,
      providerExecuted: true,
      state,
    } as const
    this.#context.emit({ type: 'tool-call', toolCall })
  }

  #tell(block: string, amount: number): void {
    this.#told.set(block, (this.#told.get(block) ?? 0) + amount)
  }

  /** The whole, where nothing of it has been told. */
  #untold(block: string, whole: string): string {
    if ((this.#told.get(block) ?? 0) > 0) return ''
    this.#tell(block, whole.length)
    return whole
  }
}

const PARAGRAPH = '\n\n'

function blockOf(index: number, part?: number): string {
  return part === undefined ? String(index) : `${String(index)}:${String(part)}`
}

function pickArguments({ arguments: text, code, name }: Partial<ResponseItem>): JsonObject {
  if (typeof code === 'string') return { code }
  return { ...(typeof name === 'string' && { name }), ...(typeof text === 'string' && { arguments: text }) }
}

function readAnnotation({
  type,
  url,
  title,
  start_index,
  end_index,
  file_id,
  filename,
}: ResponseAnnotation): SourcePart | undefined {
  if (url === undefined && file_id === undefined) return undefined
  return { type: 'source', id: type, url, title, start: start_index, end: end_index, fileId: file_id, filename }
}
