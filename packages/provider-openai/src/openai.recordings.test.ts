import type { APICallError } from '@llm/core'
import { AuthenticationError, ContextLengthError, type Completion, type CompletionStream } from '@llm/core'
import { exchangesOf, loadCassettes, replayFetch, type NamedExchange } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { openai } from './openai.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = folder === undefined ? [] : await loadCassettes(`${folder}/openai`)
const SEEDS = [1, 2, 3]

/** What a payload says, worked out here and not by the library. */
interface Expected {
  readonly text: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[]
  readonly finishReason: string
  readonly usage: Readonly<Record<string, unknown>>
  readonly sources: readonly string[]
}

interface Item {
  readonly type: string
  readonly call_id: string
  readonly name: string
  readonly arguments: string
  readonly content: readonly { readonly text: string; readonly annotations: readonly { readonly url: string }[] }[]
}

interface ResponsePayload {
  readonly output: readonly Item[]
  readonly usage: {
    readonly input_tokens: number
    readonly output_tokens: number
    readonly total_tokens: number
    readonly input_tokens_details: { readonly cached_tokens: number }
    readonly output_tokens_details: { readonly reasoning_tokens: number }
  }
}

function expectedOfResponse({ output, usage }: ResponsePayload): Expected {
  const contents = output.filter(item => item.type === 'message').flatMap(item => item.content)
  const calls = output.filter(item => item.type === 'function_call')
  return {
    text: contents.map(({ text }) => text).join(''),
    calls: calls.map(({ call_id: id, name, arguments: args }) => ({
      id,
      name,
      arguments: JSON.parse(args) as unknown,
    })),
    finishReason: calls.length > 0 ? 'tool-calls' : 'stop',
    usage: {
      inputTokens: usage.input_tokens,
      outputTokens: usage.output_tokens,
      totalTokens: usage.total_tokens,
      cacheReadTokens: usage.input_tokens_details.cached_tokens,
      reasoningTokens: usage.output_tokens_details.reasoning_tokens,
    },
    sources: contents.flatMap(({ annotations }) => annotations.map(({ url }) => url)),
  }
}

interface ChatPayload {
  readonly choices: readonly {
    readonly finish_reason: string
    readonly message: {
      readonly content: string
      readonly annotations: readonly { readonly url_citation: { readonly url: string } }[]
    }
  }[]
  readonly usage: {
    readonly prompt_tokens: number
    readonly completion_tokens: number
    readonly total_tokens: number
    readonly prompt_tokens_details: { readonly cached_tokens: number }
    readonly completion_tokens_details: { readonly reasoning_tokens: number }
  }
}

function expectedOfChat({ choices: [choice], usage }: ChatPayload): Expected {
  if (choice === undefined) throw new Error('The recording has no choice.')
  const { content, annotations } = choice.message
  return {
    text: content,
    calls: [],
    finishReason: choice.finish_reason,
    usage: {
      inputTokens: usage.prompt_tokens,
      outputTokens: usage.completion_tokens,
      totalTokens: usage.total_tokens,
      cacheReadTokens: usage.prompt_tokens_details.cached_tokens,
      reasoningTokens: usage.completion_tokens_details.reasoning_tokens,
    },
    sources: annotations.map(annotation => annotation.url_citation.url),
  }
}

/** The payload of an answer: the body, or what the last event of a stream holds. */
function payloadOf<Payload>({ response }: NamedExchange): Payload {
  if (response.sse === undefined) return response.json as Payload
  const data = response.sse
    .split('\n')
    .filter(line => line.startsWith('data: '))
    .map(line => line.slice(6))
  const events = data.map(line => JSON.parse(line) as { readonly type: string; readonly response: Payload })
  const last = events.find(event => event.type === 'response.completed')
  if (last === undefined) throw new Error('The recording does not end.')
  return last.response
}

function check(completion: Completion, expected: Expected): void {
  expect(completion.text).toBe(expected.text)
  expect(completion.toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args }))).toEqual(
    expected.calls,
  )
  expect(completion.finishReason).toBe(expected.finishReason)
  expect(completion.usage).toMatchObject(expected.usage)
  expect(completion.sources.map(source => source.url)).toEqual(expected.sources)
}

const REQUEST = { model: 'any', messages: [{ role: 'user', content: 'Hi' }] } as const

function streamOf(exchange: NamedExchange, seed: number, api: 'responses' | 'chat'): CompletionStream {
  return openai({ apiKey: 'sk-test', api, fetch: replayFetch([exchange], { seed }).fetch }).stream(REQUEST)
}

async function completionOf(exchange: NamedExchange, seed: number, api: 'responses' | 'chat'): Promise<Completion> {
  if (exchange.response.sse !== undefined) return streamOf(exchange, seed, api).completion()
  return openai({ apiKey: 'sk-test', api, fetch: replayFetch([exchange], { seed }).fetch }).complete(REQUEST)
}

describe.skipIf(folder === undefined)('recorded traffic of OpenAI (LLM_RECORDINGS)', () => {
  const responses = exchangesOf(cassettes, { provider: 'openai', api: 'responses' })
  const chats = exchangesOf(cassettes, { provider: 'openai', api: 'chat_completions' })
  const answered = (exchange: NamedExchange): boolean => exchange.response.status === 200

  test('is all there', () => {
    expect(responses).toHaveLength(79)
    expect(chats).toHaveLength(3)
  })

  test.each(responses.filter(answered))('responses: $name', async exchange => {
    const expected = expectedOfResponse(payloadOf<ResponsePayload>(exchange))
    for (const seed of SEEDS) check(await completionOf(exchange, seed, 'responses'), expected)
  })

  test.each(chats)('chat: $name', async exchange => {
    const expected = expectedOfChat(payloadOf<ChatPayload>(exchange))
    for (const seed of SEEDS) check(await completionOf(exchange, seed, 'chat'), expected)
  })

  test.each(responses.filter(exchange => !answered(exchange)))('error: $name', async exchange => {
    const { error } = exchange.response.json as { error: { message: string; code: string } }
    const failures = SEEDS.flatMap(seed => [
      completionOf(exchange, seed, 'responses'),
      streamOf(exchange, seed, 'responses').completion(),
    ])
    for (const failure of failures) {
      const thrown: unknown = await failure.catch((cause: unknown) => cause)
      expect(thrown).toBeInstanceOf(exchange.response.status === 401 ? AuthenticationError : ContextLengthError)
      expect(thrown).toMatchObject({ status: exchange.response.status, vendorCode: error.code, retryable: false })
      expect((thrown as APICallError).message).toContain(error.message)
    }
  })
})
