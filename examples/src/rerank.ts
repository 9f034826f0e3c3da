import { mock } from '@llm/provider-mock'
import { openrouter } from '@llm/provider-openrouter'

/** Documents ordered by how well they answer a question: what a search found, before a model reads it. */
const provider = process.env['OPENROUTER_API_KEY'] === undefined ? mock() : openrouter()

const documents = ['Bread needs flour and time.', 'Mars has two moons.', 'The moons of Jupiter are many.']
const { results } = await provider.rerank({
  model: 'cohere/rerank-v3.5',
  query: 'How many moons has Mars?',
  documents,
  topN: 2,
})
for (const { index, score } of results) console.log(score.toFixed(2), documents[index])
