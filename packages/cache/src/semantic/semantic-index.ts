import {
  checkSettings,
  ConfigurationError,
  contentParts,
  cosineSimilarity,
  type Capabilities,
  type CompletionRequest,
  type Logger,
  type SettingsSpec,
  type UserPart,
} from '@llm/core'
import type { GuardedStore } from '../guarded-store.ts'
import { digest } from '../key/cache-key.ts'
import { within } from '../within.ts'
import { KnownQuestions } from './known-questions.ts'

/** How a cache finds the answers to questions that were asked in other words. */
export interface SemanticOptions {
  /** What embeds the questions: any provider that can. */
  readonly embedder: Pick<Capabilities, 'embed'>
  /** The embedder's model. */
  readonly model: string
  /**
   * How alike two questions must be, as the cosine of their vectors: 1 is the same. Which number is right depends on the
   * model: try it on questions of your own.
   *
   * @default 0.95
   */
  readonly threshold?: number | undefined
  /**
   * How many questions are compared with, of those that differ in nothing but their last message. The newest are.
   *
   * @default 1000
   */
  readonly maxQuestions?: number | undefined
}

/** What is asked: the last message of a request, where it is the user's and nothing but text. */
export interface Question {
  readonly text: string
  /** The key of all else that decides the answer. */
  readonly context: string
  readonly signal: AbortSignal | undefined
}

const SPEC: SettingsSpec<SemanticOptions> = {
  embedder: { type: 'record' },
  model: { type: 'string' },
  threshold: { type: 'number' },
  maxQuestions: { type: 'count' },
}

/** Finds questions that mean the same, among those with the same context. */
export class SemanticIndex {
  #options: Required<{ [K in keyof SemanticOptions]: NonNullable<SemanticOptions[K]> }>
  #known: KnownQuestions
  #timeoutMs: number
  #logger: Logger
  #vectors: WeakMap<Question, Promise<Float32Array | undefined>> = new WeakMap()

  /** @throws {@link ConfigurationError} for a threshold that is none, and for unknown options. */
  constructor(options: SemanticOptions, context: { store: GuardedStore; timeoutMs: number; logger: Logger }) {
    const { threshold = 0.95, maxQuestions = 1000, ...given } = checkSettings('cache.semantic', options, SPEC)
    if (!(threshold > 0 && threshold <= 1)) {
      throw new ConfigurationError({
        message: `cache: semantic.threshold is ${String(threshold)}.`,
        hint: 'Give a number above 0 and up to 1, such as 0.95.',
      })
    }
    this.#options = { ...given, threshold, maxQuestions }
    this.#known = new KnownQuestions(context.store, maxQuestions)
    this.#timeoutMs = context.timeoutMs
    this.#logger = context.logger
  }

  /** What a request asks; `undefined` where that is not a text of the user's. `keyOf` gives the key of what came before. */
  question(request: CompletionRequest, keyOf: (before: CompletionRequest) => string | undefined): Question | undefined {
    const { messages, signal } = request
    const last = messages.at(-1)
    if (last?.role !== 'user') return undefined
    const parts = contentParts<UserPart>(last.content)
    const text = parts.map(part => (part.type === 'text' ? part.text : '')).join('\n')
    if (text.trim() === '' || parts.some(part => part.type !== 'text')) return undefined
    const context = keyOf({ ...request, messages: messages.slice(0, -1) })
    return context === undefined ? undefined : { text, context: `${context}:`, signal }
  }

  /** The key of the answer to the question that is most alike, where one is alike enough. */
  async find(question: Question): Promise<string | undefined> {
    const vector = await this.#embed(question)
    if (vector === undefined) return undefined
    let best: { readonly key: string; readonly similarity: number } | undefined
    for (const known of await this.#read(question.context)) {
      if (known.vector.length !== vector.length) continue
      const similarity = cosineSimilarity(vector, known.vector)
      if (similarity >= (best?.similarity ?? this.#options.threshold)) best = { key: known.key, similarity }
    }
    return best?.key
  }

  /** Remembers a question whose answer is kept. */
  async add(question: Question, key: string, expiresAt: number | undefined): Promise<void> {
    const vector = await this.#embed(question)
    if (vector === undefined) return
    await this.#known.add(question.context, { key, id: digest(key), vector, at: Date.now() }, expiresAt)
  }

  /** The answer to a question is gone. */
  drop(question: Question, key: string): void {
    this.#known.drop(question.context, key)
  }

  /** The store was cleared. */
  forget(): void {
    this.#known.forget()
  }

  /** The call goes on where the store takes too long; what it tells is there for the next one. */
  async #read(context: string): ReturnType<KnownQuestions['of']> {
    try {
      return await within(this.#known.of(context), this.#timeoutMs)
    } catch (error) {
      this.#logger.debug({ reason: String(error) }, 'The semantic cache is not read yet.')
      return []
    }
  }

  /** The call goes on where the question cannot be embedded. */
  #embed(question: Question): Promise<Float32Array | undefined> {
    const vector = this.#vectors.get(question) ?? this.#ask(question)
    this.#vectors.set(question, vector)
    return vector
  }

  async #ask({ text, signal }: Question): Promise<Float32Array | undefined> {
    const { embedder, model } = this.#options
    try {
      const { vectors } = await embedder.embed({ model, input: [text], task: 'similarity', signal })
      return vectors[0]
    } catch (error) {
      this.#logger.warn({ reason: String(error) }, 'A question could not be embedded for the semantic cache.')
      return undefined
    }
  }
}
