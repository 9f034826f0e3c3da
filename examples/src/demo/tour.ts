import { gpt, type GptClient } from '@llm/client-gpt'
import type { Message, ToolDefinition } from '@llm/core'
import { mock } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'
import { startLoopbackServer } from '../loopback-server.ts'
import { answer } from './answers.ts'
import { live, note, said, summary, title } from './print.ts'
import { firstTokenTimer } from './timed.ts'

/** The main things, against a server on this machine: no key, no network, but real HTTP and the real provider. */
export async function tour(): Promise<void> {
  const server = await startLoopbackServer(answer, { ttft: 120, tps: 60 })
  try {
    const client = gpt('gpt-5-mini', { provider: openai({ baseURL: `${server.url}/v1`, apiKey: 'not-needed-here' }) })
    await completion(client)
    await streaming(client)
    await toolCall(client)
    await swap(client)
  } finally {
    await server.close()
  }
  whatNext()
}

async function completion(client: GptClient): Promise<void> {
  title('1. A completion')
  const question = 'Which planet is red?'
  said('you', question)
  const answer = await client.complete(question)
  said('model', answer.text)
  summary(answer)
}

async function streaming(client: GptClient): Promise<void> {
  title('2. A stream, shown as it arrives')
  const question = 'Explain the idea of this library.'
  said('you', question)
  const stream = client.stream(question)
  const firstToken = firstTokenTimer(stream)
  await live('model', stream.textStream)
  summary(await stream.completion(), firstToken())
}

const weather: ToolDefinition = {
  name: 'weather',
  description: 'The weather in a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

async function toolCall(client: GptClient): Promise<void> {
  title('3. A tool call')
  const question: Message = { role: 'user', content: 'How is the weather in Berlin?' }
  said('you', 'How is the weather in Berlin?')
  const asked = await client.complete([question], { tools: [weather] })
  const [call] = asked.toolCalls
  if (call === undefined) throw new Error('The model called no tool.')
  said('model', `calls ${call.name}(${JSON.stringify(call.arguments)})`)
  said('tool', '21 °C and sunny')
  const result: Message = {
    role: 'tool',
    content: [{ type: 'tool-result', toolCallId: call.id, content: '21 °C and sunny' }],
  }
  const answer = await client.complete([question, asked.message, result], { tools: [weather] })
  said('model', answer.text)
  summary(answer)
}

async function swap(client: GptClient): Promise<void> {
  title('4. Another provider, in the middle of a conversation')
  const chat = client.chat()
  said('you', 'My name is Ada.')
  const first = await chat.send('My name is Ada.')
  said('model', first.text)
  summary(first)

  client.setProvider(mock({ replies: [({ messages }) => `You are ${nameIn(messages)}.`] }))
  said('you', 'Who am I?')
  const second = await chat.send('Who am I?')
  said('model', second.text)
  summary(second)
  note(`the conversation went along: ${String(chat.messages.length)} messages`)
}

/** What a model would find in the history. */
function nameIn(messages: readonly Message[]): string {
  const texts = messages.map(({ content }) => (typeof content === 'string' ? content : ''))
  return /My name is (\w+)/.exec(texts.join('\n'))?.[1] ?? 'somebody'
}

function whatNext(): void {
  title('What to try next')
  said('real', 'LLM_SERVICE=openai/gpt-5-mini OPENAI_API_KEY=... npx -y pnpm@12 demo "Tell me a joke."')
  said('race', 'npx -y pnpm@12 --filter @llm/examples compare')
  said('read', 'README.md, then packages/core/README.md and docs/')
  said('test', 'npx -y pnpm@12 test')
}
