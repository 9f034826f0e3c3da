import type { CompletionRequest } from '../completion.ts'
import { tryParseJson, type JsonObject } from '../json.ts'
import type { ToolCallPart } from '../message.ts'
import type { ObjectEvent } from '../stream/events.ts'
import type { ToolDefinition } from '../tools/tool.ts'
import { restoreValue } from './restore-value.ts'
import { toJsonSchema } from './to-json-schema.ts'

/**
 * The last event about a structured answer: the object that its text is, in the form of the schema that was asked for.
 * `undefined` where none was asked for, or the text is not JSON.
 *
 * @example
 * ```ts
 * import { objectEvent } from '@llm/core'
 *
 * objectEvent('{"moons":2}', 'json') // { type: 'object', object: { moons: 2 } }
 * ```
 */
export function objectEvent(text: string, output: CompletionRequest['output']): ObjectEvent | undefined {
  const parsed = output === undefined ? undefined : tryParseJson(text)
  if (output === undefined || parsed === undefined) return undefined
  const object = output === 'json' ? parsed : restoreValue(parsed, toJsonSchema(output))
  return { type: 'object', object }
}

/** A tool call with its arguments in the form of the tool's own schema. */
export function restoreToolCall(call: ToolCallPart, tools: readonly ToolDefinition[] = []): ToolCallPart {
  const parameters = tools.find(tool => tool.name === call.name)?.parameters
  if (parameters === undefined || call.status !== undefined) return call
  return { ...call, arguments: restoreValue(call.arguments, toJsonSchema(parameters)) as JsonObject }
}
