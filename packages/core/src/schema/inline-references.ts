import { isRecord } from '../json.ts'
import type { JsonSchema } from './schema.ts'

const CUT = 'a recursive reference is cut'

/**
 * A schema in which every local reference is replaced by what it refers to. A reference to something that stands around it
 * is cut: the model may write anything there.
 */
export function inlineReferences(schema: JsonSchema, losses: Set<string>): JsonSchema {
  const inline = (value: unknown, within: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map(item => inline(item, within))
    if (!isRecord(value)) return value
    const { $ref: reference, ...siblings } = value
    if (typeof reference !== 'string') return mapSchema(value, item => inline(item, within))
    if (within.includes(reference)) {
      losses.add(CUT)
      return inline(siblings, within)
    }
    const target = resolveReference(schema, reference)
    return inline({ ...(isRecord(target) ? target : {}), ...siblings }, [...within, reference])
  }
  const { $defs: _, definitions: __, ...inlined } = inline(schema, ['#']) as Record<string, unknown>
  return inlined
}

/** What a reference within a schema refers to: `#`, `#/$defs/name`, or another path. */
export function resolveReference(root: JsonSchema, reference: string): unknown {
  const path = reference.replace(/^#\/?/, '').split('/').filter(Boolean)
  return path.reduce<unknown>((value, step) => {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    return isRecord(value) || Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined
  }, root)
}

function mapSchema(schema: Record<string, unknown>, map: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, DATA.has(key) ? value : map(value)]))
}

/** Keywords whose values are data, not schemas. */
export const DATA: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples', 'required'])
