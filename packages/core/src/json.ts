/** A value that `JSON.stringify` and `JSON.parse` carry without loss. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** An object of JSON values. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

/**
 * Tells whether a value is a plain record: an object that is neither `null` nor an array.
 *
 * @example
 * ```ts
 * import { isRecord } from '@llm/core'
 *
 * isRecord({ a: 1 }) // true
 * isRecord([1]) // false
 * ```
 */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Parses JSON, or returns `undefined` where the text is not JSON.
 *
 * @example
 * ```ts
 * import { tryParseJson } from '@llm/core'
 *
 * tryParseJson('{"a":1}') // { a: 1 }
 * tryParseJson('<html>') // undefined
 * ```
 */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
