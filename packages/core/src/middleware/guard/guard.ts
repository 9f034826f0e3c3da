import type { CompletionRequest } from '../../completion.ts'
import type { Middleware } from '../../provider.ts'
import { CompletionStream } from '../../stream/completion-stream.ts'
import { deferStream } from '../../stream/defer-stream.ts'
import { checkOptions } from '../check-options.ts'
import type { CallRequest } from '../calls/gate-calls.ts'
import { wrapProvider } from '../wrap-provider.ts'
import { changeAnswer, guardPieces } from './guard-answer.ts'
import { changeRequest, type TextChange } from './guard-request.ts'
import { GuardedSource } from './guarded-source.ts'
import { guardText, type GuardContext, type TextGuard } from './text-guard.ts'

/** What {@link guard} takes. */
export interface GuardOptions {
  /** For all texts that are sent: prompts, histories, tools' results, texts to embed or to speak. */
  readonly input?: TextGuard | readonly TextGuard[] | undefined
  /** For all texts that models answer: what they say, think and call, structured answers, transcriptions. */
  readonly output?: TextGuard | readonly TextGuard[] | undefined
}

/**
 * Watches over what is sent and what is answered: guards change texts (redact, rewrite) or refuse them, by throwing. In
 * streams nothing is passed on before every guard has let it through, also where it is spread over several deltas; parts of
 * a tool call's arguments or of an object are not told before they are whole. Guards run one after the other, first to
 * last.
 *
 * Batches, files and vector stores go through unguarded, as do images and sounds.
 *
 * @throws {@link ConfigurationError} for options that do not exist.
 * @example
 * ```ts
 * import { blockText, compose, guard, redactText, type Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const guarded = compose(
 *   provider,
 *   guard({
 *     input: redactText(/\b\d{4}(?:[ -]?\d{4}){3}\b/, { replacement: '[card]' }),
 *     output: [blockText(/internal only/i), text => text.replaceAll('colour', 'color')],
 *   }),
 * )
 * ```
 */
export function guard(options: GuardOptions): Middleware {
  checkOptions('guard', options, { input: 'other', output: 'other' })
  const input = listOf(options.input)
  const output = listOf(options.output)
  return next => {
    const contextOf = (side: GuardContext['side'], operation: string, request: unknown): GuardContext => ({
      side,
      call: { operation, provider: next.id, request: request as CallRequest },
    })
    const guardInput = async <R>(operation: string, request: R): Promise<R> => {
      if (input.length === 0 || typeof request !== 'object' || request === null) return request
      return changeRequest(request, changeWith(input, contextOf('input', operation, request)))
    }
    return wrapProvider(next, {
      async around(operation, request, proceed) {
        const answer = await proceed(await guardInput(operation, request))
        if (output.length === 0) return answer
        return (await changeAnswer(
          answer,
          changeWith(output, contextOf('output', operation, request)),
        )) as typeof answer
      },
      async *aroundStream(operation, request, proceed) {
        const pieces = proceed(await guardInput(operation, request))
        if (output.length === 0) yield* pieces
        else yield* guardPieces(pieces, output, contextOf('output', operation, request))
      },
      stream(request: CompletionRequest) {
        const guarded = deferStream(async () => next.stream(await guardInput('stream', request)))
        if (output.length === 0) return guarded
        return new CompletionStream(new GuardedSource(guarded, output, contextOf('output', 'stream', request)))
      },
    })
  }
}

function changeWith(guards: readonly TextGuard[], context: GuardContext): TextChange {
  return text => guardText(text, guards, context)
}

function listOf(guards: TextGuard | readonly TextGuard[] | undefined): readonly TextGuard[] {
  if (guards === undefined) return []
  return Array.isArray(guards) ? (guards as readonly TextGuard[]) : [guards as TextGuard]
}
