import { isRecord } from '../json.ts'
import type { JsonSchema } from './schema.ts'

/**
 * Whether a schema can be enforced exactly by hosts with a strict mode: every object lists its properties, requires them
 * all and allows no others.
 */
export function isStrictSchema(schema: JsonSchema): boolean {
  return schema['type'] === 'object' && everyObject(schema, isClosed)
}

function isClosed(schema: Record<string, unknown>): boolean {
  const { properties, required, additionalProperties } = schema
  if (!isRecord(properties) || additionalProperties !== false || !Array.isArray(required)) return false
  return Object.keys(properties).every(name => required.includes(name))
}

function everyObject(value: unknown, holds: (schema: Record<string, unknown>) => boolean): boolean {
  if (Array.isArray(value)) return value.every(item => everyObject(item, holds))
  if (!isRecord(value)) return true
  if (isObjectSchema(value) && !holds(value)) return false
  return Object.entries(value).every(([key, item]) => key === 'enum' || key === 'const' || everyObject(item, holds))
}

/** An object may also be one of several types, or be told by its properties alone. */
function isObjectSchema({ type, properties }: Record<string, unknown>): boolean {
  if (Array.isArray(type)) return type.includes('object')
  return type === 'object' || (type === undefined && isRecord(properties))
}
