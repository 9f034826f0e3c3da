import { isRecord } from '@llm/core'

/**
 * Where two JSON values differ, each place in words; none where they mean the same. The order of fields does not matter,
 * and a field that is `undefined` is absent.
 *
 * @example
 * ```ts
 * import { jsonDifferences } from '@llm/testing'
 *
 * jsonDifferences({ a: 1, b: [2] }, { b: [3], a: 1 }) // ['b[0]: expected 2, got 3']
 * ```
 */
export function jsonDifferences(expected: unknown, actual: unknown, path: string = ''): readonly string[] {
  if (Array.isArray(expected) && Array.isArray(actual)) return inLists(expected, actual, path)
  if (isRecord(expected) && isRecord(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
    return [...keys].flatMap(key => jsonDifferences(expected[key], actual[key], path === '' ? key : `${path}.${key}`))
  }
  if (Object.is(expected, actual)) return []
  return [`${path === '' ? 'the body' : path}: ${said(expected, actual)}`]
}

function inLists(expected: readonly unknown[], actual: readonly unknown[], path: string): readonly string[] {
  const length = Math.max(expected.length, actual.length)
  const indexes = Array.from({ length }, (_, index) => index)
  return indexes.flatMap(index => jsonDifferences(expected[index], actual[index], `${path}[${String(index)}]`))
}

function said(expected: unknown, actual: unknown): string {
  if (actual === undefined) return `expected ${brief(expected)}, but it is missing`
  if (expected === undefined) return `not expected, got ${brief(actual)}`
  return `expected ${brief(expected)}, got ${brief(actual)}`
}

const LENGTH = 80

function brief(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length <= LENGTH ? text : `${text.slice(0, LENGTH)}…`
}
