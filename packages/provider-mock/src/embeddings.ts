import { ValidationError, type Embedding, type EmbeddingRequest } from '@llm/core'
import { createRandom } from '@llm/core/testing'
import { hashText } from './mock-bytes.ts'
import { estimateTokens } from './mock-tokens.ts'

const DIMENSIONS = 256

/** The vector of a text: the sum of those of its words, of length 1. Texts that share words are near to each other. */
export function embed({ model, input, dimensions = DIMENSIONS }: EmbeddingRequest, provider: string): Embedding {
  if (!Number.isInteger(dimensions) || dimensions < 1) {
    throw new ValidationError({
      message: 'dimensions must be a whole number above 0.',
      hint: 'Leave it out for 256 dimensions.',
      parameter: 'dimensions',
    })
  }
  const inputTokens = input.reduce((sum, text) => sum + estimateTokens(text), 0)
  return {
    provider,
    model,
    vectors: input.map(text => vectorOf(text, dimensions)),
    usage: { inputTokens, totalTokens: inputTokens, source: 'estimated' },
    warnings: [],
    response: { headers: {} },
  }
}

function vectorOf(text: string, dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions)
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]) {
    const random = createRandom(hashText(word))
    for (let index = 0; index < dimensions; index++) sum[index] = (sum[index] ?? 0) + random.next() * 2 - 1
  }
  const length = Math.hypot(...sum)
  return Float32Array.from(sum, value => value / length)
}
