import { isRecord, type ParseContext } from '@llm/core'
import { readError } from '../errors.ts'
import { MessageParser } from './parse-stream.ts'
import type { MessageBody } from './wire.ts'

/** Reads a whole message, by the steps in which a stream would have told it. */
export function parseResponse(body: unknown, context: ParseContext): void {
  if (isRecord(body) && (body['type'] === 'error' || isRecord(body['error']))) context.fail(readError(body))
  if (!isRecord(body) || !Array.isArray(body['content'])) {
    context.fail({ kind: 'malformed-response', message: 'the answer has no content.' })
  }
  const message = body as MessageBody
  const parser = new MessageParser(context)
  parser.start(message)
  message.content?.forEach((block, index) => {
    parser.blocks.open(index, block)
    parser.blocks.close(index)
  })
  parser.stopped(message)
  parser.done = true
  parser.end()
}
