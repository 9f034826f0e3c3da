import type { CompletionCodec, SchemaDialect } from '@llm/core'
import type { AnthropicOptions } from '../options.ts'
import { parseResponse } from './parse-response.ts'
import { MessageParser } from './parse-stream.ts'
import { renderRequest, type ApiVersion } from './render-request.ts'

/** Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations */
const SCHEMAS: SchemaDialect = {
  keywords: [
    ...['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', 'anyOf', 'allOf', 'format'],
    ...['$defs', '$ref', 'definitions', 'title', 'description', 'default'],
  ],
  formats: ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'],
  closed: true,
  oneOfAsAnyOf: true,
  strictOnly: true,
}

/** The messages format. Reference: https://platform.claude.com/docs/en/api/messages */
export function createAnthropicCodec(version: ApiVersion): CompletionCodec<AnthropicOptions> {
  return {
    protocol: 'anthropic-messages',
    history: {
      toolCallIds: { pattern: /^[a-zA-Z0-9_-]+$/ },
      // Only the newest models take them elsewhere, and which those are is not known here.
      system: 'first',
      alternate: true,
      userMedia: ['image', 'file'],
      toolMedia: ['image', 'file'],
      // Of documents it fetches PDFs; any other kind is sent along. Source: https://platform.claude.com/docs/en/build-with-claude/pdf-support
      urls: { image: /^https:/i, file: /^https:[^?#]*\.pdf(?:[?#]|$)/i },
    },
    schemaDialect: SCHEMAS,
    renderRequest: request => renderRequest(request, version),
    parseResponse,
    createStreamParser: context => new MessageParser(context),
  }
}
