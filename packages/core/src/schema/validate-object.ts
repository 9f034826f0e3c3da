import type { Completion } from '../completion.ts'
import { StructuredOutputError, type SchemaIssue } from '../errors/structured-output-error.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { InferSchema, JsonSchema, Schema, StandardSchema } from './schema.ts'
import { isStandardSchema } from './to-json-schema.ts'

/**
 * The object of a completion, checked against the schema that it was asked for.
 *
 * @throws {@link StructuredOutputError} where the answer is no JSON or does not fit.
 */
export async function validateObject<S extends Schema>(schema: S, completion: Completion): Promise<InferSchema<S>> {
  if (completion.object === undefined) {
    throw failure(completion, [{ path: [], message: 'the answer is not JSON' }])
  }
  const standard = isStandardSchema(schema) ? schema : await compile(schema)
  const result = await standard['~standard'].validate(completion.object)
  if (result.issues === undefined) return result.value as InferSchema<S>
  throw failure(
    completion,
    result.issues.map(({ message, path = [] }) => ({
      message,
      path: path
        .map(step => (typeof step === 'object' ? step.key : step))
        .map(key => (typeof key === 'number' ? key : String(key))),
    })),
  )
}

function failure(completion: Completion, issues: readonly SchemaIssue[]): StructuredOutputError {
  const listed = issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
  const cut = completion.finishReason === 'length'
  return new StructuredOutputError({
    message: `The answer does not fit the schema: ${listed.join('; ')}.`,
    hint: cut
      ? 'The answer was cut: raise maxTokens.'
      : 'Describe the fields in the schema, or use a model with native structured output.',
    text: completion.text,
    issues,
    usage: completion.usage,
  })
}

/** A plain JSON Schema as a validator. The library for it loads only where one is used. */
async function compile(schema: JsonSchema): Promise<StandardSchema> {
  const { z } = await import('zod')
  try {
    return z.fromJSONSchema(schema)
  } catch (cause) {
    throw new ConfigurationError({
      message: `The JSON Schema cannot be checked: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Pass a Standard Schema, such as one of zod, instead.',
      cause,
    })
  }
}
