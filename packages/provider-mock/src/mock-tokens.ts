import { contentParts, contentText, toJsonSchema, type CompletionRequest, type Message, type Part } from '@llm/core'

/** A word of up to six letters with the space before it; longer words take several. */
const TOKEN = /\s*\S{1,6}|\s+/gu

/** Cuts a text into what the mock calls tokens; joined, they are the text. */
export function splitTokens(text: string): readonly string[] {
  return text.match(TOKEN) ?? []
}

/** How many tokens a text has, by the same rule that streams are cut by. */
export function estimateTokens(text: string): number {
  return splitTokens(text).length
}

const PER_MESSAGE = 4
const PER_MEDIA = 100

/** How many tokens a request would be: its texts, its tools and its schema, and a flat number for each picture or file. */
export function estimateInput({ messages, tools = [], output }: CompletionRequest): number {
  let count = messages.reduce((sum, message) => sum + PER_MESSAGE + estimateMessage(message), 0)
  for (const { name, description = '', parameters } of tools) {
    count +=
      estimateTokens(name) +
      estimateTokens(description) +
      (parameters === undefined ? 0 : json(toJsonSchema(parameters)))
  }
  return output === undefined || output === 'json' ? count : count + json(toJsonSchema(output))
}

function estimateMessage({ content }: Message): number {
  return contentParts<Part>(content).reduce((sum, part) => sum + estimatePart(part), 0)
}

function estimatePart(part: Part): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return estimateTokens(part.text)
    case 'tool-call':
      return estimateTokens(part.name) + json(part.arguments)
    case 'tool-result':
      return estimateTokens(contentText(part.content))
    case 'source':
      return 0
    default:
      return PER_MEDIA
  }
}

function json(value: unknown): number {
  return estimateTokens(JSON.stringify(value))
}
