type Container = Record<string, unknown> | unknown[]

/** Where in the grammar the text stands. */
const enumMode = {
  start: 0,
  value: 1,
  key: 2,
  keyText: 3,
  colon: 4,
  text: 5,
  escape: 6,
  token: 7,
  after: 8,
  done: 9,
} as const
type Mode = (typeof enumMode)[keyof typeof enumMode]
const { start, value, key, keyText, colon, text, escape, token, after, done } = enumMode

const ESCAPES: Readonly<Partial<Record<string, string>>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/**
 * Reads JSON as it arrives. `value` is what has come so far: texts grow, numbers and the like appear when they are whole,
 * containers are there from their first character. It is one living value: each piece costs its own length, however much
 * came before, so copy what you keep. Prose or a code fence around the JSON is passed over.
 *
 * @example
 * ```ts
 * import { PartialJson } from '@llm/core'
 *
 * const json = new PartialJson()
 * json.push('{"name":"Ad')
 * json.value // { name: 'Ad' }
 * json.push('a","age":3')
 * json.value // { name: 'Ada' }: 3 may be the beginning of 36
 * ```
 */
export class PartialJson {
  #mode: Mode = start
  #root: unknown
  #stack: Container[] = []
  #key = ''
  #raw = ''
  /** The first half of a character that is written as two escapes. */
  #half = ''

  /** What has come so far; `undefined` before anything has. */
  get value(): unknown {
    return this.#root
  }

  /** The value is whole; what comes after it is passed over. */
  get complete(): boolean {
    return this.#mode === done
  }

  /** Takes the next piece of the text. What comes behind the end of the value is left out. */
  push(chunk: string): void {
    for (let index = 0; index < chunk.length && this.#mode !== done;) index = this.#step(chunk, index)
  }

  /** Reads on from a place in the chunk, and says how far it came. */
  #step(chunk: string, index: number): number {
    const character = chunk.charAt(index)
    switch (this.#mode) {
      case start:
        return this.#find(chunk, index)
      case text:
      case keyText:
        return this.#readText(chunk, index)
      case escape:
        this.#readEscape(character)
        return index + 1
      case token:
        return this.#readToken(character, index)
      default:
        if (character > ' ') this.#structure(character)
        return index + 1
    }
  }

  /** The beginning: what is before the first bracket is prose, unless it is a value of its own. */
  #find(chunk: string, index: number): number {
    const character = chunk.charAt(index)
    if (character <= ' ') return index + 1
    if (/["\-0-9]/.test(character)) this.#mode = value
    else if (/[{[]/.test(character)) this.#mode = value
    else {
      const rest = chunk.slice(index).search(/[{[]/)
      return rest < 0 ? chunk.length : index + rest
    }
    return index
  }

  #structure(character: string): void {
    if (this.#mode === colon) {
      if (character === ':') this.#mode = value
    } else if (character === '}' || character === ']') this.#close()
    else if (this.#mode === after) {
      if (character === ',') this.#mode = Array.isArray(this.#stack.at(-1)) ? value : key
    } else if (this.#mode === key) {
      if (character === '"') this.#begin(keyText)
      else if (this.#isProse()) this.#restart()
    } else this.#open(character)
  }

  #open(character: string): void {
    if (character === '{') this.#enter({}, key)
    else if (character === '[') this.#enter([], value)
    else if (character === '"') {
      this.#put('')
      this.#begin(text)
    } else {
      this.#begin(token)
      this.#raw = character
    }
  }

  #enter(container: Container, mode: Mode): void {
    this.#put(container)
    this.#stack.push(container)
    this.#mode = mode
  }

  #close(): void {
    this.#stack.pop()
    this.#mode = this.#stack.length === 0 ? done : after
  }

  #begin(mode: Mode): void {
    this.#raw = ''
    this.#mode = mode
    if (mode === keyText) this.#key = ''
  }

  /** Everything up to the next quote or escape at once. */
  #readText(chunk: string, index: number): number {
    const rest = /["\\]/g
    rest.lastIndex = index
    const match = rest.exec(chunk)
    const end = match?.index ?? chunk.length
    if (end > index) this.#grow(chunk.slice(index, end))
    if (match === null) return end
    if (match[0] === '\\') this.#escape = this.#mode
    if (match[0] === '\\') this.#begin(escape)
    else this.#mode = this.#mode === keyText ? colon : this.#afterValue()
    return end + 1
  }

  /** The mode that an escape goes back to. */
  #escape: Mode = text

  #readEscape(character: string): void {
    this.#raw += character
    const code = this.#raw.startsWith('u')
    if (code && this.#raw.length < 5) return
    this.#mode = this.#escape
    if (!code) this.#grow(ESCAPES[character] ?? character)
    else this.#growUnit(String.fromCharCode(Number.parseInt(this.#raw.slice(1), 16)))
  }

  #growUnit(unit: string): void {
    if (/[\uD800-\uDBFF]/.test(unit)) this.#half = unit
    else this.#grow(unit)
  }

  #grow(piece: string): void {
    const whole = this.#half + piece
    this.#half = ''
    if (this.#mode === keyText) this.#key += whole
    else this.#append(whole)
  }

  #readToken(character: string, index: number): number {
    if (character > ' ' && character !== ',' && character !== ']' && character !== '}') {
      this.#raw += character
      return index + 1
    }
    const parsed = parseToken(this.#raw)
    if (parsed === undefined && Array.isArray(this.#root) && this.#isProse()) {
      this.#restart()
      return index
    }
    if (parsed !== undefined) this.#put(parsed)
    this.#mode = this.#afterValue()
    return index
  }

  /** A bracket that is followed at once by what JSON cannot have there was one of the prose before the JSON. */
  #isProse(): boolean {
    return this.#stack.length === 1 && Object.keys(this.#root as Container).length === 0
  }

  #restart(): void {
    this.#root = undefined
    this.#stack = []
    this.#mode = start
  }

  #afterValue(): Mode {
    return this.#stack.length === 0 ? done : after
  }

  #put(item: unknown): void {
    const container = this.#stack.at(-1)
    if (container === undefined) this.#root = item
    else if (Array.isArray(container)) container.push(item)
    else assign(container, this.#key, item)
  }

  #append(piece: string): void {
    const container = this.#stack.at(-1)
    if (container === undefined) this.#root = String(this.#root) + piece
    else if (Array.isArray(container)) container[container.length - 1] = String(container.at(-1)) + piece
    else assign(container, this.#key, String(container[this.#key]) + piece)
  }
}

/** A key may be `__proto__`: here it is a key like any other. */
function assign(container: Record<string, unknown>, name: string, item: unknown): void {
  if (name !== '__proto__') container[name] = item
  else Object.defineProperty(container, name, { value: item, enumerable: true, configurable: true, writable: true })
}

function parseToken(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown
  } catch {
    return undefined
  }
}
