import type { CompletionEvent, TextDeltaEvent } from './events.ts'

/** What stands around the reasoning of a model, where its host does not take it out of the text. */
export interface ReasoningTags {
  readonly open: string
  readonly close: string
}

/**
 * Makes reasoning of the text between two tags, wherever the deltas cut them. Only a tag at the beginning of the answer
 * counts, as an answer may well speak of such tags; the white space around the tags is left out.
 */
export function splitReasoning(
  tags: ReasoningTags,
  emit: (event: CompletionEvent) => void,
): (event: CompletionEvent) => void {
  const splitter = new ReasoningSplitter(tags, emit)
  return event => {
    splitter.push(event)
  }
}

class ReasoningSplitter {
  #tags: ReasoningTags
  #emit: (event: CompletionEvent) => void
  #place: 'before' | 'inside' | 'behind' | 'answer' = 'before'
  /** Text that may be a tag, or white space beside one: the next delta tells. */
  #held = ''
  /** Some reasoning was told: white space belongs to it. */
  #began = false
  /** The delta that is being read, for what it says besides its text. */
  #delta: TextDeltaEvent = { type: 'text-delta', text: '' }

  constructor(tags: ReasoningTags, emit: (event: CompletionEvent) => void) {
    this.#tags = tags
    this.#emit = emit
  }

  push(event: CompletionEvent): void {
    if (this.#place === 'answer') this.#emit(event)
    else if (event.type === 'text-delta' && event.text !== '') this.#read(event)
    else {
      if (!BETWEEN_DELTAS.has(event.type)) this.#release()
      this.#emit(event)
    }
  }

  #read(delta: TextDeltaEvent): void {
    this.#delta = delta
    const text = this.#held + delta.text
    this.#held = ''
    if (this.#place === 'before') this.#readBefore(text)
    else if (this.#place === 'inside') this.#readInside(text)
    else this.#readBehind(text)
  }

  #readBefore(text: string): void {
    const { open } = this.#tags
    const start = text.trimStart()
    if (start.startsWith(open)) {
      this.#place = 'inside'
      this.#readInside(start.slice(open.length))
    } else if (open.startsWith(start)) this.#held = text
    else this.#answer(text)
  }

  #readInside(text: string): void {
    const { close } = this.#tags
    const reasoning = this.#began ? text : text.trimStart()
    const end = reasoning.indexOf(close)
    if (end >= 0) {
      this.#reason(reasoning.slice(0, end).trimEnd())
      this.#place = 'behind'
      this.#readBehind(reasoning.slice(end + close.length))
      return
    }
    const sure = reasoning.slice(0, reasoning.length - partOfTag(reasoning, close)).trimEnd()
    this.#reason(sure)
    this.#held = reasoning.slice(sure.length)
  }

  #readBehind(text: string): void {
    const answer = text.trimStart()
    if (answer !== '') this.#answer(answer)
  }

  #reason(text: string): void {
    if (text === '') return
    this.#began = true
    this.#emit({ ...this.#delta, type: 'reasoning-delta', text })
  }

  #answer(text: string): void {
    this.#place = 'answer'
    this.#emit({ ...this.#delta, text })
  }

  /** Something else comes, or the end: what was held is no tag. */
  #release(): void {
    const held = this.#held
    this.#held = ''
    if (held === '') return
    if (this.#place === 'inside') this.#reason(held)
    else this.#answer(held)
  }
}

/** Events that may stand between two deltas of one text. */
const BETWEEN_DELTAS: ReadonlySet<CompletionEvent['type']> = new Set(['start', 'usage', 'text-delta'])

/** How many characters at the end of a text are the beginning of a tag. */
function partOfTag(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return length
  }
  return 0
}
