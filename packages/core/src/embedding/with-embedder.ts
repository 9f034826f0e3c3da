import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import { wrapProvider } from '../middleware/wrap-provider.ts'
import type { Capabilities, Provider } from '../provider.ts'
import type { Embedding, EmbeddingRequest } from '../embedding.ts'
import { embedOf } from './embed-many.ts'

/** A vector space that several models share, declared by whoever knows it. */
export interface VectorSpace {
  /** Models whose vectors may be compared with those of the embedder's. */
  readonly models: readonly string[]
  /** The length of its vectors. */
  readonly dimensions: number
}

/** Who embeds for a host that has no embeddings. */
export interface EmbedderOptions {
  /** A provider that has them. */
  readonly embedder: Provider
  /** Its model, as it calls it. */
  readonly model: string
  /** Other models that it may stand in for. */
  readonly space?: VectorSpace | undefined
}

/** A provider that can embed. */
export type WithEmbedder<P extends Provider> = P &
  Pick<Capabilities, 'embed'> & { readonly embeddingModel?: string | undefined }

/**
 * Lends embeddings to a provider that has none; one that has them is given back as it is. Vectors of different models
 * cannot be compared, so only the embedder's model is served, under its name at any host, and the models of a declared
 * space; all vectors have the dimensions that were declared.
 *
 * @throws {@link UnsupportedOperationError} at the call, for a model or a dimension of another space; at once, where the
 * embedder cannot embed.
 * @example
 * ```ts
 * import { withEmbedder, type Provider } from '@llm/core'
 *
 * declare const host: Provider
 * declare const other: Provider
 *
 * const provider = withEmbedder(host, { embedder: other, model: 'some-embedding-model' })
 * const { vectors } = await provider.embed({ model: 'some-embedding-model', input: ['Hello.'] })
 * ```
 */
export function withEmbedder<P extends Provider>(provider: P, options: EmbedderOptions): WithEmbedder<P> {
  if (provider.embed !== undefined) return provider as WithEmbedder<P>
  const { embedder, model, space } = options
  const embed = embedOf(embedder)
  return Object.assign(wrapProvider(provider, {}), {
    embeddingModel: model,
    maxEmbeddingInputs: embedder.maxEmbeddingInputs,
    async embed(request: EmbeddingRequest): Promise<Embedding> {
      checkModel(request.model, options)
      const dimensions = agreedDimensions(request, space)
      const embedding = await embed({ ...request, model, dimensions })
      checkVectors(embedding, dimensions)
      return embedding
    },
  })
}

function checkModel(asked: string, { embedder, model, space }: EmbedderOptions): void {
  const known = [model, embedder.modelOf?.(model) ?? model, ...(space?.models ?? [])]
  if (known.some(name => plainName(name) === plainName(asked))) return
  throw new UnsupportedOperationError({
    message: `${embedder.id} embeds with ${model}, whose vectors cannot be compared with those of ${asked}.`,
    hint: `Ask for ${model}; or, where you know that both share a space, say so: { space: { models: ['${asked}'], dimensions } }.`,
  })
}

/** Hosts put a vendor before a model's name, or write it in capitals. */
function plainName(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1).toLowerCase()
}

function agreedDimensions({ dimensions }: EmbeddingRequest, space: VectorSpace | undefined): number | undefined {
  if (dimensions === undefined || space === undefined || dimensions === space.dimensions)
    return dimensions ?? space?.dimensions
  throw new UnsupportedOperationError({
    message: `Vectors of ${String(dimensions)} dimensions are not of the space, which has ${String(space.dimensions)}.`,
    hint: 'Leave dimensions out, or declare the space that is meant.',
  })
}

function checkVectors({ vectors, model }: Embedding, dimensions: number | undefined): void {
  const wrong = dimensions === undefined ? undefined : vectors.find(vector => vector.length !== dimensions)
  if (wrong === undefined) return
  throw new UnsupportedOperationError({
    message: `${model} gave vectors of ${String(wrong.length)} dimensions where ${String(dimensions)} were agreed.`,
    hint: 'Use a model that can shorten its vectors, or declare the dimensions that it has.',
  })
}
