import { ConfigurationError } from '../errors/configuration-error.ts'
import type { JsonSchema, Schema, StandardSchema } from './schema.ts'

/** Tells a Standard Schema from a plain JSON Schema. */
export function isStandardSchema(schema: Schema): schema is StandardSchema {
  return '~standard' in schema
}

const written = new WeakMap<StandardSchema, JsonSchema>()

/**
 * The JSON Schema (draft 2020-12) of what a model should write to satisfy a schema: written once, so do not change it.
 *
 * @throws {@link ConfigurationError} where the schema cannot be written as JSON Schema.
 * @example
 * ```ts
 * import { toJsonSchema } from '@llm/core'
 * import { z } from 'zod'
 *
 * toJsonSchema(z.object({ city: z.string() }))
 * // { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
 * ```
 */
export function toJsonSchema(schema: Schema): JsonSchema {
  if (!isStandardSchema(schema)) return schema
  const known = written.get(schema)
  if (known !== undefined) return known
  const { vendor, jsonSchema } = schema['~standard'] as Partial<StandardSchema['~standard']> & { vendor: string }
  if (!jsonSchema) {
    throw new ConfigurationError({
      message: `A schema of ${vendor} does not say what it looks like as JSON Schema.`,
      hint: 'Use zod 4, ArkType 2.2 or Valibot with toStandardJsonSchema(), or pass a JSON Schema.',
    })
  }
  try {
    const { $schema: _, ...compiled } = jsonSchema.input({ target: 'draft-2020-12' })
    written.set(schema, compiled)
    return compiled
  } catch (cause) {
    throw new ConfigurationError({
      message: `A schema of ${vendor} cannot be written as JSON Schema: ${String((cause as Error).message)}`,
      hint: 'Use types that JSON has: no dates, functions, symbols or transforms.',
      cause,
    })
  }
}
