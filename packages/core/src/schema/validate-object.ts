import type { Completion } from '../completion.ts'
import { StructuredOutputError, type SchemaIssue } from '../errors/structured-output-error.ts'
import { checkValue, describeIssues } from './check-value.ts'
import type { InferSchema, Schema } from './schema.ts'

/**
 * The object of a completion, checked against the schema that it was asked for.
 *
 * @throws {@link StructuredOutputError} where the answer is no JSON or does not fit.
 * @example
 * ```ts
 * import { validateObject, type Completion } from '@llm/core'
 * import { z } from 'zod'
 *
 * declare const completion: Completion
 *
 * const { moons } = await validateObject(z.object({ moons: z.number() }), completion)
 * console.log(moons)
 * ```
 */
export async function validateObject<S extends Schema>(schema: S, completion: Completion): Promise<InferSchema<S>> {
  if (completion.object === undefined) {
    throw failure(completion, [{ path: [], message: 'the answer is not JSON' }])
  }
  const checked = await checkValue(schema, completion.object)
  if (checked.ok) return checked.value
  throw failure(completion, checked.issues)
}

function failure(completion: Completion, issues: readonly SchemaIssue[]): StructuredOutputError {
  const cut = completion.finishReason === 'length'
  return new StructuredOutputError({
    message: `The answer does not fit the schema: ${describeIssues(issues)}.`,
    hint: cut
      ? 'The answer was cut: raise maxTokens.'
      : 'Describe the fields in the schema, or use a model with native structured output.',
    text: completion.text,
    issues,
    usage: completion.usage,
  })
}
