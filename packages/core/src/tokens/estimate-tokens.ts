import type { CompletionRequest } from '../completion.ts'
import { contentParts, type Message, type Part } from '../message.ts'
import type { TokenCount } from '../provider.ts'
import { toJsonSchema } from '../schema/to-json-schema.ts'

/** Counts the tokens of a text. */
export type Tokenizer = (text: string) => number

/** How a request is counted without asking anybody. */
export interface EstimateOptions {
  /** The family's own tokenizer. Defaults to a rule of thumb. */
  readonly tokenizer?: Tokenizer | undefined
}

/** What a message costs besides its content, as hosts that document it say: three tokens and its role. */
const PER_MESSAGE = 4
/** What an image, a sound or a file is taken for, as its size in tokens is known to its host alone. */
const PER_MEDIUM = 1000
const PER_SMALL_IMAGE = 85

/** How far off a count may be: with the family's tokenizer, by rule of thumb, and where there are media. */
const BOUNDS = { tokenizer: 0.05, heuristic: 0.4, media: 0.6 }

/**
 * How many input tokens a request takes, without asking the provider: messages, tools, schema and media. `errorBound` says
 * how far off it may be.
 *
 * @example
 * ```ts
 * import { estimateTokens } from '@llm/core'
 *
 * const { inputTokens, errorBound } = await estimateTokens({
 *   model: 'm',
 *   messages: [{ role: 'user', content: 'Which planet is red?' }],
 * })
 * ```
 */
export async function estimateTokens(request: CompletionRequest, options: EstimateOptions = {}): Promise<TokenCount> {
  const { tokenizer = await heuristic() } = options
  const counter = countInput(request, tokenizer)
  const source = options.tokenizer === undefined ? 'heuristic' : 'tokenizer'
  const errorBound = counter.media > 0 ? Math.max(BOUNDS.media, BOUNDS[source]) : BOUNDS[source]
  return { inputTokens: counter.total, source, errorBound }
}

/** Counts a request with a tokenizer that is there already. */
export function countInput(
  { messages, tools = [], output }: CompletionRequest,
  tokenizer: Tokenizer,
): { readonly total: number; readonly media: number } {
  const counter = new TokenCounter(tokenizer)
  for (const message of messages) counter.message(message)
  for (const { name, description = '', parameters } of tools) {
    counter.text(`${name} ${description} ${parameters === undefined ? '' : JSON.stringify(toJsonSchema(parameters))}`)
  }
  if (typeof output === 'object') counter.text(JSON.stringify(toJsonSchema(output)))
  return counter
}

/**
 * Weighs single messages, for trimming a history.
 *
 * @example
 * ```ts
 * import { messageWeigher, trimHistory, type Message } from '@llm/core'
 *
 * declare const messages: readonly Message[]
 *
 * const recent = trimHistory(messages, { limit: 8000, weigh: await messageWeigher() })
 * ```
 */
export async function messageWeigher({ tokenizer }: EstimateOptions = {}): Promise<(message: Message) => number> {
  const count = tokenizer ?? (await heuristic())
  return message => {
    const counter = new TokenCounter(count)
    counter.message(message)
    return counter.total
  }
}

class TokenCounter {
  total = 0
  media = 0
  #count: Tokenizer

  constructor(count: Tokenizer) {
    this.#count = count
  }

  text(text: string): void {
    if (text !== '') this.total += this.#count(text)
  }

  message({ content }: Message): void {
    this.total += PER_MESSAGE
    for (const part of contentParts<Part>(content)) this.#part(part)
  }

  #part(part: Part): void {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return this.text(part.text)
      case 'tool-call':
        return this.text(`${part.name} ${JSON.stringify(part.arguments)}`)
      case 'tool-result':
        return contentParts<Part>(part.content).forEach(item => {
          this.#part(item)
        })
      case 'source':
        return
      default:
        this.media += 1
        this.total += part.type === 'image' && part.detail === 'low' ? PER_SMALL_IMAGE : PER_MEDIUM
    }
  }
}

async function heuristic(): Promise<Tokenizer> {
  const { estimateTokenCount } = await import('tokenx')
  return text => estimateTokenCount(text)
}
