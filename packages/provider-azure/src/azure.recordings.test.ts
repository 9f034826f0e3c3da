import { AuthenticationError, RateLimitError, type Completion, type CompletionRequest } from '@llm/core'
import {
  chatRequestOf,
  exchangesOf,
  jsonDifferences,
  loadCassettes,
  readChatRecording,
  readResponsesRecording,
  replayFetch,
  responsesRequestOf,
  type NamedExchange,
} from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { azure } from './azure.ts'

const folder = process.env['LLM_RECORDINGS']
// A conversation that changes its host stands with the first one.
const folders = folder === undefined ? [] : [`${folder}/azure`, `${folder}/anthropic`]
const cassettes = (await Promise.all(folders.map(loadCassettes))).flat()
const SEEDS = [1, 2, 3]
const HI = { model: 'any', messages: [{ role: 'user', content: 'Hi' }] } as const

type Fields = Readonly<Record<string, unknown>>

function of(api: string): readonly NamedExchange[] {
  return exchangesOf(cassettes, { provider: 'azure', api })
}

/** The two APIs of one resource, as they were recorded. */
function host(exchange: NamedExchange, seed: number = 1) {
  const { fetch, requests } = replayFetch([exchange], { seed })
  const { origin, pathname } = new URL(exchange.request.url)
  const baseURL = pathname.startsWith('/models/') ? `${origin}/models` : origin
  const api = pathname.endsWith('/responses') ? 'responses' : 'chat'
  return { provider: azure({ apiKey: 'key-test', baseURL, api, fetch }), requests }
}

function answerOf(exchange: NamedExchange, seed: number, request: CompletionRequest = HI): Promise<Completion> {
  const { provider } = host(exchange, seed)
  return exchange.response.sse === undefined ? provider.complete(request) : provider.stream(request).completion()
}

function checkCalls(completion: Completion, calls: readonly object[]): void {
  expect(completion.toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args }))).toEqual(calls)
}

function checkChat(completion: Completion, exchange: NamedExchange): void {
  const { text, reasoning, calls, finishReason, usage, sources } = readChatRecording(exchange)
  expect([completion.text, completion.reasoning]).toEqual([text, reasoning])
  checkCalls(completion, calls)
  expect([completion.finishReason, completion.rawFinishReason]).toEqual([
    finishReason.replace('tool_calls', 'tool-calls'),
    finishReason,
  ])
  expect(completion.sources.map(({ url }) => url)).toEqual(sources)
  expect(completion.usage).toMatchObject({
    inputTokens: usage['prompt_tokens'],
    outputTokens: usage['completion_tokens'],
    totalTokens: usage['total_tokens'],
    cacheReadTokens: (usage['prompt_tokens_details'] as Fields)['cached_tokens'],
    reasoningTokens: (usage['completion_tokens_details'] as Fields)['reasoning_tokens'],
  })
  expect(completion.warnings).toEqual([])
  expect(completion.requestId).toBe(exchange.response.headers['apim-request-id'])
}

function checkResponse(completion: Completion, exchange: NamedExchange): void {
  const { text, calls, finishReason, usage, encrypted } = readResponsesRecording(exchange)
  expect(completion.text).toBe(text)
  checkCalls(completion, calls)
  expect(completion.finishReason).toBe(finishReason)
  expect(completion.usage).toMatchObject({
    inputTokens: usage['input_tokens'],
    outputTokens: usage['output_tokens'],
    totalTokens: usage['total_tokens'],
    cacheReadTokens: usage.input_tokens_details['cached_tokens'],
    reasoningTokens: usage.output_tokens_details['reasoning_tokens'],
  })
  const kept = completion.content.flatMap(part => (part.type === 'reasoning' ? [part.state?.data] : []))
  expect(kept).toEqual(encrypted.map(encrypted_content => ({ encrypted_content })))
  expect(completion.warnings).toEqual([])
}

/**
 * Differences that mean the same to Azure:
 * - a whole answer is what it gives where `stream` is not said;
 * - an assistant that only calls says nothing, as `null` or as an empty text;
 * - a schema's name is its title here, which stays in the schema.
 */
function accepted(difference: string): boolean {
  return (
    /^stream: expected false, but it is missing/.test(difference) ||
    /^messages\[\d+\]\.content: expected "", got null/.test(difference) ||
    /^response_format\.json_schema\.schema\.title: not expected, got "response"/.test(difference)
  )
}

async function sentFor(exchange: NamedExchange): Promise<{ url: string; differences: readonly string[] }> {
  const body = exchange.request.json as Fields
  const { provider, requests } = host(exchange)
  const effort = body['reasoning_effort'] as 'medium' | undefined
  const plain = body['input'] === undefined ? chatRequestOf(body) : responsesRequestOf(body)
  const request = { ...plain, ...(effort !== undefined && { reasoning: { effort } }) }
  if (body['stream'] === true) await provider.stream(request).completion()
  else await provider.complete(request).catch(() => undefined)
  const differences = jsonDifferences(body, requests[0]?.body).filter(difference => !accepted(difference))
  return { url: requests[0]?.url ?? '', differences }
}

describe.skipIf(folder === undefined)('recorded traffic of Azure (LLM_RECORDINGS)', () => {
  const chats = of('chat_completions')
  const responses = of('responses')
  const answered = chats.filter(({ response }) => response.status === 200)

  test('is all there', () => {
    expect([chats.length, answered.length, responses.length, of('embeddings').length]).toEqual([45, 43, 8, 2])
  })

  test.each(answered)('$name', async exchange => {
    for (const seed of SEEDS) checkChat(await answerOf(exchange, seed), exchange)
  })

  test.each(responses)('$name', async exchange => {
    for (const seed of SEEDS) checkResponse(await answerOf(exchange, seed), exchange)
  })

  test.each([...chats, ...responses])('the request of $name', async exchange => {
    expect(await sentFor(exchange)).toEqual({ url: exchange.request.url, differences: [] })
  })

  test.each(chats.filter(({ response }) => response.status !== 200))('error: $name', async exchange => {
    const { status, headers, json } = exchange.response
    const { error } = json as { error: { message: string; code: string } }
    const failures = SEEDS.flatMap(seed => [
      answerOf(exchange, seed),
      host(exchange, seed).provider.stream(HI).completion(),
    ])
    for (const failure of failures) {
      const thrown: unknown = await failure.catch((cause: unknown) => cause)
      expect(thrown).toBeInstanceOf(status === 401 ? AuthenticationError : RateLimitError)
      expect(thrown).toMatchObject({ status, vendorCode: error.code, requestId: headers['apim-request-id'] })
      expect((thrown as Error).message).toContain(error.message)
    }
  })

  test.each(of('embeddings'))('$name', async exchange => {
    const { model, input } = exchange.request.json as { model: string; input: string | string[] }
    const texts = [input].flat()
    const { data, usage } = exchange.response.json as { data: { embedding: number[] }[]; usage: Fields }
    const { provider, requests } = host(exchange)
    const embedding = await provider.embed({ model, input: texts })
    expect(embedding.vectors).toEqual(data.map(item => Float32Array.from(item.embedding)))
    expect(embedding.usage).toMatchObject({ inputTokens: usage['prompt_tokens'], totalTokens: usage['total_tokens'] })
    expect(requests[0]).toMatchObject({ url: exchange.request.url, body: { model, input: texts } })
  })
})
