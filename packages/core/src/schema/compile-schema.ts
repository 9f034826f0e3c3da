import { isRecord } from '../json.ts'
import type { CompiledSchema, SchemaDialect } from './dialect.ts'
import { DATA, inlineReferences, resolveReference } from './inline-references.ts'
import type { JsonSchema } from './schema.ts'

type Node = Record<string, unknown>

/**
 * Writes a schema in a model's dialect. What the dialect does not have is said in words, in the description, where the
 * model reads it, and in `losses`.
 *
 * @example
 * ```ts
 * import { compileSchema } from '@llm/core'
 *
 * const { schema, losses } = compileSchema(
 *   { type: 'object', properties: { age: { type: 'integer', minimum: 0 } } },
 *   { closed: true, keywords: ['type', 'properties', 'required', 'additionalProperties', 'description'] },
 * )
 * losses // ['minimum is not enforced']
 * ```
 */
export function compileSchema(schema: JsonSchema, dialect: SchemaDialect): CompiledSchema {
  const losses = new Set<string>()
  const { $schema: _, ...rest } =
    dialect.inlineReferences === true ? inlineReferences(schema, losses) : withRoot(schema)
  const compiler = new SchemaCompiler(dialect, losses)
  const compiled = compiler.compile(rest, 0)
  return { schema: compiled, losses: [...losses], open: compiler.open }
}

/** A schema that is nothing but a reference, as what it refers to: models want an object at the root. */
function withRoot(schema: JsonSchema): JsonSchema {
  const { $ref: reference, ...rest } = schema
  const target = typeof reference === 'string' ? resolveReference(schema, reference) : undefined
  return isRecord(target) ? { ...target, ...rest } : schema
}

class SchemaCompiler {
  open = false
  #dialect: SchemaDialect
  #losses: Set<string>

  constructor(dialect: SchemaDialect, losses: Set<string>) {
    this.#dialect = dialect
    this.#losses = losses
  }

  compile(schema: Node, depth: number): Node {
    if (this.#tooDeep(schema, depth)) return this.#cut(schema)
    const node = this.#rewrite(schema)
    const compiled: Node = {}
    for (const [keyword, value] of Object.entries(node)) compiled[keyword] = this.#value(keyword, value, depth)
    return this.#object(this.#describe(compiled), schema)
  }

  /** Keywords that the dialect says in another way. */
  #rewrite(schema: Node): Node {
    const { constAsEnum, oneOfAsAnyOf, tuplesAsLists, nullableKeyword } = this.#dialect
    const node = { ...schema }
    const { const: only } = node
    if (constAsEnum === true && (typeof only === 'string' || typeof only === 'number')) {
      move(node, 'const', { enum: [only] })
    }
    if (oneOfAsAnyOf === true && 'oneOf' in node) move(node, 'oneOf', { anyOf: node['oneOf'] })
    if (tuplesAsLists === true && Array.isArray(node['prefixItems'])) {
      this.#losses.add('the places of a tuple are not enforced')
      move(node, 'prefixItems', { items: { anyOf: node['prefixItems'] } })
    }
    return nullableKeyword === true ? withNullable(node) : node
  }

  #value(keyword: string, value: unknown, depth: number): unknown {
    if (DATA.has(keyword)) return value
    if (keyword === 'properties' || keyword === '$defs' || keyword === 'definitions') {
      return mapValues(value as Node, item => this.#child(item, depth))
    }
    return Array.isArray(value) ? value.map(item => this.#child(item, depth)) : this.#child(value, depth)
  }

  #child(value: unknown, depth: number): unknown {
    return isRecord(value) ? this.compile(value, depth + 1) : value
  }

  /** What is not enforced moves into the description. */
  #describe(node: Node): Node {
    const { keywords, formats } = this.#dialect
    const kept: Node = {}
    const told: string[] = []
    for (const [keyword, value] of Object.entries(node)) {
      const taken = keywords === undefined || keyword === 'description' || keywords.includes(keyword)
      if (taken && (keyword !== 'format' || formats === undefined || formats.includes(String(value))))
        kept[keyword] = value
      else {
        this.#losses.add(`${keyword} is not enforced`)
        told.push(`${keyword}: ${JSON.stringify(value)}`)
      }
    }
    if (told.length > 0) kept['description'] = [node['description'], `(${told.join(', ')})`].filter(Boolean).join(' ')
    return kept
  }

  #object(node: Node, original: Node): Node {
    const { closed, optional } = this.#dialect
    if (original['type'] !== 'object' && !isRecord(original['properties'])) return node
    if (closed === true) {
      if (isRecord(original['additionalProperties']) || original['additionalProperties'] === true) this.open = true
      node['additionalProperties'] = false
    }
    if (optional === 'nullable') {
      const required = Array.isArray(original['required']) ? (original['required'] as unknown[]) : []
      const properties = isRecord(node['properties']) ? node['properties'] : {}
      node['properties'] = Object.fromEntries(
        Object.entries(properties).map(([name, item]) => [
          name,
          required.includes(name) ? item : nullable(item as Node),
        ]),
      )
      node['required'] = Object.keys(properties)
    }
    return node
  }

  #tooDeep(schema: Node, depth: number): boolean {
    const { maxDepth } = this.#dialect
    return maxDepth !== undefined && depth > maxDepth && (isRecord(schema['properties']) || 'items' in schema)
  }

  #cut(schema: Node): Node {
    this.#losses.add('what is nested too deeply is not enforced')
    const { properties: _, required: __, items: ___, ...rest } = schema
    return rest
  }
}

/** A schema that `null` fits too. */
function nullable(schema: Node): Node {
  if (allowsNull(schema)) return schema
  const { type, enum: values } = schema
  if (values !== undefined || type === undefined) return { anyOf: [schema, { type: 'null' }] }
  return { ...schema, type: [...[type].flat(), 'null'] }
}

/** Whether `null` fits a schema, as far as its outermost keywords say. */
export function allowsNull({ type, enum: values, anyOf, oneOf, const: only, nullable: flag }: Node): boolean {
  if (flag === true || only === null) return true
  if (Array.isArray(type) ? type.includes('null') : type === 'null') return true
  if (Array.isArray(values)) return values.includes(null)
  const variants = [anyOf, oneOf].flatMap(list => (Array.isArray(list) ? (list as unknown[]) : []))
  return variants.some(variant => isRecord(variant) && allowsNull(variant))
}

/** `null` among the types or the variants, said with `nullable: true`. */
function withNullable(node: Node): Node {
  const { type, anyOf } = node
  if (Array.isArray(type)) {
    const types = (type as unknown[]).filter(item => item !== 'null')
    const flag = types.length < type.length ? { nullable: true } : {}
    if (types.length === 1) return { ...node, type: types[0], ...flag }
    const { type: _, ...rest } = node
    return { ...rest, anyOf: types.map(item => ({ type: item })), ...flag }
  }
  if (!Array.isArray(anyOf)) return node
  const variants = (anyOf as Node[]).filter(variant => variant['type'] !== 'null')
  if (variants.length === anyOf.length) return node
  const { anyOf: _, ...rest } = node
  return variants.length === 1
    ? { ...rest, ...variants[0], nullable: true }
    : { ...rest, anyOf: variants, nullable: true }
}

function move(node: Node, from: string, to: Node): void {
  Reflect.deleteProperty(node, from)
  Object.assign(node, to)
}

function mapValues(record: Node, map: (value: unknown) => unknown): Node {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
