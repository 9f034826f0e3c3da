import { ToolCallAssembler, type CompletionEvent, type JsonObject, type ParseContext, type SourcePart } from '@llm/core'
import { COMPUTER } from './host-tools.ts'
import { readSearchResult, type WireResult } from '../capabilities/vector-stores.ts'
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
  #blocks: Map<string, Block> = new Map()
  #last: Block | undefined
  /** Texts that were announced and have told nothing yet, by their place in the output. */
  #announced: Map<number, CompletionEvent> = new Map()

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
    if (item.type === 'message') this.#announced.set(index, { type: 'text-delta', text: '', block: blockId(index, 0) })
    if (item.type === 'reasoning') {
      this.#announced.set(index, { type: 'reasoning-delta', text: '', block: blockId(index) })
    }
    if (item.type === 'function_call' || item.type === 'custom_tool_call') {
      this.#keepPlaces(index)
      this.#calls.push({ index, id: item.call_id ?? undefined, name: item.name ?? '' })
    }
  }

  text(delta: string, index: number, part: number): void {
    const block = this.#block(index, part)
    block.told += delta.length
    this.#context.emit({ type: 'text-delta', text: delta, block: block.id })
  }

  refusal(delta: string, index: number, part: number): void {
    this.refused = true
    this.text(delta, index, part)
  }

  reasoning(delta: string, index: number): void {
    const block = this.#block(index)
    block.told += delta.length
    this.#context.emit({ type: 'reasoning-delta', text: delta, block: block.id })
  }

  /** A further paragraph of the reasoning begins. */
  reasoningBreak(index: number): void {
    if (this.#block(index).told > 0) this.reasoning(PARAGRAPH, index)
  }

  annotation(annotation: ResponseAnnotation, index: number, part: number): void {
    this.#annotation(annotation, this.#block(index, part))
  }

  arguments(delta: string, index: number): void {
    this.#block(index).told += delta.length
    this.#calls.push({ index, text: delta })
  }

  /** The item is whole. */
  done(item: ResponseItem, index: number): void {
    switch (item.type) {
      case 'message':
        return this.#messageItem(item, index)
      case 'reasoning':
        return this.#reasoningItem(item, index)
      case 'function_call':
      case 'custom_tool_call':
        return this.#callItem(item, index)
      case 'computer_call':
        return this.#computerItem(item, index)
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

  #messageItem(item: ResponseItem, index: number): void {
    const contents = item.content ?? []
    const first = this.#firstPart(index, contents.length)
    contents.forEach((content, place) => {
      this.#messageContent(content, item, this.#block(index, first + place))
    })
  }

  /** Some servers count the parts of a message on from those of the reasoning before it. */
  #firstPart(index: number, count: number): number {
    const told = [...this.#blocks.values()].flatMap(block => (block.index === index ? (block.part ?? []) : []))
    return told.some(part => part >= count) ? Math.min(...told) : 0
  }

  #messageContent(content: ResponseContent, { phase }: ResponseItem, block: Block): void {
    if (content.type === 'refusal') this.refused = true
    const rest = untold(block, content.text ?? content.refusal ?? '')
    const state = typeof phase === 'string' ? this.#context.state({ phase }) : undefined
    if (rest !== '' || state !== undefined)
      this.#context.emit({ type: 'text-delta', text: rest, block: block.id, state })
    content.annotations?.slice(block.annotations).forEach(annotation => {
      this.#annotation(annotation, block)
    })
  }

  #annotation(annotation: ResponseAnnotation, block: Block): void {
    block.annotations += 1
    const source = readAnnotation(annotation)
    if (source !== undefined) this.#context.emit({ type: 'source', source })
  }

  #reasoningItem(item: ResponseItem, index: number): void {
    const block = this.#block(index)
    const paragraphs = [...(item.summary ?? []), ...(item.content ?? [])].map(({ text }) => text ?? '')
    const rest = untold(block, paragraphs.join(PARAGRAPH))
    const state = this.#reasoningState(item)
    if (rest !== '' || state !== undefined)
      this.#context.emit({ type: 'reasoning-delta', text: rest, block: block.id, state })
  }

  /** Encrypted reasoning goes back as it came; open reasoning goes back as text, of which only the place is noted. */
  #reasoningState({ encrypted_content, content }: ResponseItem): ReturnType<ParseContext['state']> | undefined {
    if (typeof encrypted_content === 'string') return this.#context.state({ encrypted_content })
    return content == null || content.length === 0 ? undefined : this.#context.state({ content: 'reasoning_text' })
  }

  #callItem(item: ResponseItem, index: number): void {
    const custom = item.type === 'custom_tool_call'
    const whole = custom ? JSON.stringify({ input: item.input ?? '' }) : (item.arguments ?? '')
    const text = untold(this.#block(index), whole)
    this.#calls.push({ index, id: item.call_id ?? undefined, name: item.name ?? '', text })
  }

  /** The computer is the caller's: its actions are a call like any other, which goes back as it came. */
  #computerItem(item: ResponseItem, index: number): void {
    const { action, actions = action === undefined ? [] : [action], pending_safety_checks: checks } = item
    const safetyChecks = Array.isArray(checks) && checks.length > 0 ? { safetyChecks: checks as unknown[] } : {}
    const state = this.#context.state(item as unknown as JsonObject)
    const text = JSON.stringify({ actions, ...safetyChecks })
    this.#calls.push({ index, id: item.call_id ?? undefined, name: COMPUTER, text, state })
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
    if (type === 'file_search_call' && Array.isArray(item['results'])) this.#found(toolCall.id, item['results'])
  }

  /** The call goes back with what was found in it: the result is here for the caller, and belongs to the same host. */
  #found(toolCallId: string, results: readonly WireResult[]): void {
    const fileSearchResults = results.map(readSearchResult)
    const toolResult = {
      type: 'tool-result',
      toolCallId,
      name: 'file_search',
      content: fileSearchResults.map(({ text }) => text).join('\n\n'),
      providerExecuted: true,
      fileSearchResults,
      state: this.#context.state(toolCallId),
    } as const
    this.#context.emit({ type: 'tool-result', toolResult })
  }

  /** Where items overlap, a later one may speak first: the silent ones before it take their places. */
  #keepPlaces(index: number): void {
    for (const [place, event] of this.#announced) {
      if (place > index) continue
      this.#announced.delete(place)
      if (place < index) this.#context.emit(event)
    }
  }

  /** Deltas come in runs of one block, so that it is seldom looked up. */
  #block(index: number, part?: number): Block {
    const last = this.#last
    if (last !== undefined && last.index === index && last.part === part) return last
    this.#keepPlaces(index)
    const id = blockId(index, part)
    const block = this.#blocks.get(id) ?? { id, index, part, told: 0, annotations: 0 }
    this.#blocks.set(id, block)
    return (this.#last = block)
  }
}

/** A text of the answer, by its place in the output, and what has been told of it. */
interface Block {
  readonly id: string
  readonly index: number
  readonly part: number | undefined
  /** How many characters. */
  told: number
  /** How many annotations. */
  annotations: number
}

function blockId(index: number, part?: number): string {
  return part === undefined ? String(index) : `${String(index)}:${String(part)}`
}

const PARAGRAPH = '\n\n'

/** The whole, where nothing of it has been told. */
function untold(block: Block, whole: string): string {
  if (block.told > 0) return ''
  block.told = whole.length
  return whole
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
