import { PartialJson } from '../schema/partial-json.ts'
import { restoreValue } from '../schema/restore-value.ts'
import type { CompletionEvent, FinishEvent } from '../stream/events.ts'
import { ANSWER_TOOL, unwrap, type OutputPlan } from './output-plan.ts'

type Sink = (event: CompletionEvent) => void

/** Puts itself between a codec and the answer's events. */
export interface OutputReader {
  push(event: CompletionEvent): void
}

/**
 * Reads the structured answer out of the events: tells it as it grows and once more when it is whole, in the form that the
 * caller wants. An answer that came as a tool's arguments becomes text, as it is what the model says.
 */
export function createOutputReader(plan: OutputPlan, streamed: boolean, sink: Sink): OutputReader {
  const reader = new ObjectReader(plan, streamed, sink)
  if (plan.strategy !== 'tool') return reader
  return new AnswerToolReader(event => {
    reader.push(event)
  })
}

class ObjectReader implements OutputReader {
  #plan: OutputPlan
  #streamed: boolean
  #sink: Sink
  #json: PartialJson = new PartialJson()

  constructor(plan: OutputPlan, streamed: boolean, sink: Sink) {
    this.#plan = plan
    this.#streamed = streamed
    this.#sink = sink
  }

  push(event: CompletionEvent): void {
    if (event.type === 'finish') this.#tellWhole()
    this.#sink(event)
    if (event.type === 'text-delta') this.#grow(event.text)
  }

  #grow(text: string): void {
    this.#json.push(text)
    if (!this.#streamed) return
    const object = unwrap(this.#json.value, this.#plan)
    if (object !== undefined) this.#sink({ type: 'object-delta', object })
  }

  #tellWhole(): void {
    // A number at the root ends with the text.
    this.#json.push(' ')
    if (!this.#json.complete) return
    const { schema } = this.#plan
    const object = unwrap(this.#json.value, this.#plan)
    if (object !== undefined)
      this.#sink({ type: 'object', object: schema === undefined ? object : restoreValue(object, schema) })
  }
}

/** Turns the call that is the answer into text. */
class AnswerToolReader implements OutputReader {
  #sink: Sink
  #id: string | undefined
  #told = false
  #others = false

  constructor(sink: Sink) {
    this.#sink = sink
  }

  push(event: CompletionEvent): void {
    if (event.type === 'tool-call-start' && event.name === ANSWER_TOOL) this.#id = event.id
    else if (event.type === 'tool-call-delta' && event.id === this.#id) this.#tell(event.text)
    else if (event.type === 'tool-call' && event.toolCall.name === ANSWER_TOOL) {
      const { status, argumentsText, arguments: args } = event.toolCall
      if (!this.#told) this.#tell(status === undefined ? JSON.stringify(args) : (argumentsText ?? ''))
    } else this.#pass(event)
  }

  #pass(event: CompletionEvent): void {
    if (event.type === 'tool-call' && event.toolCall.providerExecuted !== true) this.#others = true
    this.#sink(event.type === 'finish' ? this.#finish(event) : event)
  }

  #tell(text: string): void {
    this.#told = true
    this.#sink({ type: 'text-delta', text, block: ANSWER_TOOL })
  }

  #finish(event: FinishEvent): FinishEvent {
    return event.finishReason === 'tool-calls' && !this.#others ? { ...event, finishReason: 'stop' } : event
  }
}
