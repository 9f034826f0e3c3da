import { ConfigurationError, isRecord, type JsonSchema, type JsonValue } from '@llm/core'
import type { Random } from '@llm/core/testing'
import { list, mergeSchemas, SchemaResolver, type SchemaNode } from './mock-json-schema.ts'
import { sampleNumber, sampleString } from './mock-json-scalars.ts'
import { words } from './mock-words.ts'

/** How a value is made up. */
export interface SampleOptions {
  readonly random: Random
  /** How deep values nest at most, unless the schema demands more. Defaults to 4. */
  readonly maxDepth?: number | undefined
}

/**
 * Makes up a value that is valid for a JSON Schema.
 *
 * @throws {@link ConfigurationError} for a schema that allows no value, or refers to what it does not have.
 */
export function sampleSchema(schema: JsonSchema, { random, maxDepth = 4 }: SampleOptions): JsonValue {
  if (new SchemaResolver(schema).height(schema) === Infinity) throw impossible()
  return new Sampler(schema, random, maxDepth).sample(schema, 0)
}

class Sampler {
  #resolver: SchemaResolver
  #random: Random
  #maxDepth: number

  constructor(root: JsonSchema, random: Random, maxDepth: number) {
    this.#resolver = new SchemaResolver(root)
    this.#random = random
    this.#maxDepth = maxDepth
  }

  sample(node: SchemaNode, depth: number): JsonValue {
    const schema = this.#choose(node, depth)
    if ('const' in schema) return schema['const'] as JsonValue
    if (Array.isArray(schema['enum'])) return this.#random.pick(allowed(schema) as readonly JsonValue[])
    switch (this.#type(schema)) {
      case 'object':
        return this.#object(schema, depth)
      case 'array':
        return this.#array(schema, depth)
      case 'integer':
        return sampleNumber(schema, this.#random, true)
      case 'number':
        return sampleNumber(schema, this.#random, false)
      case 'boolean':
        return this.#random.pick([true, false])
      case 'null':
        return null
      default:
        return sampleString(schema, this.#random)
    }
  }

  /** A schema without references and alternatives: one of the latter is picked, the flattest when it gets deep. */
  #choose(node: SchemaNode, depth: number): JsonSchema {
    const flat = this.#resolver.flatten(node)
    if (flat === false) throw impossible()
    const { anyOf, oneOf, ...rest } = flat
    const options = list(anyOf ?? oneOf) as readonly SchemaNode[]
    if (options.length === 0) return rest
    const heights = options.map(option => this.#resolver.height(option))
    const lowest = Math.min(...heights)
    if (lowest === Infinity) throw impossible()
    const limit = Math.max(lowest, this.#maxDepth - depth)
    const picked = this.#random.pick(options.filter((_, index) => (heights[index] ?? Infinity) <= limit))
    const others = anyOf === undefined || oneOf === undefined ? rest : { ...rest, oneOf }
    return this.#choose(mergeSchemas(others, this.#resolver.flatten(picked) || {}), depth)
  }

  #type(schema: JsonSchema): unknown {
    const types = list(schema['type'])
    if (types.length > 0) return this.#random.pick(types)
    if (schema['type'] !== undefined) throw impossible()
    const hint = Object.keys(schema).find(key => KEYWORD_TYPES[key] !== undefined)
    return hint === undefined ? 'string' : KEYWORD_TYPES[hint]
  }

  #object(schema: JsonSchema, depth: number): JsonValue {
    const properties = isRecord(schema['properties']) ? schema['properties'] : {}
    const required = list(schema['required']).map(String)
    const value: Record<string, JsonValue> = {}
    for (const [name, member] of Object.entries(properties) as [string, SchemaNode][]) {
      if (!required.includes(name) && !this.#wants(member, depth)) continue
      define(value, name, this.sample(member, depth + 1))
    }
    const extra = (schema['additionalProperties'] ?? true) as SchemaNode
    for (const name of this.#extraNames(schema, value, required)) define(value, name, this.sample(extra, depth + 1))
    return value
  }

  /** Names that no property describes: those that are required, and as many as the schema's minimum, or a record, wants. */
  #extraNames(
    { propertyNames, minProperties = 0, ...schema }: JsonSchema,
    value: object,
    required: readonly string[],
  ): readonly string[] {
    const missing = required.filter(name => !(name in value))
    const isMap = Object.keys(value).length === 0 && isRecord(schema['additionalProperties'])
    const wanted = Math.max(minProperties as number, isMap ? Math.min(1, Number(schema['maxProperties'] ?? 1)) : 0)
    const names = new Set(missing)
    for (let tries = 0; Object.keys(value).length + names.size < wanted && tries < TRIES; tries++) {
      const name = this.#name(propertyNames as SchemaNode | undefined) ?? `${words(1, this.#random)}${String(tries)}`
      if (!(name in value)) names.add(name)
    }
    return [...names]
  }

  #name(schema: SchemaNode | undefined): string | undefined {
    const name = schema === undefined ? undefined : this.sample(schema, 0)
    return typeof name === 'string' ? name : undefined
  }

  #array(schema: JsonSchema, depth: number): JsonValue {
    const { prefixItems, items = true, minItems = 0, maxItems = Infinity } = schema
    const fixed = list(prefixItems) as readonly SchemaNode[]
    const least = Math.max(minItems as number, Math.min(fixed.length, maxItems as number))
    const more = items !== false && this.#wants(items as SchemaNode, depth) ? this.#random.integer(1, 2) : 0
    const length = Math.min(Math.max(least, fixed.length + more), maxItems as number)
    const value: JsonValue[] = []
    const seen = new Set<string>()
    for (let tries = 0; value.length < length && tries < length + TRIES; tries++) {
      const item = this.sample(fixed[value.length] ?? (items as SchemaNode), depth + 1)
      if (schema['uniqueItems'] === true && seen.has(JSON.stringify(item))) continue
      seen.add(JSON.stringify(item))
      value.push(item)
    }
    return value
  }

  /** What need not be there is left out by chance, and where it would nest too deep. */
  #wants(node: SchemaNode, depth: number): boolean {
    const height = this.#resolver.height(node)
    return height !== Infinity && depth + 1 + height <= this.#maxDepth && this.#random.next() < 0.8
  }
}

const TRIES = 100

/** The type that a keyword is about, for schemas that do not say theirs. */
const KEYWORD_TYPES: Partial<Record<string, string>> = {
  properties: 'object',
  required: 'object',
  additionalProperties: 'object',
  items: 'array',
  prefixItems: 'array',
  minItems: 'array',
  minimum: 'number',
  maximum: 'number',
  multipleOf: 'number',
}

/** The values of an enum that are of the schema's type. */
function allowed(schema: JsonSchema): readonly unknown[] {
  const types = list(schema['type'])
  const values = list(schema['enum']).filter(value => types.length === 0 || types.some(type => isOfType(value, type)))
  if (values.length === 0) throw impossible()
  return values
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isRecord(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

/** Sets a property whatever its name, `__proto__` included. */
function define(target: object, name: string, value: JsonValue): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}

function impossible(): ConfigurationError {
  return new ConfigurationError({
    message: 'The schema allows no value that is finite.',
    hint: 'Give a recursive schema a way to end: an optional property, null, or a list that may be empty.',
  })
}
