import { gpt } from '@llm/client-gpt'
import { afterSteps, tool, type Approval, type PausedRun } from '@llm/core'
import { callTool, mock } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'
import { z } from 'zod'

/** A run with tools: watched, paused for somebody's approval, saved as JSON, and gone on with. */
const scripted = mock({
  replies: [callTool('balance'), callTool('pay', { to: 'Ada', euros: 50 }), 'Ada has got her 50 euros.'],
})
const provider = process.env['OPENAI_API_KEY'] === undefined ? scripted : openai()
const client = gpt('gpt-6-luna', { provider })

const balance = tool({ name: 'balance', description: 'How many euros there are.', execute: () => ({ euros: 120 }) })
const pay = tool({
  name: 'pay',
  description: 'Pays an amount to somebody.',
  parameters: z.object({ to: z.string(), euros: z.number().positive() }),
  needsApproval: ({ euros }) => euros > 10,
  execute: ({ to, euros }) => `Paid ${String(euros)} € to ${to}.`,
})
const options = { tools: [balance, pay], stopWhen: afterSteps(6), toolTimeout: 10_000 }

const run = client.streamRun('Pay Ada 50 euros, if there are enough.', options)
for await (const event of run) {
  if (event.type === 'tool-call') console.log('calls', event.toolCall.name, event.toolCall.arguments)
  if (event.type === 'tool-outcome') console.log('gets', event.result.content)
}
let result = await run.result()

if (result.paused !== undefined) {
  const saved = JSON.stringify(result.paused) // and, perhaps days later, in another process:
  const resume = JSON.parse(saved) as PausedRun
  const approvals: Record<string, Approval> = {}
  for (const { id, name, arguments: asked } of resume.pending) {
    console.log('approved', name, asked)
    approvals[id] = true
  }
  result = await client.run({ resume, approvals }, options)
}
console.log(result.status, result.text)
console.log(`${String(result.usage.totalTokens)} tokens in all`)
