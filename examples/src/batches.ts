import type { CompletionRequest } from '@llm/core'
import { fail, mock } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'

/** Many requests at once, for half the money and within a day; each has an answer or an error of its own. */
const offline = process.env['OPENAI_API_KEY'] === undefined
const provider = offline ? mock({ replies: ['Jupiter.', fail(400), 'Venus.'] }) : openai()

const questions = ['Which planet is the largest?', 'Which planet is flat?', 'Which planet is the hottest?']
const requests = questions.map((content): CompletionRequest => ({
  model: 'gpt-6-luna',
  messages: [{ role: 'user', content }],
  maxTokens: 200,
}))

let batch = await provider.batches.create({ requests })
while (batch.state === 'queued' || batch.state === 'running') {
  console.log(batch.id, batch.state)
  await new Promise(resolve => setTimeout(resolve, offline ? 10 : 30_000))
  batch = await provider.batches.get(batch.id)
}
console.log(batch.state, `${String(batch.succeeded)} of ${String(batch.total)}`)

const items = await provider.batches.results(batch.id)
for (const [index, item] of items.entries()) {
  console.log(questions[index], item.ok ? item.value.text : `failed: ${item.error.code}`)
}
