import { isRecord, tryParseJson, type JsonObject } from '../json.ts'
import type { PartState, ToolCallPart } from '../message.ts'
import type { CompletionEvent } from '../stream/events.ts'

/** A piece of a tool call, as hosts send it: any of its fields may be missing or repeated. */
export interface ToolCallDelta {
  /** Where the host puts the call among its calls. */
  readonly index?: number | undefined
  readonly id?: string | undefined
  readonly name?: string | undefined
  /** More of the arguments. */
  readonly text?: string | undefined
  readonly state?: PartState | undefined
}

interface OpenCall {
  readonly id: string
  readonly vendorId: string | undefined
  readonly index: number | undefined
  readonly name: string
  text: string
  state: PartState | undefined
}

/**
 * Puts tool calls together from their pieces. A piece belongs to the call of its id, else to that of its index, else to
 * the last one. A call without an id gets one made of the answer's id, so that it is unique in a conversation.
 *
 * Calls are given out by {@link finish} only, when it is known whether the answer was cut: a cut call must never be
 * run.
 *
 * @example
 * ```ts
 * import { ToolCallAssembler, type CompletionEvent } from '@llm/core'
 *
 * const events: CompletionEvent[] = []
 * const calls = new ToolCallAssembler(event => events.push(event), 'answer-1')
 * calls.push({ index: 0, id: 'call-1', name: 'weather', text: '{"city":' })
 * calls.push({ index: 0, text: '"Oslo"}' })
 * calls.finish(true)
 * events.at(-1) // a tool-call with { city: 'Oslo' }
 * ```
 */
export class ToolCallAssembler {
  #calls: OpenCall[] = []
  #emit: (event: CompletionEvent) => void
  #prefix: string

  /** @param prefix - the answer's id; where it is empty, ids are made at random to be unique in a conversation. */
  constructor(emit: (event: CompletionEvent) => void, prefix: string) {
    this.#emit = emit
    this.#prefix = prefix || `call_${crypto.randomUUID().slice(0, 8)}`
  }

  /** How many calls have begun. */
  get size(): number {
    return this.#calls.length
  }

  /** Takes a piece, and emits what it begins or adds. */
  push(delta: ToolCallDelta): void {
    const call = this.#find(delta) ?? this.#open(delta)
    if (delta.state !== undefined) call.state = delta.state
    if (delta.text === undefined || delta.text === '') return
    call.text += delta.text
    this.#emit({ type: 'tool-call-delta', id: call.id, text: delta.text })
  }

  /** Emits every call. `complete` says that the answer ended as the model wanted, so that the arguments are whole. */
  finish(complete: boolean): void {
    for (const { id, name, text, state } of this.#calls) {
      this.#emit({ type: 'tool-call', toolCall: toolCallPart({ id, name, text, state, complete }) })
    }
    this.#calls = []
  }

  #find(delta: ToolCallDelta): OpenCall | undefined {
    const { id, index } = delta
    if (id !== undefined && id !== '') {
      const known = this.#calls.find(call => call.vendorId === id && sameIndex(call, index))
      if (known !== undefined) return known
    }
    const last = this.#calls.at(-1)
    const found = index === undefined ? last : this.#calls.findLast(call => call.index === index)
    return found !== undefined && continues(found, delta) ? found : undefined
  }

  #open({ id, index, name = '', state }: ToolCallDelta): OpenCall {
    const vendorId = id === '' ? undefined : id
    const taken = this.#calls.some(call => call.vendorId === vendorId)
    const unique = vendorId === undefined || taken ? `${this.#prefix}_${String(this.#calls.length)}` : vendorId
    const call: OpenCall = { id: unique, vendorId, index, name, text: '', state }
    this.#calls.push(call)
    this.#emit({ type: 'tool-call-start', id: unique, name })
    return call
  }
}

/** Hosts that give all calls one id still count them. */
function sameIndex(call: OpenCall, index: number | undefined): boolean {
  return index === undefined || call.index === undefined || call.index === index
}

/**
 * A piece with another id, or with a name and no index, begins a new call rather than going on with the found one; so does
 * one with the same name and more arguments behind whole ones, as some hosts give every call the same index.
 */
function continues(call: OpenCall, { id, name = '', index, text = '' }: ToolCallDelta): boolean {
  if (id !== undefined && id !== '' && call.vendorId !== undefined) return false
  if (name === '') return true
  return index !== undefined && name === call.name && (text === '' || !isRecord(tryParseJson(call.text)))
}

/** What a {@link ToolCallPart} is made from: the arguments as the model wrote them. */
export interface RawToolCall {
  readonly id: string
  readonly name: string
  readonly text: string
  readonly complete: boolean
  readonly state?: PartState | undefined
  readonly providerExecuted?: boolean | undefined
}

/**
 * A tool call from the text of its arguments. Blank arguments of a complete answer are `{}`; those of an answer that was
 * cut are incomplete however they read; anything but a JSON object is invalid.
 *
 * @example
 * ```ts
 * import { toolCallPart } from '@llm/core'
 *
 * toolCallPart({ id: 'a', name: 'now', text: '', complete: true }).arguments // {}
 * toolCallPart({ id: 'a', name: 'now', text: '{"zo', complete: false }).status // 'incomplete'
 * ```
 */
export function toolCallPart({ id, name, text, complete, state, providerExecuted }: RawToolCall): ToolCallPart {
  const parsed = text.trim() === '' ? {} : tryParseJson(text)
  const status = !complete ? 'incomplete' : isRecord(parsed) ? undefined : 'invalid'
  return {
    type: 'tool-call',
    id,
    name,
    arguments: status === undefined ? (parsed as JsonObject) : {},
    ...(status === undefined ? {} : { status, argumentsText: text }),
    ...(providerExecuted === true ? { providerExecuted } : {}),
    ...(state === undefined ? {} : { state }),
  }
}
