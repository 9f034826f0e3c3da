import { gpt } from '@llm/client-gpt'
import { cosineSimilarity, withEmbedder, type Provider } from '@llm/core'
import { mock } from '@llm/provider-mock'

/** A search by meaning, against the mock, whose vectors are near where texts share words: no key, no network. */
const client = gpt('text-embedding-3-small', { provider: mock() })

const documents = [
  'Mars is a red planet with two small moons.',
  'Bread needs flour, water, salt and time.',
  'Jupiter is the largest planet and has many moons.',
]
const { vectors, usage } = await client.embedMany(documents, { task: 'document' })
const { vector } = await client.embed('Which planet is red?', { task: 'query' })

const ranked = documents
  .map((text, index) => ({ text, score: cosineSimilarity(vector, vectors[index] ?? []) }))
  .sort((a, b) => b.score - a.score)
for (const { text, score } of ranked) console.log(score.toFixed(2), text)
console.log(`${String(usage.inputTokens)} tokens for ${String(documents.length)} documents`)

/** A host without embeddings is lent those of another: only vectors of the same model may be compared. */
const { embed: _, ...host } = mock({ id: 'writer' })
const lent = withEmbedder<Provider>(host, { embedder: mock(), model: 'text-embedding-3-small' })
const answer = await gpt('gpt-6-luna', { provider: lent }).embed(documents[0] ?? '')
console.log(`embedded by ${answer.provider}: ${cosineSimilarity(answer.vector, vectors[0] ?? []).toFixed(2)} alike`)
