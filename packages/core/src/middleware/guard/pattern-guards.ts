import { ContentFilterError } from '../../errors/content-filter-error.ts'
import { checkOptions } from '../check-options.ts'
import type { GuardContext, TextFilter, TextGuard } from './text-guard.ts'

/** How a pattern is looked for in a text that arrives in pieces. */
export interface PatternOptions {
  /**
   * How many characters a stream holds back: the longest match that is found wherever it is cut, with what its pattern
   * looks at around it.
   *
   * @default 200
   */
  readonly window?: number | undefined
}

/** How {@link redactText} changes texts. */
export interface RedactOptions extends PatternOptions {
  /**
   * What stands in the place of a match.
   *
   * @default '[redacted]'
   */
  readonly replacement?: string | ((match: string) => string) | undefined
}

/** How {@link blockText} refuses texts. */
export interface BlockOptions extends PatternOptions {
  /** The message of the error. It should not quote the text. */
  readonly message?: string | undefined
}

const WINDOW = 200

/**
 * A guard that replaces what matches a pattern, in whole texts and in streams alike: a stream holds back a window, so that
 * what is spread over several deltas is found.
 *
 * @example
 * ```ts
 * import { guard, redactText } from '@llm/core'
 *
 * const email = redactText(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/, { replacement: '[email]' })
 * const careful = guard({ input: email, output: email })
 * ```
 */
export function redactText(pattern: RegExp, options: RedactOptions = {}): TextGuard & { filter(): TextFilter } {
  checkOptions('redactText', options, { window: 'count', replacement: 'other' })
  const { replacement = '[redacted]', window = WINDOW } = options
  const replace = typeof replacement === 'string' ? () => replacement : replacement
  return { filter: () => new PatternFilter(pattern, window, replace) }
}

/**
 * A guard that refuses a text with a match of a pattern, by a {@link ContentFilterError}. Of a match in a stream nothing was
 * passed on.
 *
 * @example
 * ```ts
 * import { blockText, guard } from '@llm/core'
 *
 * const discreet = guard({ output: blockText(/project nightingale/i, { message: 'That project is secret.' }) })
 * ```
 */
export function blockText(
  pattern: RegExp,
  options: BlockOptions = {},
): TextGuard & { filter(context: GuardContext): TextFilter } {
  checkOptions('blockText', options, { window: 'count', message: 'other' })
  const { message, window = WINDOW } = options
  return {
    filter: ({ side }) =>
      new PatternFilter(pattern, window, () => {
        throw new ContentFilterError({
          message: message ?? `A guard refused the ${side}.`,
          hint: side === 'input' ? 'Change the prompt. Nothing was sent.' : 'Change the prompt, or the guard.',
        })
      }),
  }
}

/** Whether a match begins at a place is known as soon as one window behind it has come. */
class PatternFilter implements TextFilter {
  #pattern: RegExp
  #window: number
  #replace: (match: string) => string
  /** The end of what was passed on, for patterns that look back, and what is held. */
  #text = ''
  /** Where the latter begins. */
  #from = 0

  constructor(pattern: RegExp, window: number, replace: (match: string) => string) {
    this.#pattern = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`)
    this.#window = window
    this.#replace = replace
  }

  push(text: string): string {
    this.#text += text
    return this.#pass(this.#text.length - this.#window)
  }

  end(): string {
    return this.#pass(this.#text.length)
  }

  #pass(end: number): string {
    const until = isBetweenSurrogates(this.#text, end) ? end - 1 : end
    let passed = ''
    while (this.#from < until) {
      const match = this.#find()
      const start = Math.min(match?.index ?? until, until)
      passed += this.#text.slice(this.#from, start)
      this.#from = start
      if (match === undefined || start === until) break
      passed += this.#replace(match[0])
      this.#from += match[0].length
    }
    this.#forget()
    return passed
  }

  /** The next match that is not empty. */
  #find(): RegExpExecArray | undefined {
    this.#pattern.lastIndex = this.#from
    for (let match = this.#pattern.exec(this.#text); match !== null; match = this.#pattern.exec(this.#text)) {
      if (match[0] !== '') return match
      this.#pattern.lastIndex += (this.#text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1
    }
    return undefined
  }

  #forget(): void {
    const excess = this.#from - this.#window
    if (excess <= this.#window) return
    const cut = isBetweenSurrogates(this.#text, excess) ? excess - 1 : excess
    this.#text = this.#text.slice(cut)
    this.#from -= cut
  }
}

function isBetweenSurrogates(text: string, index: number): boolean {
  return index > 0 && index < text.length && (text.codePointAt(index - 1) ?? 0) > 0xffff
}
