import type { CompletionCodec, ParseContext } from '@llm/core'
import { isRecord } from '@llm/core'
import type { ChatDialect } from './dialect.ts'
import { ChatParser } from './parse-stream.ts'
import { STRICT_DIALECT } from '../strict-dialect.ts'
import { renderChatRequest } from './render-request.ts'

/**
 * The chat completions format, in one host's dialect.
 *
 * Reference: https://platform.openai.com/docs/api-reference/chat
 *
 * @example
 * ```ts
 * import { createChatCodec } from '@llm/protocol-openai'
 *
 * const codec = createChatCodec({ maxTokensField: 'max_tokens' })
 * codec.protocol // 'openai-chat'
 * ```
 */
export function createChatCodec<Options = object>(dialect: ChatDialect<Options> = {}): CompletionCodec<Options> {
  return {
    protocol: dialect.protocol ?? 'openai-chat',
    schemaDialect: dialect.schemaDialect ?? STRICT_DIALECT,
    // Source: the API's error `Invalid 'messages[2].tool_calls[0].id': string too long. Expected ... maximum length 40`.
    history: {
      toolMedia: [],
      toolCallIds: { pattern: /^.{1,40}$/s },
      urls: { image: /^https?:/i },
      ...dialect.history,
    },
    renderRequest: request => renderChatRequest(request, dialect),
    createStreamParser: context => new ChatParser(context, dialect),
    parseResponse: (body, context) => {
      parseChatResponse(body, context, new ChatParser(context, dialect))
    },
  }
}

function parseChatResponse(body: unknown, context: ParseContext, parser: ChatParser): void {
  if (isRecord(body)) parser.readBody(body)
  parser.done = isRecord(body) && Array.isArray(body['choices']) && body['choices'].length > 0
  if (parser.end()) return
  context.fail({ kind: 'malformed-response', message: 'the answer has no choices.' })
}
