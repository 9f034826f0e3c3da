import type { Completion, Cost, FinishReason, RawResponse } from '../completion.ts'
import type { AssistantPart, PartState, ReasoningPart, SourcePart, TextPart, ToolCallPart } from '../message.ts'
import type { Usage } from '../usage.ts'
import type { Warning } from '../warning.ts'
import type { CompletionEvent, FinishEvent, StartEvent, TextDeltaEvent, ReasoningDeltaEvent } from './events.ts'

type Growing<P> = { -readonly [K in keyof P]: P[K] }
type TextLike = Growing<TextPart> | Growing<ReasoningPart>

/**
 * Folds events into the {@link Completion} that they describe. There is no other way to make one: a call that is not
 * streamed goes through the same fold, so both give the same result.
 *
 * @example
 * ```ts
 * import { CompletionAccumulator } from '@llm/core'
 *
 * const accumulator = new CompletionAccumulator()
 * accumulator.push({ type: 'text-delta', text: 'Hel' })
 * accumulator.push({ type: 'text-delta', text: 'lo' })
 * accumulator.snapshot().text // 'Hello'
 * ```
 */
export class CompletionAccumulator {
  response: RawResponse = { headers: {} }
  #start: Omit<StartEvent, 'type'> = { id: '', provider: '', model: '', warnings: [] }
  #parts: AssistantPart[] = []
  #calls: Map<string, number> = new Map()
  #current: TextLike | undefined
  #block: string | number | undefined
  #blocks: Map<string | number, TextLike> | undefined
  #usage: Usage = { source: 'reported' }
  #cost: Cost | undefined
  #warnings: readonly Warning[] = []
  #finish: FinishEvent | undefined
  #object: { readonly object?: unknown } = {}

  /** The last event has come. */
  get finished(): boolean {
    return this.#finish !== undefined
  }

  /** Whether anything that a reader could have seen has come: text, reasoning, a call, a file. */
  get hasContent(): boolean {
    return this.#parts.some(hasSubstance)
  }

  /** All text so far. */
  get text(): string {
    return joinText(this.#parts, 'text')
  }

  /** Takes the next event. */
  push(event: CompletionEvent): void {
    switch (event.type) {
      case 'text-delta':
        return this.#text('text', event)
      case 'reasoning-delta':
        return this.#text('reasoning', event)
      case 'tool-call-start':
        return this.#putCall({
          type: 'tool-call',
          id: event.id,
          name: event.name,
          arguments: {},
          status: 'incomplete',
          argumentsText: '',
        })
      case 'tool-call-delta':
        return this.#appendToCall(event.id, event.text)
      case 'tool-call':
        return this.#putCall({ ...event.toolCall })
      case 'tool-result':
        return this.#put(event.toolResult)
      case 'source':
        this.#parts.push(event.source)
        return
      case 'file':
        return this.#put(event.file)
      case 'usage':
        this.#usage = event.usage
        this.#cost = event.cost ?? this.#cost
        return
      case 'start':
        this.#start = event
        return
      case 'finish':
        this.#finish = event
        this.#warnings = event.warnings ?? []
        return
      case 'object-delta':
        return
      case 'object':
        this.#object = { object: event.object }
        return
    }
  }

  /** The completion as far as it has come. `interrupted` marks one that will not go on. */
  snapshot(interrupted: boolean = false): Completion {
    const { id, requestId, provider, model, outputStrategy, warnings } = this.#start
    const content = this.#parts.filter(hasSubstance).map(part => ({ ...part }))
    return {
      id,
      ...(requestId === undefined ? {} : { requestId }),
      provider,
      model,
      ...contentFields(content),
      ...(this.#finish === undefined ? {} : this.#object),
      ...(outputStrategy === undefined ? {} : { outputStrategy }),
      ...finishFields(this.#finish, interrupted),
      usage: this.#usage,
      ...(this.#cost === undefined ? {} : { cost: this.#cost }),
      warnings: [...warnings, ...this.#warnings],
      attempts: [],
      response: this.response,
    }
  }

  #text(type: 'text' | 'reasoning', { text, block, state }: TextDeltaEvent | ReasoningDeltaEvent): void {
    let part = this.#current
    if (part === undefined || part.type !== type || this.#block !== block) part = this.#openText(type, block)
    part.text += text
    if (state !== undefined) part.state = state
  }

  /** Blocks with an id may be interleaved and are found again; those without end when another part begins. */
  #openText(type: 'text' | 'reasoning', block: string | number | undefined): TextLike {
    this.#block = block
    const key = block === undefined ? undefined : `${type}:${String(block)}`
    const known = key === undefined ? undefined : this.#blocks?.get(key)
    if (known !== undefined) return (this.#current = known)
    const part: TextLike = { type, text: '' }
    this.#parts.push(part)
    if (key !== undefined) (this.#blocks ??= new Map()).set(key, part)
    return (this.#current = part)
  }

  #put(part: AssistantPart): void {
    this.#current = undefined
    this.#parts.push(part)
  }

  #putCall(call: ToolCallPart): void {
    const index = this.#calls.get(call.id)
    if (index !== undefined) {
      this.#parts[index] = call
      return
    }
    this.#calls.set(call.id, this.#parts.length)
    this.#put(call)
  }

  #appendToCall(id: string, text: string): void {
    const index = this.#calls.get(id)
    const part = index === undefined ? undefined : this.#parts[index]
    if (part?.type === 'tool-call') (part as Growing<ToolCallPart>).argumentsText = (part.argumentsText ?? '') + text
  }
}

type ContentFields = Pick<
  Completion,
  'content' | 'text' | 'reasoning' | 'toolCalls' | 'sources' | 'fileSearchResults' | 'message'
>

/** Everything in a completion that its content says. */
export function contentFields(content: readonly AssistantPart[]): ContentFields {
  return {
    content,
    text: joinText(content, 'text'),
    reasoning: joinText(content, 'reasoning'),
    toolCalls: content.filter(
      (part): part is ToolCallPart => part.type === 'tool-call' && part.providerExecuted !== true,
    ),
    sources: content.filter((part): part is SourcePart => part.type === 'source'),
    ...fileSearchFields(content),
    message: { role: 'assistant', content },
  }
}

/** An empty text would be refused by some hosts when sent back; an empty reasoning part is kept for its state. */
function hasSubstance(part: AssistantPart): boolean {
  if (part.type !== 'text' && part.type !== 'reasoning') return true
  return part.text !== '' || (part.state satisfies PartState | undefined) !== undefined
}

function joinText(content: readonly AssistantPart[], type: 'text' | 'reasoning'): string {
  let joined = ''
  for (const part of content) if (part.type === type) joined += part.text
  return joined
}

function fileSearchFields(content: readonly AssistantPart[]): Pick<Completion, 'fileSearchResults'> {
  const searches = content.flatMap(part => (part.type === 'tool-result' ? (part.fileSearchResults ?? []) : []))
  return searches.length === 0 ? {} : { fileSearchResults: searches }
}

function finishFields(
  finish: FinishEvent | undefined,
  interrupted: boolean,
): { finishReason: FinishReason; rawFinishReason?: string; interrupted?: true } {
  if (finish === undefined) return { finishReason: 'other', ...(interrupted ? { interrupted: true } : {}) }
  const { finishReason, rawFinishReason } = finish
  return { finishReason, ...(rawFinishReason === undefined ? {} : { rawFinishReason }) }
}

/**
 * The {@link Completion} that a list or a stream of events describes.
 *
 * @example
 * ```ts
 * import { accumulate } from '@llm/core'
 *
 * const completion = await accumulate([
 *   { type: 'text-delta', text: 'Hello' },
 *   { type: 'finish', finishReason: 'stop' },
 * ])
 * completion.text // 'Hello'
 * ```
 */
export async function accumulate(
  events: Iterable<CompletionEvent> | AsyncIterable<CompletionEvent>,
): Promise<Completion> {
  const accumulator = new CompletionAccumulator()
  for await (const event of events) accumulator.push(event)
  return accumulator.snapshot()
}
