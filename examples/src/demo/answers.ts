import type { ChatCompletionRequest, FixtureResponse } from '@copilotkit/aimock'

const STORY =
  'A client is a model family, a provider is whoever runs it. Write against the family once, and swap the provider under it, even in the middle of a conversation.'

/** What the demo's server says. */
export function answer({ messages, tools = [] }: ChatCompletionRequest): FixtureResponse {
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
