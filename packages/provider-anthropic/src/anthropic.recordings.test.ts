import {
  type APICallError,
  AuthenticationError,
  ContextLengthError,
  type Completion,
  type CompletionRequest,
  type Message,
  type Provider,
  type ToolResultPart,
  type UserPart,
} from '@llm/core'
import { exchangesOf, loadCassettes, replayFetch, type NamedExchange, type ReplayedRequest } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { anthropic } from './anthropic.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = folder === undefined ? [] : await loadCassettes(`${folder}/anthropic`)
const SEEDS = [1, 2, 3]

type Fields = Readonly<Record<string, unknown>>
type Mutable = Record<string, unknown>

interface Payload {
  readonly content: readonly Fields[]
  readonly stop_reason: string
  readonly usage: Fields & { readonly iterations?: readonly Fields[] }
}

/** The message that a stream builds, put together here by the rules of the API's reference. */
function messageOf(sse: string): Payload {
  const content: Mutable[] = []
  const message: Mutable = { content }
  const lines = sse.split('\n').filter(line => line.startsWith('data: '))
  for (const event of lines.map(line => JSON.parse(line.slice(6)) as Mutable)) {
    const index = event['index'] as number
    const delta = (event['delta'] ?? {}) as Mutable
    if (event['type'] === 'message_start') message['usage'] = (event['message'] as Payload).usage
    if (event['type'] === 'content_block_start') content[index] = { ...(event['content_block'] as Fields), json: '' }
    if (event['type'] === 'content_block_delta') extend(content[index] ?? {}, delta)
    if (event['type'] === 'message_delta') {
      message['stop_reason'] = delta['stop_reason']
      message['usage'] = { ...(message['usage'] as Fields), ...(event['usage'] as Fields) }
    }
  }
  for (const block of content) {
    if (block['json'] !== '') block['input'] = JSON.parse(String(block['json']))
    delete block['json']
  }
  return message as unknown as Payload
}

function extend(block: Mutable, delta: Mutable): void {
  if (delta['type'] === 'text_delta') block['text'] = String(block['text']) + String(delta['text'])
  if (delta['type'] === 'thinking_delta') block['thinking'] = String(block['thinking']) + String(delta['thinking'])
  if (delta['type'] === 'signature_delta') block['signature'] = delta['signature']
  if (delta['type'] === 'input_json_delta') block['json'] = String(block['json']) + String(delta['partial_json'])
  if (delta['type'] === 'citations_delta') (block['citations'] as unknown[]).push(delta['citation'])
}

function payloadOf({ response }: NamedExchange): Payload {
  return response.sse === undefined ? (response.json as Payload) : messageOf(response.sse)
}

const FINISH: Readonly<Record<string, string>> = { end_turn: 'stop', tool_use: 'tool-calls', max_tokens: 'length' }

/** The tokens of all passes that were billed: those that compact a conversation stand only in the list of passes. */
function usageOf({ usage }: Payload): Fields {
  const passes = [usage, ...(usage.iterations ?? []).filter(pass => pass['type'] === 'compaction')]
  const sum = (...names: string[]): number =>
    passes.flatMap(pass => names.map(name => Number(pass[name] ?? 0))).reduce((one, other) => one + other, 0)
  const input = sum('input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens')
  const output = sum('output_tokens')
  const details = usage['output_tokens_details'] as Fields | undefined
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output,
    cacheReadTokens: sum('cache_read_input_tokens'),
    cacheWriteTokens: sum('cache_creation_input_tokens'),
    reasoningTokens: details?.['thinking_tokens'],
  }
}

function check(completion: Completion, payload: Payload): void {
  const of = (type: string): readonly Fields[] => payload.content.filter(block => block['type'] === type)
  const join = (type: string, field: string): string =>
    of(type)
      .map(block => String(block[field]))
      .join('')
  expect(completion.text).toBe(join('text', 'text'))
  expect(completion.reasoning).toBe(join('thinking', 'thinking'))
  expect(completion.toolCalls.map(({ id, name, arguments: input }) => ({ id, name, input }))).toEqual(
    of('tool_use').map(({ id, name, input }) => ({ id, name, input })),
  )
  expect(completion.content.filter(part => 'providerExecuted' in part && part.type === 'tool-call')).toHaveLength(
    of('server_tool_use').length,
  )
  expect(completion.finishReason).toBe(FINISH[payload.stop_reason])
  const { reasoningTokens, ...counts } = usageOf(payload)
  expect(completion.usage).toMatchObject(counts)
  expect(completion.usage.reasoningTokens).toBe(reasoningTokens)
  expect(completion.warnings).toEqual([])
  checkSources(completion, of('text'))
}

function checkSources({ sources, text }: Completion, texts: readonly Fields[]): void {
  const cited = texts.flatMap(({ text: supported, citations }) =>
    ((citations ?? []) as Fields[]).map(citation => ({ supported, citation })),
  )
  expect(
    sources.map(({ url, title, quote, start, end }) => ({ url, title, quote, supported: text.slice(start, end) })),
  ).toEqual(
    cited.map(({ supported, citation }) => ({
      url: citation['url'] ?? citation['source'],
      title: citation['title'] ?? citation['document_title'],
      quote: citation['cited_text'],
      supported,
    })),
  )
}

const REQUEST: CompletionRequest = { model: 'any', messages: [{ role: 'user', content: 'Hi' }], maxTokens: 1000 }

interface Connection {
  readonly provider: Provider
  readonly requests: readonly ReplayedRequest[]
}

/** Under the version that the recordings were made with. */
function providerOf(exchanges: readonly NamedExchange[], seed = 1): Connection {
  const replay = replayFetch(exchanges, { seed })
  const provider = anthropic({ apiKey: 'sk-ant-test', apiVersion: '2023-06-01', fetch: replay.fetch })
  return { provider, requests: replay.requests }
}

async function completionOf(exchange: NamedExchange, seed: number): Promise<Completion> {
  const { provider } = providerOf([exchange], seed)
  return exchange.response.sse === undefined ? provider.complete(REQUEST) : provider.stream(REQUEST).completion()
}

/** A recorded conversation in our types. What the model wrote is read by the library, as in real life. */
async function messagesOf(body: Fields): Promise<Message[]> {
  const messages: Message[] = ((body['system'] ?? []) as Fields[]).map(({ text }) => ({
    role: 'system',
    content: String(text),
  }))
  for (const { role, content } of body['messages'] as { role: string; content: Fields[] }[]) {
    const results = content.filter(({ type }) => type === 'tool_result')
    const others = content.filter(({ type }) => type !== 'tool_result')
    if (results.length > 0) messages.push({ role: 'tool', content: results.map(toolResultOf) })
    if (role === 'assistant') messages.push(await assistantMessage(content))
    else if (others.length > 0) messages.push({ role: 'user', content: others.map(userPart) })
  }
  return messages
}

async function assistantMessage(content: readonly Fields[]): Promise<Message> {
  const payload = { id: 'msg_1', model: 'any', content, stop_reason: 'end_turn' }
  const provider = anthropic({ apiKey: 'sk-ant-test', fetch: () => Promise.resolve(Response.json(payload)) })
  return JSON.parse(JSON.stringify((await provider.complete(REQUEST)).message)) as Message
}

function userPart({ type, text, source, title }: Fields): UserPart {
  const { media_type: mediaType, data, url } = (source ?? {}) as Record<string, string | undefined>
  if (type === 'text') return { type, text: String(text) }
  const base64 = mediaType === 'text/plain' ? Buffer.from(data ?? '').toString('base64') : (data ?? '')
  const from = url === undefined ? { base64, mediaType: mediaType ?? '' } : { url }
  if (type === 'image') return { type, source: from }
  return { type: 'file', source: from, filename: title as string | undefined }
}

function toolResultOf({ tool_use_id, content }: Fields): ToolResultPart {
  const parts = typeof content === 'string' ? content : (content as Fields[]).map(userPart)
  return { type: 'tool-result', toolCallId: String(tool_use_id), content: parts }
}

const CHOICES: Readonly<Record<string, CompletionRequest['toolChoice']>> = {
  auto: 'auto',
  any: 'required',
  none: 'none',
}

async function requestOf(body: Fields): Promise<CompletionRequest> {
  const tools = (body['tools'] ?? []) as Fields[]
  const choice = (body['tool_choice'] ?? {}) as Fields
  const thinking = (body['thinking'] ?? {}) as Fields
  const format = (body['output_config'] as { format?: { schema: Record<string, unknown> } } | undefined)?.format
  const blocks = (body['messages'] as { content: Fields[] }[]).flatMap(({ content }) => content)
  return {
    model: String(body['model']),
    messages: await messagesOf(body),
    maxTokens: body['max_tokens'] as number,
    temperature: body['temperature'] as number | undefined,
    tools: tools
      .filter(({ type }) => type === undefined)
      .map(({ name, description, input_schema }) => ({
        name: String(name),
        description: description as string,
        parameters: input_schema as Record<string, unknown>,
      })),
    toolChoice: choice['type'] === 'tool' ? { name: String(choice['name']) } : CHOICES[String(choice['type'])],
    parallelToolCalls: choice['disable_parallel_tool_use'] === true ? false : undefined,
    reasoning: {
      budgetTokens: thinking['budget_tokens'] as number | undefined,
      summary: thinking['display'] === 'summarized' ? 'auto' : undefined,
    },
    output: format?.schema,
    webSearch: tools.some(({ name }) => name === 'web_search') ? true : undefined,
    providerOptions: {
      anthropic: {
        codeExecution: tools.some(({ name }) => name === 'code_execution'),
        citations: blocks.some(({ type, citations }) => type === 'document' && citations !== undefined),
        serviceTier: body['service_tier'] as 'standard_only' | undefined,
        contextManagement: body['context_management'] as Fields | undefined,
        betas: body['context_management'] === undefined ? [] : ['compact-2026-01-12'],
      },
    },
  }
}

/** What is said differently and means the same. Each with its reason. */
function normalise(body: Fields): Fields {
  const { stream, system, ...rest } = body
  return {
    ...rest,
    // The recorder says `stream: false`, which is the default.
    ...(stream === true ? { stream } : {}),
    // The recorder sends several system texts in one block, joined by an empty line.
    ...(system === undefined ? {} : { system: (system as Fields[]).map(({ text }) => text).join('\n\n') }),
  }
}

describe.skipIf(folder === undefined)('recorded traffic of Anthropic (LLM_RECORDINGS)', () => {
  const messages = exchangesOf(cassettes, { provider: 'anthropic', api: 'messages' })
  const answered = messages.filter(({ response }) => response.status === 200)
  const failed = messages.filter(({ response }) => response.status !== 200)

  test('is all there', () => {
    expect([answered.length, failed.length]).toEqual([79, 2])
  })

  test.each(answered)('answer: $name', async exchange => {
    const payload = payloadOf(exchange)
    for (const seed of SEEDS) check(await completionOf(exchange, seed), payload)
  })

  // Our types have no part for a search result: its fields would be sent as text.
  const expressible = answered.filter(({ request }) => !JSON.stringify(request.json).includes('"search_result"'))

  test.each(expressible)('request: $name', async exchange => {
    const recorded = exchange.request.json as Fields
    const { provider, requests } = providerOf([exchange])
    const request = await requestOf(recorded)
    if (exchange.response.sse === undefined) await provider.complete(request)
    else await provider.stream(request).completion()
    expect(normalise(requests[0]?.body as Fields)).toEqual(normalise(recorded))
    const { accept: _, ...headers } = exchange.request.headers ?? {}
    expect(requests[0]).toMatchObject({ url: exchange.request.url, headers })
    expect(requests[0]?.headers['x-api-key']).toBe('sk-ant-test')
    expect(requests[0]?.headers).not.toHaveProperty('authorization')
  })

  test.each(failed)('error: $name', async exchange => {
    const { error } = exchange.response.json as { error: { message: string; type: string } }
    const { status } = exchange.response
    const failures = SEEDS.flatMap(seed => [
      completionOf(exchange, seed),
      providerOf([exchange], seed).provider.stream(REQUEST).completion(),
    ])
    for (const failure of failures) {
      const thrown: unknown = await failure.catch((cause: unknown) => cause)
      expect(thrown).toBeInstanceOf(status === 401 ? AuthenticationError : ContextLengthError)
      expect(thrown).toMatchObject({ status, vendorCode: error.type, retryable: false })
      expect((thrown as APICallError).message).toContain(error.message)
    }
  })
})
