import {
  AuthenticationError,
  ContextLengthError,
  type Completion,
  type CompletionRequest,
  type Provider,
  type ReasoningOptions,
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
  type ReplayedRequest,
} from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { compatible, type CompatibleSettings } from './compatible.ts'
import type { VendorId } from './vendors.ts'

const folder = process.env['LLM_RECORDINGS']
const SEEDS = [1, 2, 3]
const HI = { model: 'any', messages: [{ role: 'user', content: 'Hi' }] } as const
/** Bedrock has an endpoint of OpenAI's form beside its own: a host that no row of the table stands for. */
type Host = VendorId | 'bedrock'
const HOSTS: readonly Host[] = ['mistral', 'deepseek', 'ollama', 'xai', 'bedrock']

const exchanges = new Map<string, readonly NamedExchange[]>()
for (const vendor of folder === undefined ? [] : HOSTS) {
  const cassettes = await loadCassettes(`${folder}/${vendor}`)
  for (const api of ['chat_completions', 'responses', 'embeddings', 'images', 'speech', 'transcription', 'files']) {
    exchanges.set(`${vendor} ${api}`, exchangesOf(cassettes, { provider: vendor, api }))
  }
}

type Fields = Readonly<Record<string, unknown>>

function of(vendor: Host, api: string): readonly NamedExchange[] {
  return exchanges.get(`${vendor} ${api}`) ?? []
}

interface Replayed {
  readonly provider: Provider
  readonly requests: readonly ReplayedRequest[]
}

function host(exchange: NamedExchange, settings: CompatibleSettings = {}, seed: number = 1): Replayed {
  const { fetch, requests } = replayFetch([exchange], { seed })
  const { origin } = new URL(exchange.request.url)
  const baseURL = /ollama|bedrock/.test(origin) ? `${origin}/v1` : undefined
  const vendor = exchange.provider === 'bedrock' ? undefined : (exchange.provider as VendorId)
  return { provider: compatible({ vendor, apiKey: 'sk-test', fetch, baseURL, ...settings }), requests }
}

function answer(provider: Provider, exchange: NamedExchange, request: CompletionRequest = HI): Promise<Completion> {
  return exchange.response.sse === undefined ? provider.complete(request) : provider.stream(request).completion()
}

const FINISH: Readonly<Record<string, string>> = { stop: 'stop', tool_calls: 'tool-calls', length: 'length' }
const callsOf = ({ toolCalls }: Completion): readonly unknown[] =>
  toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args }))

function checkChat(completion: Completion, exchange: NamedExchange): void {
  const { text, reasoning, calls, finishReason, usage } = readChatRecording(exchange)
  expect(completion.text).toBe(text)
  expect(completion.reasoning).toBe(reasoning)
  expect(callsOf(completion)).toEqual(calls)
  expect([completion.finishReason, completion.rawFinishReason]).toEqual([FINISH[finishReason], finishReason])
  const total = Number(usage['total_tokens'])
  const output = Number(usage['completion_tokens'])
  const details = usage['prompt_tokens_details'] as Fields | undefined
  expect(completion.usage.inputTokens).toBe(total - output)
  expect(completion.usage.outputTokens).toBe(output)
  expect(completion.usage.totalTokens).toBe(total)
  expect(completion.usage.cacheReadTokens).toBe(details?.['cached_tokens'])
  expect(completion.usage.reasoningTokens).toBe(
    (usage['completion_tokens_details'] as Fields | undefined)?.['reasoning_tokens'],
  )
  expect(completion.warnings).toEqual([])
}

/** The recorded request, with what the recorder set for one vendor only. */
function chatRequest({ request, provider }: NamedExchange): CompletionRequest {
  const body = request.json as Fields
  const off = (body['thinking'] as Fields | undefined)?.['type'] === 'disabled'
  const effort = off ? 'none' : (body['reasoning_effort'] as ReasoningOptions['effort'])
  const { enable_thinking } = body
  return {
    ...chatRequestOf(body),
    ...(effort !== undefined && { reasoning: { effort } }),
    ...(enable_thinking !== undefined && { providerOptions: { [provider]: { extraBody: { enable_thinking } } } }),
  }
}

/** Differences that mean the same to the vendors, each with its reason. */
const SAME: readonly RegExp[] = [
  // A whole answer is what they give where `stream` is not said.
  /^stream: expected false, but it is missing/,
  // An assistant that only calls says nothing, as `null` or as an empty text.
  /^messages\[\d+\]\.content: expected "", got null/,
  // A call goes back with its reasoning, or an empty one, where the recorder left it out.
  /^messages\[\d+\]\.reasoning_content: not expected, got ""/,
  // An effort switches thinking on, which the recorder leaves to the model.
  /^thinking: not expected, got \{"type":"enabled"\}/,
  // A schema's name is its title here, which stays in the schema.
  /^(response_format\.json_schema|text\.format)\.schema\.title: not expected, got "response"/,
  // An image may be an object, as at all other hosts, or a text.
  /^messages\[\d+\]\.content\[\d+\]\.image_url: expected "data:.*, got \{"url":"data:/,
  // Whether an endpoint that nothing is known of encrypts its reasoning is not known either, so it is asked for.
  /^include: not expected, got \["reasoning.encrypted_content"\]/,
  // What the vendor adds to a message of its own is not needed back: ids, annotations, what is its default.
  /^input\[\d+\]\.content\[0\]\.(logprobs|annotations): expected .*, but it is missing/,
  /^input\[\d+\]\.(id: expected "msg_.*"|type: expected "message"|status: expected "completed"), but it is missing/,
]

/** The recorder sends reasoning back under two names; each vendor reads one, and this is the other. */
const OTHER_NAME: Readonly<Record<string, string>> = { deepseek: 'reasoning', ollama: 'reasoning_content' }

function differences(expected: unknown, actual: unknown, vendor: Host): readonly string[] {
  const other = new RegExp(`^messages\\[\\d+\\]\\.${OTHER_NAME[vendor] ?? 'none'}: expected .*, but it is missing`)
  const accepted = [...SAME, other]
  return jsonDifferences(expected, actual).filter(difference => !accepted.some(pattern => pattern.test(difference)))
}

const CHATS: readonly (readonly [Host, number, number])[] = [
  ['mistral', 58, 57],
  ['deepseek', 50, 48],
  ['ollama', 81, 79],
  ['bedrock', 2, 2],
]

describe.skipIf(folder === undefined).each(CHATS)('recorded chats of %s (LLM_RECORDINGS)', (vendor, all, good) => {
  const chats = of(vendor, 'chat_completions')
  const answered = chats.filter(({ response }) => response.status === 200)

  test('are all there', () => {
    expect([chats.length, answered.length]).toEqual([all, good])
  })

  test.each(answered)('$name', async exchange => {
    for (const seed of SEEDS) checkChat(await answer(host(exchange, {}, seed).provider, exchange), exchange)
  })

  test.each(chats.filter(({ request }) => request.json !== undefined))('the request of $name', async exchange => {
    const { provider, requests } = host(exchange)
    await answer(provider, exchange, chatRequest(exchange)).catch(() => undefined)
    expect(differences(exchange.request.json, requests[0]?.body, vendor)).toEqual([])
    expect(requests[0]).toMatchObject({ url: exchange.request.url, method: 'POST' })
  })

  test.each(chats.filter(({ response }) => response.status !== 200))('error: $name', async exchange => {
    for (const seed of SEEDS) {
      const { provider } = host(exchange, {}, seed)
      const thrown = await provider.complete(HI).catch((cause: unknown) => cause)
      expect(thrown).toBeInstanceOf(exchange.response.status === 401 ? AuthenticationError : ContextLengthError)
      expect(thrown).toMatchObject({ status: exchange.response.status, retryable: false })
    }
  })
})

function checkResponse(completion: Completion, exchange: NamedExchange): void {
  const { text, reasoning, calls, finishReason, sources, usage } = readResponsesRecording(exchange)
  expect(completion.text).toBe(text)
  expect(completion.reasoning).toBe(reasoning)
  expect(callsOf(completion)).toEqual(calls)
  expect(completion.finishReason).toBe(finishReason)
  expect(completion.sources.map(({ url }) => url)).toEqual(sources)
  expect(completion.usage).toMatchObject({
    inputTokens: usage['input_tokens'],
    outputTokens: usage['output_tokens'],
    totalTokens: usage['total_tokens'],
    cacheReadTokens: usage.input_tokens_details['cached_tokens'],
    reasoningTokens: usage.output_tokens_details['reasoning_tokens'],
  })
  const ticks = usage['cost_in_usd_ticks']
  expect(completion.cost?.total).toBe(ticks === undefined ? undefined : Number(ticks) / 10_000_000_000)
}

const RESPONSES: readonly (readonly [Host, number])[] = [
  ['deepseek', 3],
  ['xai', 51],
  ['bedrock', 4],
]

describe.skipIf(folder === undefined).each(RESPONSES)('recorded responses of %s (LLM_RECORDINGS)', (vendor, all) => {
  const responses = of(vendor, 'responses')
  const answered = responses.filter(({ response }) => response.status === 200)

  test('are all there', () => {
    expect(responses).toHaveLength(all)
  })

  test.each(answered)('$name', async exchange => {
    for (const seed of SEEDS) {
      const { provider } = host(exchange, { api: 'responses' }, seed)
      checkResponse(await answer(provider, exchange), exchange)
    }
  })

  test.each(responses)('the request of $name', async exchange => {
    const { provider, requests } = host(exchange, { api: 'responses' })
    await answer(provider, exchange, responsesRequestOf(exchange.request.json, 'xai-responses')).catch(() => undefined)
    const { instructions, input, ...body } = exchange.request.json as Fields & { readonly input: readonly Fields[] }
    const spoken = instructions === undefined ? input : [{ role: 'system', content: instructions }, ...input]
    expect(differences({ ...body, input: spoken }, requests[0]?.body, vendor)).toEqual([])
  })

  test.each(responses.filter(({ response }) => response.status !== 200))('error: $name', async exchange => {
    for (const seed of SEEDS) {
      const { provider } = host(exchange, { api: 'responses' }, seed)
      await expect(provider.complete(HI)).rejects.toBeInstanceOf(AuthenticationError)
    }
  })
})

describe.skipIf(folder === undefined)('other recorded calls (LLM_RECORDINGS)', () => {
  test.each(of('mistral', 'embeddings'))('$name', async exchange => {
    const { model, input } = exchange.request.json as { model: string; input: string | string[] }
    const { provider, requests } = host(exchange)
    const texts = typeof input === 'string' ? [input] : input
    const made = await provider.embed?.({ model, input: texts })
    const { data, usage } = exchange.response.json as { data: { embedding: number[] }[]; usage: Fields }
    expect(made?.vectors).toEqual(data.map(({ embedding }) => new Float32Array(embedding)))
    expect(made?.usage.inputTokens).toBe(usage['prompt_tokens'])
    expect(jsonDifferences({ model, input: texts }, requests[0]?.body)).toEqual([])
  })

  test.each(of('mistral', 'speech'))('$name', async exchange => {
    const body = exchange.request.json as Record<'model' | 'input' | 'voice', string>
    const { provider, requests } = host(exchange)
    const speech = await provider.generateSpeech?.({ model: body.model, text: body.input, voice: body.voice })
    const { audio_data: base64 } = exchange.response.json as { audio_data: string }
    expect(Buffer.from(speech?.audio ?? []).toString('base64')).toBe(base64)
    expect(jsonDifferences(body, requests[0]?.body)).toEqual([])
  })

  test.each(of('xai', 'speech'))('$name', async exchange => {
    const { provider, requests } = host(exchange)
    const { text } = exchange.request.json as { text: string }
    const speech = await provider.generateSpeech?.({ model: 'grok-tts', text })
    expect(Buffer.from(speech?.audio ?? []).toString('base64')).toBe(exchange.response.base64)
    expect(jsonDifferences(exchange.request.json, requests[0]?.body)).toEqual([])
  })

  test.each([...of('mistral', 'transcription'), ...of('xai', 'transcription')])('$name', async exchange => {
    const sent = exchange.request.multipart?.map(({ name, text }) => [name, text as string | undefined] as const) ?? []
    const speakers = sent.some(([name]) => name === 'diarize')
    const { provider, requests } = host(exchange)
    const audio = { base64: 'UklGRg==', mediaType: 'audio/wav' }
    const result = await provider.transcribe?.({ model: 'voxtral-mini-latest', audio, speakers })
    const body = exchange.response.json as { text: string; segments?: Fields[]; words?: Fields[]; duration?: number }
    const stretches = body.segments?.length ? body.segments : (body.words ?? [])
    expect(result).toMatchObject({
      text: body.text,
      segments: stretches.map(({ text, start, end }) => ({ text, start, end })),
    })
    const heard = stretches.map(({ speaker, speaker_id: id }) => (speaker ?? id) as string | number | undefined)
    expect(result?.segments.map(({ speaker }) => speaker)).toEqual(heard.map(who => who?.toString()))
    expect(result?.duration).toBe(body.duration)
    for (const [name, value] of sent) {
      if (value !== undefined) expect(requests[0]?.body).toContainEqual({ name, text: value })
    }
    expect(requests[0]?.url).toBe(exchange.request.url)
  })

  test.each(of('xai', 'images'))('$name', async exchange => {
    const body = exchange.request.json as { model: string; prompt: string; images?: { url: string }[] }
    const { provider, requests } = host(exchange)
    const images = body.images?.map(({ url }) => ({ url }))
    const made = await provider.generateImage?.({ model: body.model, prompt: body.prompt, images })
    const { data } = exchange.response.json as { data: { url: string; mime_type: string }[] }
    expect(made?.images.map(({ source }) => source)).toEqual(
      data.map(({ url, mime_type: mediaType }) => ({ url, mediaType })),
    )
    expect(jsonDifferences(body, requests[0]?.body)).toEqual([])
    expect(requests[0]?.url).toBe(exchange.request.url)
  })

  test.each([...of('mistral', 'files'), ...of('xai', 'files')])('$name', async exchange => {
    const { provider, requests } = host(exchange)
    const file = await provider.files?.upload({
      data: new Uint8Array([37]),
      filename: 'sample.pdf',
      mediaType: 'application/pdf',
    })
    const { id, bytes } = exchange.response.json as { id: string; bytes: number }
    expect(file).toMatchObject({ id, size: bytes, filename: 'sample.pdf' })
    expect(requests[0]?.url).toBe(exchange.request.url)
  })
})
