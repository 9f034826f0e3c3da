import type { ParseContext, SourcePart, TextPart } from '@llm/core'
import type { WireCitation, WireDelta, WireMedia, WireResultContent, WireToolResult } from './wire.ts'

interface Block {
  /** How much text the answer had before this block. */
  readonly textStart: number
  readonly citations: WireCitation[]
  signature: string
  redacted: readonly string[]
  result?: WireToolResult & { readonly content: WireResultContent[] }
  media?: { readonly type: 'image' | 'audio'; readonly format: string; readonly pieces: string[]; url?: string }
}

/** Turns the blocks of an answer, but for tool calls, into events; they may be interleaved. */
export class BlockCollector {
  #context: ParseContext
  #blocks: Map<number, Block> = new Map()
  #textLength = 0

  constructor(context: ParseContext) {
    this.#context = context
  }

  startResult(result: WireToolResult, index: number): void {
    this.#open(index).result = { ...result, content: [] }
  }

  startMedia(type: 'image' | 'audio', { format = type === 'image' ? 'png' : 'wav' }: WireMedia, index: number): void {
    this.#open(index).media = { type, format, pieces: [] }
  }

  readDelta(delta: WireDelta, index: number): void {
    const block = this.#open(index)
    if (delta.text === undefined) return this.#readOther(delta, block, index)
    if (delta.text === '') return
    this.#textLength += delta.text.length
    this.#context.emit({ type: 'text-delta', text: delta.text, block: index })
  }

  /** Sources, results and media are whole only when their block is. */
  stop(index: number): void {
    const block = this.#blocks.get(index)
    if (block === undefined) return
    this.#blocks.delete(index)
    this.#emitSources(block)
    if (block.result !== undefined) this.#emitResult(block.result)
    if (block.media !== undefined) this.#emitMedia(block.media)
  }

  stopAll(): void {
    for (const index of this.#blocks.keys()) this.stop(index)
  }

  #open(index: number): Block {
    const known = this.#blocks.get(index)
    if (known !== undefined) return known
    const block: Block = { textStart: this.#textLength, citations: [], signature: '', redacted: [] }
    this.#blocks.set(index, block)
    return block
  }

  #readOther({ reasoningContent, citation, toolResult, image, audio }: WireDelta, block: Block, index: number): void {
    if (reasoningContent !== undefined) this.#readReasoning(reasoningContent, block, index)
    if (citation !== undefined) block.citations.push(citation)
    if (toolResult !== undefined) block.result?.content.push(...toolResult)
    const media = image ?? audio
    if (media === undefined) return
    if (block.media === undefined) this.startMedia(image === undefined ? 'audio' : 'image', media, index)
    if (block.media !== undefined) readMedia(block.media, media)
  }

  /** Only what is signed or redacted has state: Bedrock takes no other reasoning back. */
  #readReasoning(
    { text = '', signature = '', redactedContent }: NonNullable<WireDelta['reasoningContent']>,
    block: Block,
    index: number,
  ): void {
    block.signature += signature
    if (redactedContent !== undefined) block.redacted = [...block.redacted, redactedContent]
    const changed = signature !== '' || redactedContent !== undefined
    const data =
      block.redacted.length > 0 ? { redactedContent: joinBase64(block.redacted) } : { signature: block.signature }
    if (text === '' && !changed) return
    this.#context.emit({
      type: 'reasoning-delta',
      text,
      block: index,
      ...(changed && { state: this.#context.state(data) }),
    })
  }

  #emitSources({ citations, textStart }: Block): void {
    const span = this.#textLength > textStart ? { start: textStart, end: this.#textLength } : {}
    for (const citation of citations) {
      this.#context.emit({ type: 'source', source: { ...readCitation(citation), ...span } })
    }
  }

  #emitResult({ toolUseId = '', type, status, content }: NonNullable<Block['result']>): void {
    this.#context.emit({
      type: 'tool-result',
      toolResult: {
        type: 'tool-result',
        toolCallId: toolUseId,
        content: content.map(readResultContent),
        ...(status === 'error' && { isError: true }),
        providerExecuted: true,
        state: this.#context.state({
          content: content.map(item => ({ ...item })),
          ...(type !== undefined && { type }),
        } as never),
      },
    })
  }

  #emitMedia({ type, format, pieces, url }: NonNullable<Block['media']>): void {
    if (url === undefined && pieces.length === 0) return
    const mediaType = `${type}/${format}`
    const source = url === undefined ? { base64: joinBase64(pieces), mediaType } : { url, mediaType }
    this.#context.emit({ type: 'file', file: { type, source } })
  }
}

function readMedia(media: NonNullable<Block['media']>, { source }: WireMedia): void {
  if (source?.bytes !== undefined) media.pieces.push(source.bytes)
  if (source?.s3Location?.uri !== undefined) media.url = source.s3Location.uri
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

function readResultContent({ text, json }: WireResultContent): TextPart {
  return { type: 'text', text: text ?? JSON.stringify(json ?? null) }
}

/** Pieces that are each base64 of their own. */
function joinBase64(pieces: readonly string[]): string {
  return pieces.length <= 1 ? (pieces[0] ?? '') : btoa(pieces.map(piece => atob(piece)).join(''))
}
