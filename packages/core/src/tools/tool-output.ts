import { ToolError } from '../errors/tool-error.ts'
import { isRecord } from '../json.ts'
import { isMediaInput } from '../media/read-media.ts'
import type { ToolResultContent } from './tool.ts'

const PARTS = new Set(['text', 'image', 'audio', 'file'])

/**
 * What a tool gave back, as the content of its result: parts stay parts, a text stays a text, anything else is written as
 * JSON.
 *
 * @throws {@link ToolError} for what JSON cannot write.
 */
export function toolContent(name: string, output: unknown): string | readonly ToolResultContent[] {
  if (typeof output === 'string') return output
  if (output === undefined) return ''
  if (Array.isArray(output) && output.length > 0 && output.every(isPart)) return output
  return isPart(output) ? [output] : asJson(name, output)
}

function isPart(value: unknown): value is ToolResultContent {
  if (!isRecord(value) || !PARTS.has(String(value['type']))) return false
  return value['type'] === 'text'
    ? typeof value['text'] === 'string'
    : isRecord(value['source']) || isMediaInput(value['source'])
}

function asJson(name: string, output: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(output)
  } catch (cause) {
    throw unserialisable(name, cause)
  }
  if (text === undefined) throw unserialisable(name)
  return text
}

function unserialisable(name: string, cause?: unknown): ToolError {
  return new ToolError({
    message: `The tool ${name} gave back something that JSON cannot write.`,
    hint: 'Give back a text, plain data, or parts.',
    cause,
  })
}
