import { isRecord, type CompletionCodec, type ParseContext } from '@llm/core'
import { isErrorBody, readError } from '../errors.ts'
import type { ResponsesDialect } from './dialect.ts'
import { STRICT_DIALECT } from '../strict-dialect.ts'
import { ResponsesParser } from './parse-stream.ts'
import { renderResponsesRequest } from './render-request.ts'

/**
 * The responses format, in one host's dialect.
 *
 * Reference: https://platform.openai.com/docs/api-reference/responses
 *
 * @example
 * ```ts
 * import { createResponsesCodec } from '@llm/protocol-openai'
 *
 * createResponsesCodec().protocol // 'openai-responses'
 * ```
 */
export function createResponsesCodec<Options = object>(
  dialect: ResponsesDialect<Options> = {},
): CompletionCodec<Options> {
  return {
    protocol: dialect.protocol ?? 'openai-responses',
    schemaDialect: STRICT_DIALECT,
    // Source: the API's error `Invalid 'input[3].call_id': string too long. Expected ... maximum length 64`.
    history: { toolCallIds: { pattern: /^.{1,64}$/s }, urls: { image: /^https?:/i, file: /^https?:/i } },
    renderRequest: request => renderResponsesRequest(request, dialect),
    createStreamParser: context => new ResponsesParser(context, dialect),
    parseResponse: (body, context) => {
      parseResponse(body, context, dialect)
    },
  }
}

function parseResponse(body: unknown, context: ParseContext, dialect: ResponsesDialect<never>): void {
  if (isErrorBody(body)) context.fail((dialect.readError ?? readError)(body))
  if (!isRecord(body) || !Array.isArray(body['output'])) {
    context.fail({ kind: 'malformed-response', message: 'the answer has no output.' })
  }
  new ResponsesParser(context, dialect).finish(body)
}
