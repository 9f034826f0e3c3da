import type { CompletionCodec } from '@llm/core'
import type { AnthropicOptions } from '../options.ts'
import { parseResponse } from './parse-response.ts'
import { MessageParser } from './parse-stream.ts'
import { renderRequest, type ApiVersion } from './render-request.ts'

/** The messages format. Reference: https://platform.claude.com/docs/en/api/messages */
export function createAnthropicCodec(version: ApiVersion): CompletionCodec<AnthropicOptions> {
  return {
    protocol: 'anthropic-messages',
    renderRequest: request => renderRequest(request, version),
    parseResponse,
    createStreamParser: context => new MessageParser(context),
  }
}
