import { LLMock, type ChatCompletionRequest, type FixtureResponse } from '@copilotkit/aimock'

const STORY =
  'A client is a model family, a provider is whoever runs it. Write against the family once, and swap the provider under it, even in the middle of a conversation.'

/** A server on this machine that speaks OpenAI's wire format, at the pace of a real one. */
export async function startLoopbackServer(): Promise<{ baseURL: string; close(): Promise<void> }> {
  const server = new LLMock({ port: 0, logLevel: 'silent' })
  server.on({ predicate: () => true }, answer, { streamingProfile: { ttft: 120, tps: 60 }, chunkSize: 5 })
  const url = await server.start()
  return { baseURL: `${url}/v1`, close: () => server.stop() }
}

function answer({ messages, tools = [] }: ChatCompletionRequest): FixtureResponse {
  const last = messages.at(-1)
  const text = typeof last?.content === 'string' ? last.content : ''
  if (last?.role === 'tool') return withUsage(`In Berlin it is ${text}.`)
  if (tools.length > 0) {
    return { ...USAGE, toolCalls: [{ name: 'weather', arguments: '{"city":"Berlin"}' }] }
  }
  if (/name/.test(text)) return withUsage('Nice to meet you, Ada.')
  return withUsage(/story|explain/i.test(text) ? STORY : 'Mars.')
}

const USAGE = { usage: { prompt_tokens: 21, completion_tokens: 34, total_tokens: 55 } }

function withUsage(content: string): FixtureResponse {
  return { content, ...USAGE }
}
