import { toolCallPart, type JsonValue, type ParseContext, type SourcePart } from '@llm/core'
import type { WireCitation, WireDelta, WireMedia, WireResultContent, WireStart } from './wire.ts'

interface Block {
  /** How much text the answer had before this block. */
  readonly textStart: number
  start: WireStart
  input: string
  signature: string
  readonly redacted: string[]
  readonly citations: WireCitation[]
  readonly results: WireResultContent[]
  /** Pieces of an image or a sound. */
  readonly bytes: string[]
  url?: string
}

/** Turns the blocks of an answer into events, but for calls of the caller's tools. They may be interleaved. */
export class BlockCollector {
  #context: ParseContext
  #blocks: Map<number, Block> = new Map()
  #textLength = 0

  constructor(context: ParseContext) {
    this.#context = context
  }

  start(start: WireStart, index: number): void {
    this.#open(index).start = start
  }

  /** Whether a block is the call of a tool that Bedrock runs itself. */
  isCall(index: number): boolean {
    return this.#blocks.get(index)?.start.toolUse !== undefined
  }

  readDelta(delta: WireDelta, index: number): void {
    const block = this.#open(index)
    if (delta.text === undefined) return this.#readOther(delta, block, index)
    if (delta.text === '') return
    this.#textLength += delta.text.length
    this.#context.emit({ type: 'text-delta', text: delta.text, block: index })
  }

  /** Sources, calls, results and media are whole only when their block is. */
  stop(index: number): void {
    const block = this.#blocks.get(index)
    if (block === undefined) return
    this.#blocks.delete(index)
    const { toolUse, toolResult, image, audio } = block.start
    this.#emitSources(block)
    if (toolUse !== undefined) this.#emitCall(toolUse, block)
    if (toolResult !== undefined) this.#emitResult(toolResult, block)
    if (image !== undefined) this.#emitMedia('image', image.format ?? 'png', block)
    if (audio !== undefined) this.#emitMedia('audio', audio.format ?? 'wav', block)
  }

  stopAll(): void {
    for (const index of this.#blocks.keys()) this.stop(index)
  }

  #open(index: number): Block {
    const known = this.#blocks.get(index)
    if (known !== undefined) return known
    const empty = { start: {}, input: '', signature: '', redacted: [], citations: [], results: [], bytes: [] }
    const block: Block = { textStart: this.#textLength, ...empty }
    this.#blocks.set(index, block)
    return block
  }

  #readOther(delta: WireDelta, block: Block, index: number): void {
    const { toolUse, toolResult, reasoningContent, citation, image, audio } = delta
    if (toolUse?.input !== undefined) block.input += toolUse.input
    if (toolResult !== undefined) block.results.push(...toolResult)
    if (reasoningContent !== undefined) this.#readReasoning(reasoningContent, block, index)
    if (citation !== undefined) block.citations.push(citation)
    if (image !== undefined) readMedia({ image }, image, block)
    if (audio !== undefined) readMedia({ audio }, audio, block)
  }

  /** Only what is signed or redacted has state: Bedrock takes no other reasoning back. */
  #readReasoning(reasoning: NonNullable<WireDelta['reasoningContent']>, block: Block, index: number): void {
    const { text = '', signature = '', redactedContent } = reasoning
    block.signature += signature
    if (redactedContent !== undefined) block.redacted.push(redactedContent)
    const redacted = block.redacted.length > 0
    const data = redacted ? { redactedContent: joinBase64(block.redacted) } : { signature: block.signature }
    const state = redacted || signature !== '' ? { state: this.#context.state(data) } : {}
    if (text !== '' || 'state' in state) {
      this.#context.emit({ type: 'reasoning-delta', text, block: index, ...state })
    }
  }

  #emitSources({ citations, textStart }: Block): void {
    const span = this.#textLength > textStart ? { start: textStart, end: this.#textLength } : {}
    for (const citation of citations) {
      this.#context.emit({ type: 'source', source: { ...readCitation(citation), ...span } })
    }
  }

  #emitCall({ toolUseId: id = '', name = '', type = '' }: NonNullable<WireStart['toolUse']>, { input }: Block): void {
    const state = this.#context.state({ type })
    const toolCall = toolCallPart({ id, name, text: input, complete: true, providerExecuted: true, state })
    this.#context.emit({ type: 'tool-call', toolCall })
  }

  #emitResult({ toolUseId = '', type = '', status }: NonNullable<WireStart['toolResult']>, { results }: Block): void {
    const content = results.map(({ text, json }) => ({ type: 'text', text: text ?? JSON.stringify(json) }) as const)
    this.#context.emit({
      type: 'tool-result',
      toolResult: {
        type: 'tool-result',
        toolCallId: toolUseId,
        content,
        ...(status === 'error' && { isError: true }),
        providerExecuted: true,
        state: this.#context.state({ type, content: results as JsonValue, ...(status !== undefined && { status }) }),
      },
    })
  }

  #emitMedia(type: 'image' | 'audio', format: string, { bytes, url }: Block): void {
    const mediaType = `${type}/${format}`
    const source = url === undefined ? { base64: joinBase64(bytes), mediaType } : { url, mediaType }
    this.#context.emit({ type: 'file', file: { type, source } })
  }
}

/** The start event, which says the format, may be missing. */
function readMedia(start: WireStart, { source }: WireMedia, block: Block): void {
  block.start = { ...start, ...block.start }
  if (source?.bytes !== undefined) block.bytes.push(source.bytes)
  if (source?.s3Location?.uri !== undefined) block.url = source.s3Location.uri
}

function readCitation({ title, source, sourceContent, location }: WireCitation): SourcePart {
  const quote = sourceContent?.map(({ text = '' }) => text).join('') ?? ''
  const url = location?.web?.url ?? (source?.includes('://') === true ? source : undefined)
  return {
    type: 'source',
    ...(url !== undefined && { url }),
    ...(url === undefined && source !== undefined && { id: source }),
    ...(title !== undefined && { title }),
    ...(quote !== '' && { quote }),
  }
}

/** Pieces that are each base64 of their own. */
function joinBase64(pieces: readonly string[]): string {
  return pieces.length <= 1 ? (pieces[0] ?? '') : btoa(pieces.map(piece => atob(piece)).join(''))
}
