import { ConfigurationError } from '../errors/configuration-error.ts'
import type { SchemaIssue } from '../errors/structured-output-error.ts'
import type { InferSchema, JsonSchema, Schema, StandardSchema } from './schema.ts'
import { isStandardSchema } from './to-json-schema.ts'

/** A value in the form of a schema, or what is wrong with it. */
export type CheckedValue<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly SchemaIssue[] }

/**
 * Checks a value against a schema of any kind.
 *
 * @throws {@link ConfigurationError} for a JSON Schema that cannot be checked.
 * @example
 * ```ts
 * import { checkValue } from '@llm/core'
 *
 * const checked = await checkValue({ type: 'number' }, 'one')
 * if (!checked.ok) console.log(checked.issues)
 * ```
 */
export async function checkValue<S extends Schema>(schema: S, value: unknown): Promise<CheckedValue<InferSchema<S>>> {
  const standard = isStandardSchema(schema) ? schema : await compile(schema)
  const result = await standard['~standard'].validate(value)
  if (result.issues === undefined) return { ok: true, value: result.value as InferSchema<S> }
  const issues = result.issues.map(({ message, path = [] }) => ({
    message,
    path: path
      .map(step => (typeof step === 'object' ? step.key : step))
      .map(key => (typeof key === 'number' ? key : String(key))),
  }))
  return { ok: false, issues }
}

/** What is wrong, in a sentence: `name: too short; age: not a number`. */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ')
}

const compiled = new WeakMap<JsonSchema, StandardSchema>()

/** A plain JSON Schema as a validator, made once. The library for it loads only where one is used. */
async function compile(schema: JsonSchema): Promise<StandardSchema> {
  const known = compiled.get(schema)
  if (known !== undefined) return known
  const { z } = await import('zod')
  try {
    const made = z.fromJSONSchema(schema)
    compiled.set(schema, made)
    return made
  } catch (cause) {
    throw new ConfigurationError({
      message: `The JSON Schema cannot be checked: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Pass a Standard Schema, such as one of zod, instead.',
      cause,
    })
  }
}
