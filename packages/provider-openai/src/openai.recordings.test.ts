import {
  AuthenticationError,
  ContextLengthError,
  type APICallError,
  type Completion,
  type CompletionRequest,
  type CompletionStream,
} from '@llm/core'
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
  type ResponsesRecording,
} from '@llm/testing'

import { describe, expect, test } from 'vitest'
import { openai } from './openai.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = folder === undefined ? [] : await loadCassettes(`${folder}/openai`)
const SEEDS = [1, 2, 3]

type Fields = Readonly<Record<string, unknown>>

type Answered = Pick<ResponsesRecording, 'text' | 'calls' | 'sources'> & { readonly finishReason: string }

function check(completion: Completion, { text, calls, sources, finishReason }: Answered): void {
  expect(completion.text).toBe(text)
  expect(completion.toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args }))).toEqual(calls)
  expect(completion.finishReason).toBe(finishReason)
  expect(completion.sources.map(({ url }) => url)).toEqual(sources)
  expect(completion.warnings).toEqual([])
}

function checkResponse(completion: Completion, exchange: NamedExchange): void {
  const recording = readResponsesRecording(exchange)
  const { reasoning, encrypted, usage } = recording
  check(completion, recording)
  expect(completion.reasoning).toBe(reasoning)
  const kept = completion.content.flatMap(part => (part.type === 'reasoning' ? [part.state?.data] : []))
  expect(kept).toEqual(encrypted.map(encrypted_content => ({ encrypted_content })))
  expect(completion.usage).toMatchObject({
    inputTokens: usage['input_tokens'],
    outputTokens: usage['output_tokens'],
    totalTokens: usage['total_tokens'],
    cacheReadTokens: usage.input_tokens_details['cached_tokens'],
    reasoningTokens: usage.output_tokens_details['reasoning_tokens'],
  })
}

function checkChat(completion: Completion, exchange: NamedExchange): void {
  const recording = readChatRecording(exchange)
  const { usage } = recording
  check(completion, recording)
  expect(completion.usage).toMatchObject({
    inputTokens: usage['prompt_tokens'],
    outputTokens: usage['completion_tokens'],
    totalTokens: usage['total_tokens'],
    cacheReadTokens: (usage['prompt_tokens_details'] as Fields)['cached_tokens'],
    reasoningTokens: (usage['completion_tokens_details'] as Fields)['reasoning_tokens'],
  })
}

/** The recorded request in our types, with what only OpenAI has. */
function requestOf(body: Fields): CompletionRequest {
  const { input, prompt_cache_key: promptCacheKey, web_search_options: search } = body
  const request = input === undefined ? chatRequestOf(body) : responsesRequestOf(body)
  return {
    ...request,
    ...(search !== undefined && { webSearch: true }),
    ...(typeof promptCacheKey === 'string' && { providerOptions: { openai: { promptCacheKey } } }),
  }
}

/** The recorded body with its instructions as what they stand for here: a message of the system, before all others. */
function expectedBody({ instructions, ...body }: Fields): Fields {
  if (instructions === undefined) return body
  return { ...body, input: [{ role: 'system', content: instructions }, ...(body['input'] as Fields[])] }
}

/** Differences that mean the same to OpenAI, each with its reason. */
const SAME: readonly RegExp[] = [
  // A whole answer is what it gives where `stream` is not said.
  /^stream: expected false, but it is missing/,
  // Functions are strict where nothing is said, which few schemas can be: ours say that they are not.
  /^tools\[\d+\]\.strict: not expected, got false/,
  // A schema's name is its title here, which stays in the schema.
  /^text\.format\.schema\.title: not expected, got "response"/,
  // What OpenAI adds to a message of its own is not needed back: ids, annotations, what is its default.
  /^input\[\d+\]\.content\[0\]\.(logprobs|annotations): expected .*, but it is missing/,
  /^input\[\d+\]\.(id: expected "msg_.*"|type: expected "message"|status: expected "completed"), but it is missing/,
]

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
    for (const seed of SEEDS) checkResponse(await completionOf(exchange, seed, 'responses'), exchange)
  })

  test.each(chats)('chat: $name', async exchange => {
    for (const seed of SEEDS) checkChat(await completionOf(exchange, seed, 'chat'), exchange)
  })

  test.each([...responses, ...chats])('the request of $name', async exchange => {
    const { fetch, requests } = replayFetch([exchange])
    const body = exchange.request.json as Fields
    const provider = openai({ apiKey: 'sk-test', api: body['input'] === undefined ? 'chat' : 'responses', fetch })
    if (body['stream'] === true) await provider.stream(requestOf(body)).completion()
    else await provider.complete(requestOf(body)).catch(() => undefined)
    const differences = jsonDifferences(expectedBody(body), requests[0]?.body)
    expect(differences.filter(difference => !SAME.some(pattern => pattern.test(difference)))).toEqual([])
    expect(requests[0]).toMatchObject({ url: exchange.request.url, method: 'POST' })
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
