import type { RawResponse } from '../completion.ts'
import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import { ValidationError } from '../errors/validation-error.ts'
import { createDeadline } from '../http/deadline.ts'
import type { Provider } from '../provider.ts'
import { sumUsage } from '../usage-sum.ts'
import type { Warning } from '../warning.ts'
import type { Embedding, EmbeddingRequest } from '../embedding.ts'

/** Any number of texts to turn into vectors. */
export interface EmbedManyRequest extends EmbeddingRequest {
  /** The most calls at once. Defaults to 4. */
  readonly concurrency?: number | undefined
  /** The most texts in one call. Defaults to what the host takes, or to 100 where that is not known. */
  readonly batchSize?: number | undefined
}

/** A vector for each text, in order, from as many calls as it took. Usage is that of all of them. */
export interface ManyEmbeddings extends Omit<Embedding, 'response'> {
  /** What the host answered, call by call. */
  readonly responses: readonly RawResponse[]
}

const CONCURRENCY = 4
const BATCH_SIZE = 100

/**
 * Embeds any number of texts: in batches that the host takes, several at a time. Where one fails, the others are ended
 * and none is begun. `timeout` counts for each call.
 *
 * @throws {@link UnsupportedOperationError} where the provider has no embeddings.
 * @example
 * ```ts
 * import { embedMany, type Provider } from '@llm/core'
 *
 * declare const provider: Provider
 * declare const chapters: string[]
 *
 * const { vectors, usage } = await embedMany(provider, { model: 'some-model', input: chapters, concurrency: 8 })
 * ```
 */
export async function embedMany(provider: Provider, request: EmbedManyRequest): Promise<ManyEmbeddings> {
  const { concurrency = CONCURRENCY, batchSize = provider.maxEmbeddingInputs ?? BATCH_SIZE, ...shared } = request
  checkCounts({ concurrency, batchSize })
  const embed = embedOf(provider)
  const batches = split(request.input, batchSize)
  const answers: Embedding[] = []
  const deadline = createDeadline(request.signal, undefined)
  const next = batches.entries()
  const work = async (): Promise<void> => {
    // The workers share one iterator, so that each batch is taken once.
    for (const [index, input] of next) answers[index] = await embed({ ...shared, input, signal: deadline.signal })
  }
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, batches.length) }, work))
  } finally {
    deadline.abort()
    deadline.dispose()
  }
  return joined(answers, { provider: provider.id, model: request.model })
}

/** The provider's own call. */
export function embedOf(provider: Provider): NonNullable<Provider['embed']> {
  if (provider.embed !== undefined) return provider.embed.bind(provider)
  throw new UnsupportedOperationError({
    message: `${provider.id} has no embeddings.`,
    hint: 'Use a provider that has them, or lend it one: withEmbedder(provider, { embedder, model }).',
  })
}

function joined(
  answers: readonly Embedding[],
  { provider, model }: Pick<Embedding, 'provider' | 'model'>,
): ManyEmbeddings {
  const warnings = new Map<string, Warning>(
    answers.flatMap(answer => answer.warnings).map(warning => [warning.code + warning.message, warning]),
  )
  return {
    provider: answers[0]?.provider ?? provider,
    model: answers[0]?.model ?? model,
    vectors: answers.flatMap(({ vectors }) => vectors),
    usage: sumUsage(answers.map(({ usage }) => usage)),
    warnings: [...warnings.values()],
    responses: answers.map(({ response }) => response),
  }
}

function split(texts: readonly string[], size: number): (readonly string[])[] {
  const batches: (readonly string[])[] = []
  for (let at = 0; at < texts.length; at += size) batches.push(texts.slice(at, at + size))
  return batches
}

function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const [parameter, count] of Object.entries(counts)) {
    if (Number.isInteger(count) && count > 0) continue
    const message = `${parameter} must be a whole number above 0.`
    throw new ValidationError({
      message,
      hint: `Give such a number, or leave ${parameter} out for the default.`,
      parameter,
    })
  }
}
