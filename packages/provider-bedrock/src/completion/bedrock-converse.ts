import type { CompletionCodec } from '@llm/core'
import type { BedrockOptions } from '../options.ts'
import { parseResponse } from './parse-response.ts'
import { ConverseParser } from './parse-stream.ts'
import { renderRequest } from './render-request.ts'

/**
 * Bedrock's Converse format, which is the same for all of its models.
 *
 * Reference: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export const converseCodec: CompletionCodec<BedrockOptions> = {
  protocol: 'bedrock-converse',
  history: {
    // Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html
    toolCallIds: { pattern: /^[a-zA-Z0-9_-]{1,64}$/ },
    system: 'first',
    alternate: true,
    toolMedia: ['image', 'file'],
    // It takes bytes, and what is in S3. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageSource.html
    urls: {},
  },
  renderRequest,
  parseResponse,
  createStreamParser: context => new ConverseParser(context),
}
