import {
  AuthenticationError,
  ContextLengthError,
  type AssistantPart,
  type Completion,
  type CompletionRequest,
  type Message,
  type ToolResultPart,
  type UserPart,
} from '@llm/core'
import { bodyBytes, exchangesOf, loadCassettes, replayFetch, type NamedExchange } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { bedrock } from './bedrock.ts'

const folder = process.env['LLM_RECORDINGS']
// A conversation that changes its host stands with the first one.
const folders = folder === undefined ? [] : [`${folder}/bedrock`, `${folder}/anthropic`]
const cassettes = (await Promise.all(folders.map(loadCassettes))).flat()
const SEEDS = [1, 2, 3]

/** JSON as the recordings have it, to be looked into freely. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any

/** What a payload says, worked out here and not by the library. */
interface Expected {
  text: string
  reasoning: string
  signature: string
  calls: { id: string; name: string; arguments: unknown }[]
  hosted: { id: string; name: string; arguments: unknown }[]
  sources: { url: string | undefined; title: string | undefined; quote: string | undefined }[]
  stopReason: string
  usage: Json
}

function blank(): Expected {
  return { text: '', reasoning: '', signature: '', calls: [], hosted: [], sources: [], stopReason: '', usage: {} }
}

function sourceOf({ location = {}, source, sourceContent, title }: Json): Expected['sources'][number] {
  return {
    url: location.web?.url ?? source,
    title,
    quote: (sourceContent as Json[] | undefined)?.map(({ text }) => text as string).join(''),
  }
}

function expectedOfBody({ output, stopReason, usage }: Json): Expected {
  const expected = { ...blank(), stopReason, usage }
  for (const { text, reasoningContent, toolUse, citationsContent } of output.message.content as Json[]) {
    if (text !== undefined) expected.text += text
    expected.reasoning += reasoningContent?.reasoningText.text ?? ''
    expected.signature += reasoningContent?.reasoningText.signature ?? ''
    if (toolUse !== undefined) {
      const list = toolUse.type === 'server_tool_use' ? expected.hosted : expected.calls
      list.push({ id: toolUse.toolUseId, name: toolUse.name, arguments: toolUse.input })
    }
    for (const content of citationsContent?.content ?? []) expected.text += content.text
    for (const citation of citationsContent?.citations ?? []) expected.sources.push(sourceOf(citation))
  }
  return expected
}

/** The events of a framed stream, read without a thought for cuts or checksums. */
function eventsOf(exchange: NamedExchange): { name: string; data: Json }[] {
  const bytes = Buffer.from(bodyBytes(exchange.response))
  const events: { name: string; data: Json }[] = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const payload = at + 12 + bytes.readUInt32BE(at + 4)
    const name = /:event-type\x07..(\w+)/s.exec(bytes.toString('latin1', at + 12, payload))?.[1] ?? ''
    events.push({ name, data: JSON.parse(bytes.toString('utf8', payload, at + bytes.readUInt32BE(at) - 4)) })
  }
  return events
}

function expectedOfStream(exchange: NamedExchange): Expected {
  const expected = blank()
  const inputs = new Map<number, { type: string | undefined; id: string; name: string; text: string }>()
  for (const { data } of eventsOf(exchange)) {
    const { contentBlockIndex: index, start, delta, stopReason, usage } = data
    if (start?.toolUse !== undefined) {
      const { type, toolUseId, name } = start.toolUse
      inputs.set(index, { type, id: toolUseId, name, text: '' })
    }
    const input = inputs.get(index)
    if (input !== undefined) input.text += delta?.toolUse?.input ?? ''
    expected.text += delta?.text ?? ''
    expected.reasoning += delta?.reasoningContent?.text ?? ''
    expected.signature += delta?.reasoningContent?.signature ?? ''
    if (delta?.citation !== undefined) expected.sources.push(sourceOf(delta.citation))
    if (stopReason !== undefined) expected.stopReason = stopReason
    if (usage !== undefined) expected.usage = usage
  }
  for (const { type, id, name, text } of inputs.values()) {
    const list = type === undefined ? expected.calls : expected.hosted
    list.push({ id, name, arguments: JSON.parse(text) })
  }
  return expected
}

const REASONS: Record<string, string> = { end_turn: 'stop', tool_use: 'tool-calls', max_tokens: 'length' }

function check(completion: Completion, expected: Expected, exchange: NamedExchange): void {
  const { text, reasoning, signature, calls, hosted, sources, stopReason, usage } = expected
  expect(completion.text).toBe(text)
  expect(completion.reasoning).toBe(reasoning)
  expect(completion.toolCalls).toEqual(calls.map(call => ({ type: 'tool-call', ...call })))
  const ran = completion.content.filter(part => part.type === 'tool-call' && part.providerExecuted === true)
  expect(ran).toMatchObject(hosted)
  expect(completion.sources.map(({ url, title, quote }) => ({ url, title, quote }))).toEqual(
    sources.map(source => ({ ...source, url: source.url?.includes('://') === true ? source.url : undefined })),
  )
  expect(completion.finishReason).toBe(REASONS[stopReason])
  expect(completion.rawFinishReason).toBe(stopReason)
  const signed = completion.content.find(part => part.type === 'reasoning')?.state?.data
  expect(signed).toEqual(signature === '' ? undefined : { signature })
  expect(completion.usage).toMatchObject({
    inputTokens: usage.totalTokens - usage.outputTokens,
    outputTokens: usage.outputTokens,
    totalTokens: usage.totalTokens,
  })
  expect(completion.usage.cacheReadTokens).toBe(usage.cacheReadInputTokens)
  expect(completion.usage.cacheWriteTokens).toBe(usage.cacheWriteInputTokens)
  expect(completion.requestId).toBe(exchange.response.headers['x-amzn-requestid'])
}

const MEDIA_TYPES: Record<string, string> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

function sourceParts({ format, source }: Json): { base64: string; mediaType: string } {
  const base64 = source.bytes ?? Buffer.from(source.text as string).toString('base64')
  return { base64, mediaType: MEDIA_TYPES[format] ?? format }
}

function userParts(blocks: Json[]): Exclude<UserPart, { type: 'audio' }>[] {
  return blocks.flatMap(({ text, image, document, video }: Json): Exclude<UserPart, { type: 'audio' }>[] => {
    if (text !== undefined) return [{ type: 'text', text }]
    if (image !== undefined) return [{ type: 'image', source: sourceParts(image) }]
    if (video !== undefined) return [{ type: 'file', source: sourceParts(video) }]
    if (document === undefined) return []
    return [{ type: 'file', filename: `${document.name}.${document.format}`, source: sourceParts(document) }]
  })
}

function assistantParts(blocks: Json[]): AssistantPart[] {
  return blocks.map(({ text, toolUse, reasoningContent }: Json): AssistantPart => {
    if (toolUse !== undefined) {
      return { type: 'tool-call', id: toolUse.toolUseId, name: toolUse.name, arguments: toolUse.input }
    }
    if (reasoningContent === undefined) return { type: 'text', text }
    const { text: thought, signature } = reasoningContent.reasoningText
    return { type: 'reasoning', text: thought, state: { protocol: 'bedrock-converse', data: { signature } } }
  })
}

function messagesOf({ role, content }: Json): Message[] {
  if (role === 'assistant') return [{ role, content: assistantParts(content) }]
  const results = (content as Json[])
    .filter(({ toolResult }) => toolResult !== undefined)
    .map(({ toolResult: { toolUseId: toolCallId, content: parts } }): ToolResultPart => ({
      type: 'tool-result',
      toolCallId,
      content: userParts(parts),
    }))
  const tool: Message[] = results.length > 0 ? [{ role: 'tool', content: results }] : []
  const user = userParts(content)
  return user.length > 0 ? [...tool, { role: 'user', content: user }] : tool
}

/** The recorded request in our types. */
function requestOf({ request: { url, json } }: NamedExchange): CompletionRequest {
  const body: Json = json
  const tools: Json[] = body.toolConfig?.tools ?? []
  const system: Json[] = body.system ?? []
  const schema = body.outputConfig?.textFormat.structure.jsonSchema.schema
  const { additionalModelRequestFields } = body
  const text = JSON.stringify(body)
  return {
    model: decodeURIComponent(url.split('/').at(-2) ?? ''),
    messages: [
      ...system
        .filter(({ text }) => text !== undefined)
        .map(({ text: content }): Message => ({ role: 'system', content })),
      ...(body.messages as Json[]).flatMap(messagesOf),
    ],
    temperature: body.inferenceConfig.temperature,
    tools: tools.flatMap(({ toolSpec }: Json) =>
      toolSpec === undefined
        ? []
        : [{ name: toolSpec.name, description: toolSpec.description, parameters: toolSpec.inputSchema.json }],
    ),
    webSearch: tools.some(tool => tool.systemTool?.name === 'nova_grounding') || undefined,
    output: schema === undefined ? undefined : JSON.parse(schema),
    providerOptions: {
      bedrock: {
        additionalModelRequestFields,
        citations: text.includes('"citations":{"enabled":true}') || undefined,
        cachePoints: text.includes('cachePoint') ? ['system'] : undefined,
      },
    },
  }
}

/** The recorded body, less what is known to differ. */
function acceptedBody(recorded: unknown): Json {
  const body: Json = structuredClone(recorded)
  // We leave out objects without content, which prompts of the prompt management refuse.
  if (Object.keys(body.inferenceConfig as object).length === 0) delete body.inferenceConfig
  // Our name for a schema without a title.
  if (body.outputConfig !== undefined) body.outputConfig.textFormat.structure.jsonSchema.name = 'output'
  // Our types have no search results that the caller found, so none can be sent: the result is an empty one.
  for (const block of (body.messages as Json[]).flatMap(({ content }) => content as Json[])) {
    if (block.toolResult?.content[0].searchResult !== undefined) block.toolResult.content = [{ text: '(nothing)' }]
  }
  return body
}

function isStream({ request }: NamedExchange): boolean {
  return request.url.endsWith('/converse-stream')
}

const SETTINGS = { region: 'us-east-1', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' }

async function run(exchange: NamedExchange, seed: number): Promise<{ completion: Completion; sent: Json }> {
  const { fetch, requests } = replayFetch([exchange], { seed })
  const provider = bedrock({ ...SETTINGS, fetch })
  const request = requestOf(exchange)
  const completion = await (isStream(exchange) ? provider.stream(request).completion() : provider.complete(request))
  return { completion, sent: requests[0] }
}

describe.skipIf(folder === undefined)('recorded traffic of Bedrock (LLM_RECORDINGS)', () => {
  const converse = exchangesOf(cassettes, { provider: 'bedrock', api: 'converse' })
  const embeddings = exchangesOf(cassettes, { provider: 'bedrock', api: 'embeddings' })
  const answered = (exchange: NamedExchange): boolean => exchange.response.status === 200

  test('is all there', () => {
    expect(converse).toHaveLength(70)
    expect(converse.filter(isStream)).toHaveLength(13)
    expect(embeddings).toHaveLength(8)
  })

  test.each(converse.filter(answered))('converse: $name', async exchange => {
    const expected = isStream(exchange) ? expectedOfStream(exchange) : expectedOfBody(exchange.response.json)
    for (const seed of SEEDS) {
      const { completion, sent } = await run(exchange, seed)
      check(completion, expected, exchange)
      expect(sent.body).toEqual(acceptedBody(exchange.request.json))
      expect(decodeURIComponent(sent.url)).toBe(exchange.request.url)
      expect(sent.method).toBe('POST')
      expect(sent.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//)
    }
  })

  test.each(converse.filter(exchange => !answered(exchange)))('error: $name', async exchange => {
    const { status, headers, json } = exchange.response
    for (const seed of SEEDS) {
      const thrown: unknown = await run(exchange, seed).catch((cause: unknown) => cause)
      expect(thrown).toBeInstanceOf(status === 403 ? AuthenticationError : ContextLengthError)
      expect(thrown).toMatchObject({ status, requestId: headers['x-amzn-requestid'], retryable: false })
      expect((thrown as Error).message).toContain((json as { message: string }).message)
      expect(headers['x-amzn-errortype']?.startsWith((thrown as { vendorCode: string }).vendorCode)).toBe(true)
    }
  })

  test.each(embeddings)('embeddings: $name', async exchange => {
    const body: Json = exchange.request.json
    const { fetch, requests } = replayFetch([exchange])
    const embedding = await bedrock({ ...SETTINGS, fetch }).embed({
      model: decodeURIComponent(exchange.request.url.split('/').at(-2) ?? ''),
      input: body.texts ?? [body.inputText ?? body.singleEmbeddingParams.text.value],
      dimensions: body.dimensions ?? body.output_dimension ?? body.singleEmbeddingParams?.embeddingDimension,
    })
    const { embedding: single, embeddings: several }: Json = exchange.response.json
    const vectors: number[][] = single === undefined ? (several.float ?? [several[0].embedding]) : [single]
    expect(embedding.vectors).toEqual(vectors.map(vector => Float32Array.from(vector)))
    expect(embedding.usage.inputTokens).toBe(Number(exchange.response.headers['x-amzn-bedrock-input-token-count']))
    expect(requests[0]?.body).toEqual(body)
  })
})
