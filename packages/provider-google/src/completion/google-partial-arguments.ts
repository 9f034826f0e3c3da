import type { PartialArg } from '@google/genai'

type Key = string | number
type Container = Record<Key, unknown>

/** Puts the arguments of a call together from streamed pieces, each at a JSON path (RFC 9535) such as `$.days[0].name`. */
export class PartialArguments {
  #root: Container = {}

  add({ jsonPath = '$', stringValue, numberValue, boolValue }: PartialArg): void {
    const keys = parsePath(jsonPath)
    const last = keys.pop()
    if (last === undefined) return
    let target = this.#root
    keys.forEach((key, index) => {
      target = (target[key] ??= typeof (keys[index + 1] ?? last) === 'number' ? [] : {}) as Container
    })
    const before = target[last]
    const value = stringValue ?? numberValue ?? boolValue ?? null
    target[last] = typeof before === 'string' && typeof value === 'string' ? before + value : value
  }

  toString(): string {
    return JSON.stringify(this.#root)
  }
}

/** A name that is no own data would reach what all objects inherit. */
const FORBIDDEN = new Set<Key>(['__proto__', 'constructor', 'prototype'])

function parsePath(path: string): Key[] {
  const steps = path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/g)
  const keys = [...steps].map(([, dotted, index, single, double]) =>
    index === undefined ? (dotted ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')) : Number(index),
  )
  return keys.some(key => FORBIDDEN.has(key)) ? [] : keys
}
