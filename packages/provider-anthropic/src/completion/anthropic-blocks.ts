import {
  isRecord,
  ToolCallAssembler,
  toolCallPart,
  type JsonObject,
  type ParseContext,
  type SourcePart,
  type ToolResultPart,
} from '@llm/core'
import type { Block, BlockDelta, Citation } from './wire.ts'

/** A block that is being read. */
interface OpenBlock {
  /** Its place among all blocks of the answer: the API's own index begins again where a message does. */
  readonly place: number
  readonly fields: Record<string, unknown> & Block
  /** The arguments of a call, as far as they have been written. */
  json: string
  readonly citations: Citation[]
  /** Where its text begins in the text of the answer. */
  readonly start: number
}

/**
 * Turns content blocks into events, whether they come whole or grow. Blocks that no part of ours stands for (compaction,
 * redacted thinking, what is newer than this package) become reasoning without text, whose state is the block: they take
 * their place in the history and go back as they came.
 */
export class BlockReader {
  #context: ParseContext
  #calls: ToolCallAssembler
  #open: Map<number, OpenBlock> = new Map()
  #count = 0
  #textLength = 0

  constructor(context: ParseContext, messageId: string) {
    this.#context = context
    this.#calls = new ToolCallAssembler(event => {
      context.emit(event)
    }, messageId)
  }

  get hasCalls(): boolean {
    return this.#calls.size > 0
  }

  open(index: number, block: Block): void {
    this.close(index)
    const citations = Array.isArray(block['citations']) ? (block['citations'] as Citation[]) : []
    const open = {
      place: this.#count++,
      fields: { ...block },
      json: '',
      citations: [...citations],
      start: this.#textLength,
    }
    this.#open.set(index, open)
    if (block.type === 'text') this.#text(open, block['text'])
    else if (block.type === 'thinking') this.#thinking(open, block['thinking'])
    else if (block.type === 'tool_use') {
      this.#calls.push({ index: open.place, id: string(block['id']), name: string(block['name']) ?? '' })
    }
  }

  delta(index: number, delta: BlockDelta): void {
    const open = this.#open.get(index)
    if (open === undefined) return
    switch (delta.type) {
      case 'text_delta':
        return this.#text(open, delta.text)
      case 'thinking_delta':
        return this.#thinking(open, delta.thinking)
      case 'input_json_delta':
        return this.#json(open, delta.partial_json ?? '')
      case 'citations_delta':
        if (delta.citation !== undefined) open.citations.push(delta.citation)
        return
      default:
        return grow(open.fields, delta)
    }
  }

  /** The block is whole. */
  close(index: number): void {
    const open = this.#open.get(index)
    if (open === undefined) return
    this.#open.delete(index)
    const { type } = open.fields
    if (type === 'text') this.#sources(open)
    else if (type === 'thinking') this.#signature(open)
    else if (type === 'tool_use') this.#call(open)
    else if (type.endsWith('_tool_use')) this.#hostCall(open)
    else if (type.endsWith('_tool_result')) this.#hostResult(open.fields)
    else this.#opaque(open)
  }

  /** The answer has ended: closes what is open and gives out the calls. */
  finish(complete: boolean): void {
    for (const index of [...this.#open.keys()]) this.close(index)
    this.#calls.finish(complete)
  }

  #text({ place }: OpenBlock, text: unknown): void {
    if (typeof text !== 'string' || text === '') return
    this.#textLength += text.length
    this.#context.emit({ type: 'text-delta', text, block: place })
  }

  #thinking({ place }: OpenBlock, text: unknown): void {
    if (typeof text === 'string' && text !== '') this.#context.emit({ type: 'reasoning-delta', text, block: place })
  }

  #json(open: OpenBlock, text: string): void {
    open.json += text
    if (open.fields.type === 'tool_use') this.#calls.push({ index: open.place, text })
  }

  /** The API cites for a whole block of text, and in a stream before it has written it. */
  #sources({ citations, start }: OpenBlock): void {
    for (const citation of citations) {
      const source = { ...readCitation(citation), start, end: this.#textLength, state: this.#context.state(citation) }
      this.#context.emit({ type: 'source', source })
    }
  }

  #signature({ place, fields: { type, signature } }: OpenBlock): void {
    if (typeof signature !== 'string' || signature === '') return
    const state = this.#context.state({ type, signature })
    this.#context.emit({ type: 'reasoning-delta', text: '', block: place, state })
  }

  #opaque({ place, fields }: OpenBlock): void {
    const state = this.#context.state(fields as JsonObject)
    this.#context.emit({ type: 'reasoning-delta', text: '', block: place, state })
  }

  /** Some arguments come whole with the block; who called (code that the host runs) has to go back with the call. */
  #call({ place, json, fields: { type: _, id: __, name: ___, input, caller, ...rest } }: OpenBlock): void {
    const more = { ...rest, ...(isRecord(caller) && caller['type'] !== 'direct' ? { caller } : {}) } as JsonObject
    const state = Object.keys(more).length === 0 ? undefined : this.#context.state(more)
    this.#calls.push({ index: place, text: json === '' ? whole(input) : undefined, state })
  }

  /** The host runs this tool itself. */
  #hostCall({ json, fields: { id, name, input, ...rest } }: OpenBlock): void {
    const toolCall = toolCallPart({
      id: string(id) ?? '',
      name: string(name) ?? '',
      text: json === '' ? (whole(input) ?? '') : json,
      complete: true,
      providerExecuted: true,
      state: this.#context.state(rest as JsonObject),
    })
    this.#context.emit({ type: 'tool-call', toolCall })
  }

  #hostResult(block: Block): void {
    const toolCallId = string(block['tool_use_id']) ?? ''
    const name = block.type.replace(/_tool_result$/, '')
    const result = readResult(block)
    const state = this.#context.state(block as JsonObject)
    const toolResult = { type: 'tool-result', toolCallId, name, ...result, providerExecuted: true, state } as const
    this.#context.emit({ type: 'tool-result', toolResult })
    for (const fileId of filesOf(block)) {
      const file = {
        type: 'file',
        source: { fileId },
        state: this.#context.state({ tool_use_id: toolCallId }),
      } as const
      this.#context.emit({ type: 'file', file })
    }
  }
}

/** Adds a piece of a kind that is not known to the fields it names: texts grow, the rest is replaced. */
function grow(fields: Record<string, unknown>, { type: _, ...pieces }: BlockDelta): void {
  for (const [name, piece] of Object.entries(pieces)) {
    const before = fields[name]
    fields[name] = typeof piece === 'string' && typeof before === 'string' ? before + piece : piece
  }
}

function whole(input: unknown): string | undefined {
  return isRecord(input) && Object.keys(input).length > 0 ? JSON.stringify(input) : undefined
}

function readCitation({ type, url, source, title, document_title, file_id, cited_text }: Citation): SourcePart {
  const name = title ?? document_title ?? undefined
  const document = document_title == null ? {} : { filename: document_title }
  const file = file_id == null ? {} : { fileId: file_id }
  return { type: 'source', id: type, url: url ?? source, title: name, quote: cited_text, ...document, ...file }
}

/** What a tool of the host gave back, for people; its state holds the whole of it. */
function readResult({ content, is_error: failed }: Block): Pick<ToolResultPart, 'content' | 'isError'> {
  const code = isRecord(content) ? content['error_code'] : undefined
  if (typeof code === 'string') return { content: code, isError: true }
  return { content: readContent(content), ...(failed === true && { isError: true }) }
}

function readContent(content: unknown): string {
  if (Array.isArray(content)) return content.map(readItem).join('\n')
  if (!isRecord(content)) return string(content) ?? ''
  const { stdout, stderr } = content
  if (stdout === undefined && stderr === undefined) return JSON.stringify(content)
  return [stdout, stderr].filter(text => typeof text === 'string' && text !== '').join('\n')
}

function readItem(item: unknown): string {
  if (!isRecord(item)) return String(item)
  const { title, url, text } = item
  if (typeof url === 'string') return typeof title === 'string' ? `${title}: ${url}` : url
  return string(text) ?? JSON.stringify(item)
}

/** The files that code wrote while it ran. */
function filesOf({ content }: Block): readonly string[] {
  const outputs = isRecord(content) && Array.isArray(content['content']) ? (content['content'] as unknown[]) : []
  return outputs.flatMap(output => (isRecord(output) ? (string(output['file_id']) ?? []) : []))
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
