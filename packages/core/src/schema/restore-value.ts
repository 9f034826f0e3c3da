import { isRecord } from '../json.ts'
import { allowsNull } from './compile-schema.ts'
import { resolveReference } from './inline-references.ts'
import type { JsonSchema } from './schema.ts'

/**
 * Undoes in an answer what a dialect did to optional properties: a `null` that stands for a property that was left out is
 * left out again. The schema is the original one.
 */
export function restoreValue(value: unknown, schema: JsonSchema): unknown {
  return restore(value, schema, schema)
}

function restore(value: unknown, schema: unknown, root: JsonSchema): unknown {
  const node = resolved(schema, root)
  if (node === undefined) return value
  if (Array.isArray(value)) return value.map((item, index) => restore(item, itemSchema(node, index), root))
  if (!isRecord(value)) return value
  const { properties } = fittingVariant(node, value, root)
  if (!isRecord(properties)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => item !== null || !(key in properties) || takesNull(properties[key], root))
      .map(([key, item]) => [key, restore(item, properties[key], root)]),
  )
}

function resolved(schema: unknown, root: JsonSchema): Record<string, unknown> | undefined {
  if (!isRecord(schema)) return undefined
  if (typeof schema['$ref'] !== 'string') return schema
  const target = resolveReference(root, schema['$ref'])
  return isRecord(target) ? target : undefined
}

function takesNull(schema: unknown, root: JsonSchema): boolean {
  const node = resolved(schema, root)
  return node === undefined || Object.keys(node).length === 0 || allowsNull(node)
}

function itemSchema({ prefixItems, items }: Record<string, unknown>, index: number): unknown {
  return (Array.isArray(prefixItems) ? (prefixItems as unknown[])[index] : undefined) ?? items
}

/** Of several variants the first whose constants the value has and whose required properties are all there. */
function fittingVariant(
  node: Record<string, unknown>,
  value: Record<string, unknown>,
  root: JsonSchema,
): Record<string, unknown> {
  const variants = [node['anyOf'], node['oneOf']].flatMap(list => (Array.isArray(list) ? (list as unknown[]) : []))
  const fitting = variants
    .map(variant => resolved(variant, root))
    .find(variant => variant !== undefined && isRecord(variant['properties']) && fits(variant, value))
  return fitting ?? node
}

function fits({ properties, required }: Record<string, unknown>, value: Record<string, unknown>): boolean {
  const present = !Array.isArray(required) || required.every(name => value[String(name)] !== undefined)
  return (
    present &&
    Object.entries(properties as Record<string, unknown>).every(([name, schema]) => {
      if (!isRecord(schema) || !(name in value)) return true
      if ('const' in schema) return schema['const'] === value[name]
      return !Array.isArray(schema['enum']) || schema['enum'].includes(value[name])
    })
  )
}
