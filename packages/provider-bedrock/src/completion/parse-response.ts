import { isRecord, type ParseContext } from '@llm/core'
import { ConverseParser } from './parse-stream.ts'
import type { ConverseBody, WireBlock, WireDelta, WireStart } from './wire.ts'

/** Reads a whole answer as the stream that it could have been, so that both give the same completion. */
export function parseResponse(body: unknown, context: ParseContext): void {
  const { output, stopReason, ...metadata }: ConverseBody = isRecord(body) ? body : {}
  context.start({ model: metadata.trace?.promptRouter?.invokedModelId ?? undefined })
  const parser = new ConverseParser(context)
  output?.message?.content?.forEach((block, index) => {
    const { start, deltas } = unfold(block)
    if (start !== undefined) parser.readStart(start, index)
    for (const delta of deltas) parser.readDelta(delta, index)
    parser.readStop(index)
  })
  parser.readMetadata(metadata)
  parser.stopReason = stopReason ?? undefined
  if (!parser.end()) context.fail({ kind: 'malformed-response', message: 'the answer has no stop reason.' })
}

interface Unfolded {
  readonly start?: WireStart
  readonly deltas: readonly WireDelta[]
}

function unfold({ text, reasoningContent, citationsContent, toolUse, toolResult, image, audio }: WireBlock): Unfolded {
  if (toolUse !== undefined) {
    return { start: { toolUse }, deltas: [{ toolUse: { input: JSON.stringify(toolUse.input ?? {}) } }] }
  }
  if (toolResult !== undefined) return { start: { toolResult }, deltas: [{ toolResult: toolResult.content ?? [] }] }
  if (image !== undefined) return { start: { image }, deltas: [{ image }] }
  if (audio !== undefined) return { start: { audio }, deltas: [{ audio }] }
  if (citationsContent !== undefined) {
    const { content = [], citations = [] } = citationsContent
    return { deltas: [...content, ...citations.map(citation => ({ citation }))] }
  }
  if (reasoningContent !== undefined) {
    const { reasoningText, ...rest } = reasoningContent
    return { deltas: [{ reasoningContent: { ...reasoningText, ...rest } }] }
  }
  return { deltas: text === undefined ? [] : [{ text }] }
}
