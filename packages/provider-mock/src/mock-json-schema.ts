import { ConfigurationError, isRecord, type JsonSchema } from '@llm/core'

/** A schema as it stands: `true` and `false` are schemas too. */
export type SchemaNode = JsonSchema | boolean

/** Schemas that nest or refer further than this are taken to be endless. */
const DEEPEST = 32

/** Finds what a schema refers to, and how deep its smallest value is. */
export class SchemaResolver {
  #root: JsonSchema
  #anchors: Map<string, JsonSchema> | undefined

  constructor(root: JsonSchema) {
    this.#root = root
  }

  /** The schema that a `$ref` names: a JSON pointer within the document, or an anchor or id of it. */
  target(ref: string): SchemaNode {
    if (ref === '#') return this.#root
    const found = ref.startsWith('#/') ? this.#follow(ref.slice(2)) : this.#named(ref)
    if (isRecord(found) || typeof found === 'boolean') return found
    throw new ConfigurationError({
      message: `The schema refers to ${JSON.stringify(ref)}, which it does not have.`,
      hint: 'References must stay within the schema.',
    })
  }

  /** A schema without `$ref` and `allOf`: what they stand for is merged into it. */
  flatten(node: SchemaNode, depth: number = 0): JsonSchema | false {
    if (typeof node === 'boolean') return node ? {} : false
    if (depth > DEEPEST) return false
    const { $ref, allOf, ...own } = node
    const others = [...(typeof $ref === 'string' ? [this.target($ref)] : []), ...list(allOf)]
    let merged: JsonSchema = own
    for (const other of others) {
      const flat = this.flatten(other as SchemaNode, depth + 1)
      if (flat === false) return false
      merged = mergeSchemas(flat, merged)
    }
    return merged
  }

  /** How many objects and lists the smallest value nests; `Infinity` where there is none. */
  height(node: SchemaNode, seen: readonly SchemaNode[] = []): number {
    if (seen.includes(node) || seen.length > DEEPEST) return Infinity
    const flat = this.flatten(node)
    if (flat === false) return Infinity
    const within = [...seen, node]
    const heightOf = (child: unknown): number => this.height(child as SchemaNode, within)
    const { anyOf, oneOf, properties, required, items, prefixItems, minItems = 0 } = flat
    if ('const' in flat || 'enum' in flat) return 0
    const branches = [anyOf, oneOf].filter(Array.isArray).map(options => Math.min(...options.map(heightOf)))
    const members = list(required).map(name =>
      heightOf(isRecord(properties) ? (properties[String(name)] ?? true) : true),
    )
    const fixed = list(prefixItems)
    const elements = [...fixed, ...((minItems as number) > fixed.length ? [items ?? true] : [])].map(heightOf)
    const children = [...members, ...elements]
    const own = children.length === 0 ? 0 : 1 + Math.max(...children)
    return Math.max(own, ...branches)
  }

  #follow(pointer: string): unknown {
    const steps = pointer.split('/').map(step => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    return steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], this.#root)
  }

  #named(ref: string): JsonSchema | undefined {
    this.#anchors ??= collectNames(this.#root, new Map())
    return this.#anchors.get(ref)
  }
}

function collectNames(value: unknown, names: Map<string, JsonSchema>): Map<string, JsonSchema> {
  if (Array.isArray(value)) value.forEach(item => collectNames(item, names))
  if (!isRecord(value)) return names
  if (typeof value['$id'] === 'string') names.set(value['$id'], value)
  if (typeof value['$anchor'] === 'string') names.set(`#${value['$anchor']}`, value)
  Object.values(value).forEach(item => collectNames(item, names))
  return names
}

const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']

/** Both schemas at once, as far as it can be said in one. Where they differ, the second is more to the point. */
export function mergeSchemas(first: JsonSchema, second: JsonSchema): JsonSchema {
  const merged: Record<string, unknown> = { ...first, ...second }
  for (const key of Object.keys(first).filter(name => name in second)) {
    const [a, b] = [first[key], second[key]]
    if (key === 'required') merged[key] = [...new Set([...list(a), ...list(b)])]
    else if (key === 'properties') merged[key] = mergeProperties(a as JsonSchema, b as JsonSchema)
    else if (key === 'type') merged[key] = intersect(withIntegers(a), withIntegers(b))
    else if (key === 'enum') merged[key] = intersect(list(a), list(b))
    else if (UPPER.includes(key)) merged[key] = Math.min(a as number, b as number)
    else if (LOWER.includes(key)) merged[key] = Math.max(a as number, b as number)
  }
  return merged
}

function mergeProperties(first: JsonSchema, second: JsonSchema): JsonSchema {
  const merged: Record<string, unknown> = { ...first, ...second }
  for (const name of Object.keys(first).filter(key => key in second))
    merged[name] = { allOf: [first[name], second[name]] }
  return merged
}

/** Whole numbers are numbers: where both are allowed, `integer` is the narrower word. */
function withIntegers(types: unknown): readonly unknown[] {
  return list(types).includes('number') ? ['integer', ...list(types)] : list(types)
}

function intersect(a: readonly unknown[], b: readonly unknown[]): readonly unknown[] {
  const known = new Set(b.map(item => JSON.stringify(item)))
  return a.filter(item => known.has(JSON.stringify(item)))
}

/** A value as a list: several as they are, one alone in one, none as an empty one. */
export function list(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as unknown[]) : [value]
}
