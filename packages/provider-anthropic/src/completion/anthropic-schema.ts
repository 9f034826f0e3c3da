import { isRecord, type JsonSchema } from '@llm/core'

/**
 * Keywords that the API enforces in structured output; it refuses others.
 * Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
 */
const KEPT = new Set(
  '$defs $ref allOf anyOf const default definitions description enum items properties required title type'.split(' '),
)
const FORMATS = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '))
/** Keywords that hold schemas by name. */
const NAMED = new Set(['$defs', 'definitions', 'properties'])

/**
 * A schema that the API takes: objects are closed, and what it cannot enforce is said in the description instead, where
 * the model reads it, and in `lost`. A schema that the API takes as it is stays as it is.
 */
export function compileSchema(schema: JsonSchema, lost: Set<string>): JsonSchema {
  const kept: Record<string, unknown> = {}
  const told: string[] = []
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === '$schema') continue
    if (keyword === 'oneOf') kept['anyOf'] = compileValue('anyOf', value, lost)
    else if (isKept(keyword, value)) kept[keyword] = compileValue(keyword, value, lost)
    else {
      told.push(`${keyword}: ${JSON.stringify(value)}`)
      lost.add(keyword)
    }
  }
  if (schema['type'] === 'object') kept['additionalProperties'] = false
  if (told.length > 0) kept['description'] = [schema['description'], `{${told.join(', ')}}`].filter(Boolean).join(' ')
  return kept
}

function isKept(keyword: string, value: unknown): boolean {
  if (keyword === 'additionalProperties') return value === false
  if (keyword === 'format') return FORMATS.has(String(value))
  if (keyword === 'minItems') return value === 0 || value === 1
  return KEPT.has(keyword)
}

function compileValue(keyword: string, value: unknown, lost: Set<string>): unknown {
  const compile = (item: unknown): unknown => (isRecord(item) ? compileSchema(item, lost) : item)
  if (keyword === 'enum' || keyword === 'const' || keyword === 'default') return value
  if (Array.isArray(value)) return value.map(compile)
  if (!isRecord(value) || !NAMED.has(keyword)) return compile(value)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, compile(item)]))
}
