import type { CompletionRequest } from '../completion.ts'
import { ContextLengthError } from '../errors/context-length-error.ts'
import { trimHistory } from '../history/trim-history.ts'
import { contentParts, type Message, type Part } from '../message.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import type { Warning } from '../warning.ts'
import { estimateTokens, messageWeigher, type Tokenizer } from './estimate-tokens.ts'

/** What to do about a conversation that does not fit into the model's context window. */
export interface FitOptions {
  readonly onOverflow: 'throw' | 'trim'
  /** Loads the family's tokenizer, where it has one. */
  readonly tokenizer: () => Promise<Tokenizer | undefined> | undefined
}

/**
 * Sees to it that a request fits into its model's context window. Counts only where the text is so long that it may not.
 *
 * @throws {@link ContextLengthError} with the numbers, where it surely does not fit and may not be trimmed.
 */
export async function fitContext(
  request: CompletionRequest,
  spec: ModelSpec,
  options: FitOptions,
): Promise<CompletionRequest> {
  const { contextWindow } = spec
  if (contextWindow === undefined) return request
  const room = contextWindow - (request.maxTokens ?? 0)
  if (characters(request.messages) <= room) return request
  const tokenizer = await options.tokenizer()
  const { inputTokens, errorBound = 0 } = await estimateTokens(request, { tokenizer })
  if (inputTokens * (1 - errorBound) <= room) return request
  if (options.onOverflow === 'throw') throw overflow(spec.id, inputTokens, room)
  const limit = (room * (1 - errorBound)) / (1 + errorBound)
  const messages = trimHistory(request.messages, { limit, weigh: await messageWeigher({ tokenizer }) })
  return {
    ...request,
    messages,
    warnings: [...(request.warnings ?? []), trimmed(request.messages.length - messages.length)],
  }
}

function overflow(model: string, tokens: number, room: number): ContextLengthError {
  return new ContextLengthError({
    message: `The conversation takes about ${String(tokens)} tokens, and ${model} has room for ${String(room)}.`,
    hint: "Shorten it, lower maxTokens, set onOverflow to 'trim', or use a model with a larger context window.",
    model,
  })
}

function trimmed(count: number): Warning {
  const message = `The ${String(count)} oldest messages were left out, as the conversation does not fit.`
  return { code: 'history-trimmed', message, parameter: 'messages' }
}

/** A token is hardly ever less than a character, so a text that has fewer of these than there is room needs no count. */
function characters(messages: readonly Message[]): number {
  let sum = 0
  for (const { content } of messages) {
    if (typeof content === 'string') sum += content.length
    else
      for (const part of contentParts<Part>(content))
        sum += part.type === 'text' ? part.text.length : JSON.stringify(part).length
  }
  return sum
}
