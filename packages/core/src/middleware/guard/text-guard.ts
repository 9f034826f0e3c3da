import { ContentFilterError } from '../../errors/content-filter-error.ts'
import { LLMError } from '../../errors/llm-error.ts'
import type { ProviderCall } from '../calls/gate-calls.ts'

/** Which text a guard sees. */
export interface GuardContext {
  /** What is sent to a model, or what it answered. */
  readonly side: 'input' | 'output'
  readonly call: ProviderCall
}

/** Looks at one text that arrives in pieces. */
export interface TextFilter {
  /** Takes more of the text, and gives what may be passed on by now. */
  push(text: string): string
  /** There is no more: gives what was held back. */
  end(): string | Promise<string>
}

/**
 * Watches over texts: changes them, or throws to refuse them. A function sees a whole text, so a stream holds it back until
 * it is complete; an object with `filter` looks at the pieces as they come. {@link redactText} and {@link blockText} make
 * such objects.
 *
 * @example
 * ```ts
 * import { guard, type TextGuard } from '@llm/core'
 *
 * const shout: TextGuard = { filter: () => ({ push: text => text.toUpperCase(), end: () => '' }) }
 * const loud = guard({ output: shout })
 * ```
 */
export type TextGuard = WholeTextGuard | { filter(context: GuardContext): TextFilter }

type WholeTextGuard = (text: string, context: GuardContext) => string | Promise<string>
/** One text on its way through several guards, one after the other. */
export class GuardedText {
  #filters: readonly TextFilter[]
  #context: GuardContext
  #before = ''
  #after = ''

  constructor(guards: readonly TextGuard[], context: GuardContext) {
    this.#context = context
    this.#filters = guards.map(guard =>
      typeof guard === 'function' ? wholeText(guard, context) : guard.filter(context),
    )
  }

  /** What came out is what went in. */
  get unchanged(): boolean {
    return this.#before === this.#after
  }

  push(text: string): string {
    this.#before += text
    try {
      return this.#passed(this.#filters.reduce((piece, filter) => filter.push(piece), text))
    } catch (error) {
      throw refusal(error, this.#context)
    }
  }

  async end(): Promise<string> {
    try {
      let rest = ''
      for (const filter of this.#filters) rest = filter.push(rest) + (await filter.end())
      return this.#passed(rest)
    } catch (error) {
      throw refusal(error, this.#context)
    }
  }

  #passed(text: string): string {
    this.#after += text
    return text
  }
}

/** A whole text through all guards. */
export async function guardText(text: string, guards: readonly TextGuard[], context: GuardContext): Promise<string> {
  const guarded = new GuardedText(guards, context)
  const start = guarded.push(text)
  return start + (await guarded.end())
}

function wholeText(guard: WholeTextGuard, context: GuardContext): TextFilter {
  let whole = ''
  return {
    push(text) {
      whole += text
      return ''
    },
    end: () => guard(whole, context),
  }
}

/** A text that a guard cannot judge is not passed on. */
function refusal(error: unknown, { side }: GuardContext): LLMError {
  if (LLMError.is(error)) return error
  return new ContentFilterError({
    message: `A guard failed, so the ${side} was not passed on.`,
    hint: 'Mend the guard; the cause is what it threw.',
    cause: error,
  })
}
