import type { SchemaIssue } from '../errors/structured-output-error.ts'
import type { ToolCallPart } from '../message.ts'
import { checkValue } from '../schema/check-value.ts'
import type { ToolDefinition } from './tool.ts'

/** Arguments as the tool wants them, or what is wrong with them. */
export type CheckedArguments =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly issues: readonly SchemaIssue[] }

/** Checks what a model wrote against what the tool takes. */
export async function checkArguments(call: ToolCallPart, { parameters }: ToolDefinition): Promise<CheckedArguments> {
  if (call.status === 'invalid') {
    return {
      ok: false,
      issues: [{ path: [], message: `the arguments are not a JSON object: ${call.argumentsText ?? ''}` }],
    }
  }
  return parameters === undefined ? { ok: true, value: call.arguments } : checkValue(parameters, call.arguments)
}
