import { tryParseJson, type ToolResultContent } from '@llm/core'
import type { CallToolResult, ContentBlock, EmbeddedResource } from '@modelcontextprotocol/sdk/types.js'

/** What a server gave back, as what the model sees: a text where there is nothing else, parts otherwise. */
export function toOutput({ content, structuredContent }: CallToolResult): string | readonly ToolResultContent[] {
  const parts = content.map(toPart)
  if (structuredContent === undefined) return plain(parts)
  // Servers say structured content again as JSON text, for older clients; prose beside it says something else.
  const others = parts.filter(part => part.type !== 'text' || tryParseJson(part.text) === undefined)
  return plain([{ type: 'text', text: JSON.stringify(structuredContent) }, ...others])
}

/** The texts of a result. */
export function textOf({ content }: CallToolResult): string {
  return content.flatMap(block => (block.type === 'text' ? block.text : [])).join('\n')
}

function plain(parts: readonly ToolResultContent[]): string | readonly ToolResultContent[] {
  const [first] = parts
  if (first === undefined) return ''
  return parts.length === 1 && first.type === 'text' ? first.text : parts
}

function toPart(block: ContentBlock): ToolResultContent {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text }
    case 'image':
    case 'audio':
      return { type: block.type, source: { base64: block.data, mediaType: block.mimeType } }
    case 'resource':
      return fromResource(block.resource)
    case 'resource_link':
      return { type: 'text', text: [`${block.name}: ${block.uri}`, block.description ?? []].flat().join('\n') }
  }
}

function fromResource(resource: EmbeddedResource['resource']): ToolResultContent {
  if ('text' in resource) return { type: 'text', text: resource.text }
  const { uri, blob, mimeType: mediaType = 'application/octet-stream' } = resource
  const source = { base64: blob, mediaType }
  if (mediaType.startsWith('image/')) return { type: 'image', source }
  if (mediaType.startsWith('audio/')) return { type: 'audio', source }
  const filename = uri.split(/[?#]/)[0]?.split('/').at(-1)
  return { type: 'file', source, ...(filename ? { filename } : {}) }
}
