import {
  AuthenticationError,
  ContextLengthError,
  type AssistantPart,
  type Completion,
  type CompletionRequest,
  type Message,
  type PartState,
} from '@llm/core'
import {
  chatRequestOf,
  exchangesOf,
  jsonDifferences,
  loadCassettes,
  readChatRecording,
  replayFetch,
  type NamedExchange,
} from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { openrouter } from './openrouter.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = folder === undefined ? [] : await loadCassettes(`${folder}/openrouter`)
const SEEDS = [1, 2, 3]
const HI = { model: 'any', messages: [{ role: 'user', content: 'Hi' }] } as const

type Fields = Readonly<Record<string, unknown>>

function of(api: string): readonly NamedExchange[] {
  return exchangesOf(cassettes, { provider: 'openrouter', api })
}

function host(exchange: NamedExchange, seed: number = 1) {
  const { fetch, requests } = replayFetch([exchange], { seed })
  return { provider: openrouter({ apiKey: 'sk-or-test', fetch }), requests }
}

function answerOf(exchange: NamedExchange, seed: number, request: CompletionRequest = HI): Promise<Completion> {
  const { provider } = host(exchange, seed)
  return exchange.response.sse === undefined ? provider.complete(request) : provider.stream(request).completion()
}

const FINISH: Readonly<Record<string, string>> = { stop: 'stop', tool_calls: 'tool-calls' }

/** Pieces of reasoning details, put together: those of one type and index that follow each other are one. */
function detailsOf(exchange: NamedExchange): readonly Fields[] {
  const pieces = (readChatRecording(exchange).message['reasoning_details'] ?? []) as Fields[]
  if (exchange.response.sse === undefined) return pieces
  const joined: { type?: unknown; index?: unknown; text?: string }[] = []
  for (const piece of pieces as readonly { type?: unknown; index?: unknown; text?: string }[]) {
    const last = joined.at(-1)
    if (last === undefined || last.type !== piece.type || last.index !== piece.index) joined.push({ ...piece })
    else Object.assign(last, piece, { text: (last.text ?? '') + (piece.text ?? '') })
  }
  return joined
}

function check(completion: Completion, exchange: NamedExchange): void {
  const { text, reasoning, calls, finishReason, usage, sources } = readChatRecording(exchange)
  expect(completion.text).toBe(text)
  expect(completion.reasoning).toBe(reasoning)
  expect(completion.toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args }))).toEqual(calls)
  expect([completion.finishReason, completion.rawFinishReason]).toEqual([FINISH[finishReason], finishReason])
  expect(completion.sources.map(({ url }) => url)).toEqual(sources)
  expect(completion.usage).toMatchObject({
    inputTokens: usage['prompt_tokens'],
    outputTokens: usage['completion_tokens'],
    totalTokens: usage['total_tokens'],
    cacheReadTokens: (usage['prompt_tokens_details'] as Fields)['cached_tokens'],
    reasoningTokens: (usage['completion_tokens_details'] as Fields)['reasoning_tokens'],
  })
  expect(completion.cost).toEqual({ total: usage['cost'], source: 'reported' })
  const states = completion.content.flatMap(part => (part.state === undefined ? [] : [part.state]))
  const details = detailsOf(exchange)
  expect(states).toEqual(
    details.length === 0 ? [] : [{ protocol: 'openrouter-chat', data: { reasoning_details: details } }],
  )
}

/** The recorded request, with what only OpenRouter has. */
function requestOf({ request }: NamedExchange): CompletionRequest {
  const body = request.json as Fields & { readonly messages: readonly Fields[] }
  const { effort, max_tokens: budgetTokens } = (body['reasoning'] ?? {}) as Fields
  const plain = chatRequestOf(body)
  return {
    ...plain,
    messages: plain.messages.map((message, index) => withDetails(message, body.messages[index] ?? {})),
    ...(body['reasoning'] !== undefined && { reasoning: { effort, budgetTokens } as CompletionRequest['reasoning'] }),
    topK: body['top_k'] as number | undefined,
    webSearch: (body['tools'] as Fields[] | undefined)?.some(tool => tool['type'] === 'openrouter:web_search'),
  }
}

function withDetails(message: Message, wire: Fields): Message {
  const details = wire['reasoning_details'] as PartState['data'] | undefined
  if (message.role !== 'assistant' || details === undefined) return message
  const state = { protocol: 'openrouter-chat', data: { reasoning_details: details } }
  const parts = message.content as readonly AssistantPart[]
  return { role: 'assistant', content: [{ type: 'reasoning', text: '', state }, ...parts] }
}

/**
 * Differences that mean the same to OpenRouter:
 * - a whole answer is what it gives where `stream` is not said;
 * - `developer` and `system` are both instructions;
 * - an assistant that only calls says nothing, as `null` or as an empty text;
 * - a schema's name is its title here, which stays in the schema.
 */
function accepted(difference: string): boolean {
  return (
    /^stream: expected false, but it is missing/.test(difference) ||
    /^messages\[\d+\]\.role: expected "developer", got "system"/.test(difference) ||
    /^messages\[\d+\]\.content: expected "", got null/.test(difference) ||
    /^response_format\.json_schema\.schema\.title: not expected, got "response"/.test(difference)
  )
}

describe.skipIf(folder === undefined)('recorded traffic of OpenRouter (LLM_RECORDINGS)', () => {
  const chats = of('chat_completions')
  const answered = chats.filter(({ response }) => response.status === 200)

  test('is all there', () => {
    expect([chats.length, answered.length]).toEqual([70, 68])
    expect(['embeddings', 'images', 'rerank', 'speech', 'transcription'].map(api => of(api).length)).toEqual([
      4, 2, 1, 1, 1,
    ])
  })

  test.each(answered)('$name', async exchange => {
    for (const seed of SEEDS) check(await answerOf(exchange, seed), exchange)
  })

  test.each(chats)('the request of $name', async exchange => {
    const { provider, requests } = host(exchange)
    const request = requestOf(exchange)
    if (exchange.response.sse === undefined) await provider.complete(request).catch(() => undefined)
    else await provider.stream(request).completion()
    const differences = jsonDifferences(exchange.request.json, requests[0]?.body)
    expect(differences.filter(difference => !accepted(difference))).toEqual([])
    expect(requests[0]).toMatchObject({ url: exchange.request.url, method: 'POST' })
  })

  test.each(chats.filter(({ response }) => response.status !== 200))('error: $name', async exchange => {
    const { error } = exchange.response.json as { error: { message: string } }
    const failures = SEEDS.flatMap(seed => [
      host(exchange, seed).provider.complete(HI),
      host(exchange, seed).provider.stream(HI).completion(),
    ])
    for (const failure of failures) {
      const thrown: unknown = await failure.catch((cause: unknown) => cause)
      expect(thrown).toBeInstanceOf(exchange.response.status === 401 ? AuthenticationError : ContextLengthError)
      expect(thrown).toMatchObject({ status: exchange.response.status, retryable: false })
      expect((thrown as Error).message).toContain(error.message)
    }
  })

  test.each(of('embeddings'))('$name', async exchange => {
    const { model, input, dimensions } = exchange.request.json as {
      model: string
      input: string | string[]
      dimensions?: number
    }
    const { provider, requests } = host(exchange)
    const texts = typeof input === 'string' ? [input] : input
    const { vectors, usage } = await provider.embed({ model, input: texts, dimensions })
    const { data, usage: counted } = exchange.response.json as { data: { embedding: number[] }[]; usage: Fields }
    expect(vectors).toEqual(data.map(({ embedding }) => new Float32Array(embedding)))
    expect(usage).toMatchObject({ inputTokens: counted['prompt_tokens'], raw: { cost: counted['cost'] } })
    expect(jsonDifferences({ model, input: texts, dimensions }, requests[0]?.body)).toEqual([])
  })

  test.each(of('images'))('$name', async exchange => {
    const body = exchange.request.json as {
      model: string
      prompt: string
      input_references?: { image_url: { url: string } }[]
    }
    const { provider, requests } = host(exchange)
    const images = body.input_references?.map(({ image_url: { url } }) => ({ url }))
    const made = await provider.generateImage({ model: body.model, prompt: body.prompt, images })
    const { data, usage } = exchange.response.json as {
      data: { b64_json: string; media_type: string }[]
      usage: Fields
    }
    expect(made.images.map(({ source }) => source)).toEqual(
      data.map(({ b64_json: base64, media_type: mediaType }) => ({ base64, mediaType })),
    )
    expect(made.usage).toMatchObject({ inputTokens: usage['prompt_tokens'], outputImageTokens: 1120 })
    expect(jsonDifferences(body, requests[0]?.body)).toEqual([])
  })

  test.each(of('rerank'))('$name', async exchange => {
    const body = exchange.request.json as { model: string; query: string; documents: string[] }
    const { provider, requests } = host(exchange)
    const { results, model } = await provider.rerank(body)
    expect(results).toEqual([
      { index: 1, score: 0.828125 },
      { index: 0, score: 0.306640625 },
    ])
    expect(model).toBe('rerank-2.5-lite')
    expect(jsonDifferences(body, requests[0]?.body)).toEqual([])
  })

  test.each(of('speech'))('$name', async exchange => {
    const body = exchange.request.json as Record<'model' | 'input' | 'voice' | 'response_format', string>
    const { provider, requests } = host(exchange)
    const { model, input: text, voice, response_format: format } = body
    const { audio, mediaType } = await provider.generateSpeech({ model, text, voice, format })
    expect(Buffer.from(audio).toString('base64')).toBe(exchange.response.base64)
    expect(mediaType).toBe('audio/mpeg')
    expect(jsonDifferences(body, requests[0]?.body)).toEqual([])
  })

  test.each(of('transcription'))('$name', async exchange => {
    const { provider, requests } = host(exchange)
    const audio = { base64: 'UklGRg==', mediaType: 'audio/wav' }
    const { text, usage } = await provider.transcribe({ model: 'openai/gpt-4o-mini-transcribe', audio })
    expect(text).toBe('Ruby is a programming language designed for developer happiness.')
    expect(usage).toMatchObject({ inputTokens: 37, outputTokens: 12, totalTokens: 49 })
    expect(requests[0]?.body).toContainEqual(exchange.request.multipart?.[0])
  })
})
