import { gpt } from '@llm/client-gpt'
import { split, type Estimate } from '@llm/core'
import { mock } from '@llm/provider-mock'

/** Which of two models answers better: 400 users, half of them each, against mocks, no key, no network. */
const answers = (id: string, right: number, outputTokens: number): ReturnType<typeof mock> => {
  let calls = 0
  const reply = () => ({
    text: (calls++ * 37) % 100 < right ? 'Mars.' : 'I do not know.',
    usage: { inputTokens: 12, outputTokens },
  })
  return mock({ id, replies: [reply] })
}

const provider = split(
  [
    { provider: answers('large', 90, 40), name: 'large' },
    { provider: answers('small', 70, 15), name: 'small', model: 'gpt-6-luna' },
  ],
  { name: 'smaller-model', score: ({ text }) => (text.includes('Mars') ? 1 : 0) },
)
const client = gpt('gpt-6-sol', { provider })

for (let user = 0; user < 400; user++) {
  const metadata = { userId: `user-${String(user)}` }
  const { experiment } = await client.complete('Which planet is red?', { metadata })
  if (user === 7) console.log(`${metadata.userId} has ${experiment?.variant ?? 'none'}, always`)
}

const show = ({ value = NaN, low = NaN, high = NaN }: Partial<Estimate>): string =>
  `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
for (const { variant, calls, score, outputTokens, errorRate } of provider.experiment.results().variants) {
  console.log(`${variant}: ${String(calls)} calls, score ${show(score)}, ${show(outputTokens)} tokens`)
  console.log(`  failures ${show(errorRate)}`)
  if (score.difference !== undefined) console.log(`  score against the first: ${show(score.difference)}`)
}
