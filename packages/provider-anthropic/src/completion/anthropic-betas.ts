import type { Message, Part, PreparedRequest } from '@llm/core'
import type { AnthropicOptions } from '../options.ts'
import type { ApiVersion } from './render-request.ts'

/** What version 2023-06-01 wants to be told where files of the Files API are used. */
export function filesBeta(version: ApiVersion): readonly string[] {
  return version === '2023-06-01' ? ['files-api-2025-04-14'] : []
}

/** The beta features that a request needs. Source: https://platform.claude.com/docs/en/api/beta-headers */
export function betasOf(
  { options, messages }: PreparedRequest<AnthropicOptions>,
  version: ApiVersion,
): readonly string[] {
  const files = messages.some(usesFiles) ? filesBeta(version) : []
  const mcp = (options.mcpServers ?? []).length > 0 ? ['mcp-client-2025-11-20'] : []
  const computer = options.computerUse === undefined ? [] : ['computer-use-2025-11-24']
  return [...new Set([...(options.betas ?? []), ...files, ...mcp, ...computer])]
}

function usesFiles({ content }: Message): boolean {
  if (typeof content === 'string') return false
  return content.some((part: Part) => {
    if (part.type === 'tool-result') return Array.isArray(part.content) && part.content.some(isUpload)
    return isUpload(part)
  })
}

function isUpload(part: Part): boolean {
  return 'source' in part && 'fileId' in part.source
}
