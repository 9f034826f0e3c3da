import type { Completion } from '../../completion.ts'
import { LLMError } from '../../errors/llm-error.ts'
import type { PartState } from '../../message.ts'
import { CompletionAccumulator, contentFields } from '../../stream/accumulator.ts'
import type { CompletionSource, CompletionStream } from '../../stream/completion-stream.ts'
import type { CompletionEvent, ReasoningDeltaEvent, TextDeltaEvent } from '../../stream/events.ts'
import { changePart, changeStrings } from './guard-request.ts'
import { guardText, GuardedText, type GuardContext, type TextGuard } from './text-guard.ts'

type Delta = TextDeltaEvent | ReasoningDeltaEvent

/** A text or a reasoning that has begun. */
interface OpenText {
  readonly type: Delta['type']
  readonly block: Delta['block']
  readonly text: GuardedText
  state: PartState | undefined
}

/** Events after which a text without a block of its own does not go on. */
const ENDS_TEXT: ReadonlySet<string> = new Set(['tool-call-start', 'tool-call', 'tool-result', 'file', 'finish'])
/** They would show early what is guarded later, and tell nothing that is not told again. */
const HIDDEN: ReadonlySet<string> = new Set(['tool-call-delta', 'object-delta'])

/** A stream whose texts go through guards. */
export class GuardedSource implements CompletionSource {
  #inner: CompletionStream
  #guards: readonly TextGuard[]
  #context: GuardContext
  #passed: CompletionAccumulator = new CompletionAccumulator()
  #batch: CompletionEvent[] = []
  #open: Map<string, OpenText> = new Map()

  constructor(inner: CompletionStream, guards: readonly TextGuard[], context: GuardContext) {
    this.#inner = inner
    this.#guards = guards
    this.#context = context
  }

  async pull(): Promise<readonly CompletionEvent[] | undefined> {
    try {
      for (let batch = await this.#inner.pull(); batch !== undefined; batch = await this.#inner.pull()) {
        for (const event of batch) await this.#take(event)
        if (this.#batch.length > 0) return this.#flushBatch()
      }
      return undefined
    } catch (error) {
      await this.#inner.cancel().catch(() => undefined)
      throw this.#withGuardedPartial(error)
    }
  }

  async cancel(): Promise<void> {
    await this.#inner.cancel()
  }

  onPing(listener: () => void): void {
    this.#inner.observe({ onPing: listener })
  }

  /** What was passed on, and what else the stream inside knows. */
  snapshot(interrupted: boolean): Completion {
    const { object: _, fileSearchResults: __, ...inner } = this.#inner.snapshot(interrupted)
    const passed = this.#passed.snapshot(interrupted)
    return {
      ...inner,
      ...contentFields(passed.content),
      ...('object' in passed ? { object: passed.object } : {}),
      response: { headers: inner.response.headers },
    }
  }

  async #take(event: CompletionEvent): Promise<void> {
    if (event.type === 'text-delta' || event.type === 'reasoning-delta') return this.#takeDelta(event)
    if (HIDDEN.has(event.type)) return
    // A text without a block is closed before the others: after one of theirs it could not go on.
    if (ENDS_TEXT.has(event.type)) await this.#closeUnnamed()
    if (event.type === 'finish') for (const text of this.#open.values()) await this.#close(text)
    this.#emit(await this.#guardEvent(event))
  }

  async #takeDelta(event: Delta): Promise<void> {
    const { type, block, state } = event
    const key = keyOf(event)
    await this.#closeUnnamed(key)
    let open = this.#open.get(key)
    if (open === undefined) {
      open = { type, block, text: new GuardedText(this.#guards, this.#context), state: undefined }
      this.#open.set(key, open)
    }
    open.state = state ?? open.state
    // An empty delta keeps the place of a text that is held back, among those with blocks.
    const { state: _, ...delta } = event
    this.#emit({ ...delta, text: open.text.push(event.text) })
  }

  async #close(open: OpenText): Promise<void> {
    this.#open.delete(keyOf(open))
    const { type, block, state } = open
    const text = await open.text.end()
    const kept = open.text.unchanged ? state : undefined
    if (text === '' && kept === undefined) return
    this.#emit({
      type,
      text,
      ...(block === undefined ? {} : { block }),
      ...(kept === undefined ? {} : { state: kept }),
    })
  }

  /** A text without a block ends where anything else begins. */
  async #closeUnnamed(but?: string): Promise<void> {
    for (const [key, open] of this.#open) if (open.block === undefined && key !== but) await this.#close(open)
  }

  async #guardEvent(event: CompletionEvent): Promise<CompletionEvent> {
    const change = (text: string): Promise<string> => guardText(text, this.#guards, this.#context)
    switch (event.type) {
      case 'tool-call':
        return { ...event, toolCall: await changePart(event.toolCall, change) }
      case 'tool-result':
        return { ...event, toolResult: await changePart(event.toolResult, change) }
      case 'file':
        return { ...event, file: await changePart(event.file, change) }
      case 'object':
        return { ...event, object: await changeStrings(event.object, change) }
      default:
        return event
    }
  }

  #emit(event: CompletionEvent): void {
    this.#passed.push(event)
    this.#batch.push(event)
  }

  #flushBatch(): readonly CompletionEvent[] {
    const batch = this.#batch
    this.#batch = []
    return batch
  }

  /** The error of the stream inside shows what that had received. */
  #withGuardedPartial(error: unknown): unknown {
    if (LLMError.is(error)) {
      Object.defineProperty(error, 'partial', { value: this.snapshot(true), configurable: true })
    }
    return error
  }
}

function keyOf({ type, block }: Pick<Delta, 'type' | 'block'>): string {
  return block === undefined ? type : `${type}:${String(block)}`
}
