import { AuthenticationError, ContextLengthError, RateLimitError } from '@llm/core'
import type {
  APICallError,
  AssistantPart,
  Completion,
  CompletionRequest,
  JsonObject,
  JsonSchema,
  Message,
  PartState,
  Provider,
  ReasoningOptions,
  ToolResultPart,
  UserPart,
} from '@llm/core'
import { exchangesOf, loadCassettes, replayFetch, type NamedExchange } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { google, vertex } from './google.ts'
import type { GoogleOptions } from './options.ts'

const folder = process.env['LLM_RECORDINGS']
const SEEDS = [1, 2, 3]
const HOSTS = ['google', 'vertex'] as const
type Host = (typeof HOSTS)[number]

const create: Readonly<Record<Host, (fetch: typeof globalThis.fetch) => Provider>> = {
  google: fetch => google({ apiKey: 'AIza-test', fetch }),
  vertex: fetch =>
    vertex({ project: 'test-project', location: 'us-central1', accessToken: () => 'ya29.test-token', fetch }),
}

const recorded = {
  google: folder === undefined ? [] : await exchanges(`${folder}/google`, 'google'),
  vertex: folder === undefined ? [] : await exchanges(`${folder}/vertex`, 'vertex'),
}

async function exchanges(path: string, provider: Host): Promise<readonly NamedExchange[]> {
  return exchangesOf(await loadCassettes(path), { provider, api: 'generate_content' })
}

interface AnswerPart {
  readonly text?: string
  readonly thought?: boolean
  readonly thoughtSignature?: string
  readonly functionCall?: { readonly id?: string; readonly name: string; readonly args: object }
}

interface Payload {
  readonly responseId: string
  readonly modelVersion: string
  readonly candidates: readonly {
    readonly finishReason?: string
    readonly content: { readonly parts?: readonly AnswerPart[] }
    readonly groundingMetadata?: {
      readonly groundingChunks: readonly { readonly web: { readonly uri: string } }[]
      readonly groundingSupports: readonly {
        readonly groundingChunkIndices: readonly number[]
        readonly segment: { readonly text: string }
      }[]
    }
  }[]
  readonly usageMetadata: Readonly<Record<string, number | undefined>>
}

/** The chunks of an answer: its body, or what each event of its stream holds. */
function payloads({ response }: NamedExchange): readonly Payload[] {
  if (response.sse === undefined) return [response.json as Payload]
  const lines = response.sse.split(/\r?\n/).filter(line => line.startsWith('data: '))
  return lines.map(line => JSON.parse(line.slice(6)) as Payload)
}

function check(completion: Completion, chunks: readonly Payload[]): void {
  const parts = chunks.flatMap(({ candidates }) => candidates[0]?.content.parts ?? [])
  const joined = (thought: boolean): string =>
    parts.map(part => ((part.thought === true) === thought ? (part.text ?? '') : '')).join('')
  expect(completion.text).toBe(joined(false))
  expect(completion.reasoning).toBe(joined(true))

  const calls = parts.flatMap(part => part.functionCall ?? [])
  expect(completion.toolCalls.map(({ name, arguments: args }) => ({ name, args }))).toEqual(
    calls.map(({ name, args }) => ({ name, args })),
  )
  expect(completion.toolCalls.every(call => call.status === undefined)).toBe(true)
  expect(new Set(completion.toolCalls.map(call => call.id)).size).toBe(calls.length)
  const vendorIds = calls.flatMap(call => call.id ?? [])
  expect(completion.toolCalls.map(call => call.id)).toEqual(expect.arrayContaining(vendorIds))

  const last = chunks.at(-1)
  expect(completion.rawFinishReason).toBe(last?.candidates[0]?.finishReason)
  expect(completion.finishReason).toBe(calls.length > 0 ? 'tool-calls' : 'stop')
  expect(completion.id).toBe(last?.responseId)
  expect(completion.model).toBe(last?.modelVersion)
  checkSignatures(completion, parts)
  checkUsage(completion, last?.usageMetadata ?? {})
  checkSources(completion, chunks)
}

/** Every signature comes back in the next turn, in order. */
function checkSignatures({ content }: Completion, parts: readonly AnswerPart[]): void {
  const kept = content.flatMap(({ state }) => {
    const data = (state?.data ?? {}) as { thoughtSignature?: string; part?: { thoughtSignature?: string } }
    return data.thoughtSignature ?? data.part?.thoughtSignature ?? []
  })
  expect(kept).toEqual(parts.flatMap(part => part.thoughtSignature ?? []))
}

function checkUsage({ usage }: Completion, counts: Payload['usageMetadata']): void {
  const { promptTokenCount = 0, toolUsePromptTokenCount = 0, candidatesTokenCount = 0, thoughtsTokenCount } = counts
  expect(usage.inputTokens).toBe(promptTokenCount + toolUsePromptTokenCount)
  expect(usage.outputTokens).toBe(candidatesTokenCount + (thoughtsTokenCount ?? 0))
  expect(usage.totalTokens).toBe(counts['totalTokenCount'])
  expect(usage.reasoningTokens).toBe(thoughtsTokenCount)
  expect(usage.cacheReadTokens).toBe(counts['cachedContentTokenCount'])
}

function checkSources({ sources, text }: Completion, chunks: readonly Payload[]): void {
  const grounding = chunks.at(-1)?.candidates[0]?.groundingMetadata
  const supports = grounding?.groundingSupports ?? []
  expect(sources.slice(0, supports.flatMap(support => support.groundingChunkIndices).length)).toMatchObject(
    supports.flatMap(({ segment, groundingChunkIndices }) =>
      groundingChunkIndices.map(index => ({ url: grounding?.groundingChunks[index]?.web.uri, quote: segment.text })),
    ),
  )
  expect(new Set(sources.map(source => source.url))).toEqual(
    new Set(grounding?.groundingChunks.map(chunk => chunk.web.uri) ?? []),
  )
  for (const { quote, start, end } of sources) if (quote !== undefined) expect(text.slice(start, end)).toBe(quote)
}

/** A recorded body, as far as it is read here. Names are in camel case by then. */
interface Body {
  model?: string
  contents: { role: string; parts: BodyPart[] }[]
  systemInstruction?: { parts: { text: string }[] }
  tools?: { functionDeclarations?: Declaration[]; googleSearch?: object; codeExecution?: object }[]
  toolConfig?: { functionCallingConfig: { mode: string; allowedFunctionNames?: string[] } }
  generationConfig?: Config
  cachedContent?: string
}

interface BodyPart {
  text?: string
  thought?: boolean
  thoughtSignature?: string
  functionCall?: { name: string; args: JsonObject }
  functionResponse?: { name: string; response: object; parts?: BodyPart[] }
  executableCode?: object
  codeExecutionResult?: object
  inlineData?: { data: string; mimeType: string }
  fileData?: { fileUri: string; mimeType: string }
}

interface Declaration {
  name: string
  description: string
  parameters?: { properties: object }
  parametersJsonSchema?: JsonSchema
}

interface Config {
  temperature?: number
  thinkingConfig?: { thinkingLevel: string }
  responseMimeType?: string
  responseJsonSchema?: JsonSchema
  responseSchema?: JsonSchema
  responseModalities?: ('TEXT' | 'IMAGE' | 'AUDIO')[]
  speechConfig?: { voiceConfig: { prebuiltVoiceConfig: { voiceName: string } } }
}

type Modalities = NonNullable<GoogleOptions['modalities']>
type Effort = NonNullable<ReasoningOptions['effort']>

/** A recorded body, in the words of this library. */
function conversation(body: Body, model: string, host: Host): CompletionRequest {
  const { generationConfig: config = {}, tools = [], toolConfig, cachedContent } = body
  const { thinkingConfig, temperature, responseMimeType, responseModalities, speechConfig } = config
  const voice = speechConfig?.voiceConfig.prebuiltVoiceConfig.voiceName
  const options: GoogleOptions = {
    cachedContent,
    modalities: responseModalities?.map(name => name.toLowerCase()) as Modalities | undefined,
    speech: voice === undefined ? undefined : { voice },
    tools: tools.some(tool => tool.codeExecution !== undefined) ? [{ codeExecution: {} }] : undefined,
    extraBody: extraOf(config),
  }
  const { mode, allowedFunctionNames: [name] = [] } = toolConfig?.functionCallingConfig ?? {}
  return {
    model,
    messages: messagesOf(body),
    temperature,
    reasoning: thinkingConfig && { effort: thinkingConfig.thinkingLevel.toLowerCase() as Effort },
    output: responseMimeType === 'application/json' ? (config.responseJsonSchema ?? 'json') : undefined,
    webSearch: tools.some(tool => tool.googleSearch !== undefined),
    tools: tools
      .flatMap(tool => tool.functionDeclarations ?? [])
      .map(({ parametersJsonSchema: parameters, ...rest }) => ({ ...rest, parameters })),
    toolChoice: name !== undefined ? { name } : mode === 'NONE' ? 'none' : mode === 'ANY' ? 'required' : undefined,
    providerOptions: { [host]: options },
  }
}

/** What has no place in a request of ours but in `extraBody`: an OpenAPI schema, and plain text as format. */
function extraOf({ responseSchema, responseMimeType }: Config): Record<string, unknown> | undefined {
  if (responseSchema !== undefined) return { generationConfig: { responseSchema } }
  return responseMimeType === 'text/plain' ? { generationConfig: { responseMimeType } } : undefined
}

function messagesOf({ systemInstruction, contents }: Body): Message[] {
  const texts = systemInstruction?.parts.map(part => part.text) ?? []
  const messages: Message[] = texts.map(content => ({ role: 'system', content }))
  let calls = 0
  let answered = 0
  for (const { role, parts } of contents) {
    if (role === 'model') {
      messages.push({ role: 'assistant', content: parts.map(part => modelPart(part, () => calls++)) })
      continue
    }
    const results = parts.filter(part => part.functionResponse !== undefined)
    const rest = parts.filter(part => part.functionResponse === undefined)
    const content = results.map(part => resultPart(part, answered++))
    if (results.length > 0) messages.push({ role: 'tool', content })
    if (rest.length > 0) messages.push({ role: 'user', content: rest.map(userPart) })
  }
  return messages
}

function stateOf(data: JsonObject): PartState {
  return { protocol: 'google-generate-content', data }
}

function modelPart(part: BodyPart, count: () => number): AssistantPart {
  const { text = '', thought, thoughtSignature, functionCall, executableCode, codeExecutionResult } = part
  const state = thoughtSignature === undefined ? undefined : stateOf({ thoughtSignature })
  if (functionCall) {
    const { name, args } = functionCall
    return { type: 'tool-call', id: `own_${String(count())}`, name, arguments: args, state }
  }
  const own = { name: 'code_execution', providerExecuted: true, state: stateOf({ part: part as JsonObject }) }
  if (executableCode) return { type: 'tool-call', id: 'x', arguments: {}, ...own }
  if (codeExecutionResult) return { type: 'tool-result', toolCallId: 'x', content: '', ...own }
  return { type: thought === true ? 'reasoning' : 'text', text, state }
}

function resultPart({ functionResponse }: BodyPart, index: number): ToolResultPart {
  const { output } = functionResponse?.response as { output: string }
  const media = (functionResponse?.parts ?? []).map(userPart)
  return {
    type: 'tool-result',
    toolCallId: `own_${String(index)}`,
    content: [{ type: 'text', text: output }, ...media],
  }
}

function userPart({ text = '', inlineData, fileData }: BodyPart): UserPart {
  if (fileData) return { type: 'file', source: { fileId: fileData.fileUri, mediaType: fileData.mimeType } }
  if (inlineData) return { type: 'file', source: { base64: inlineData.data, mediaType: inlineData.mimeType } }
  return { type: 'text', text }
}

/** The recorder writes some names in snake case; JSON of protocol buffers may be either. */
function camelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCase)
  if (typeof value !== 'object' || value === null) return value
  const camel = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camel(key), camelCase(item)]))
}

const partsOf = (body: Body): BodyPart[] => body.contents.flatMap(content => content.parts)

/** What the recorder sends differently, each with the reason why that is the same. */
const SAME: Readonly<Record<string, (body: Body) => void>> = {
  'an empty generationConfig says nothing': body => {
    if (Object.keys(body.generationConfig ?? {}).length === 0) delete body.generationConfig
  },
  'the model is in the URL': body => {
    delete body.model
  },
  'enum values are written in upper case here, as in the reference': ({ generationConfig, toolConfig }) => {
    const thinking = generationConfig?.thinkingConfig
    if (thinking) thinking.thinkingLevel = thinking.thinkingLevel.toUpperCase()
    const calling = toolConfig?.functionCallingConfig
    if (calling) calling.mode = calling.mode.toUpperCase()
  },
  'parameters are JSON Schema here, and the OpenAPI subset there': ({ tools = [] }) => {
    for (const declaration of tools.flatMap(tool => tool.functionDeclarations ?? [])) {
      const { parameters } = declaration
      delete declaration.parameters
      if (parameters === undefined || Object.keys(parameters.properties).length === 0) continue
      const lower = (_: string, type: string): string => `"type":"${type.toLowerCase()}"`
      const schema = JSON.stringify(parameters).replace(/"type":"([A-Z]+)"/g, lower)
      declaration.parametersJsonSchema = JSON.parse(schema) as JsonSchema
    }
  },
  "a result is in `output`, as the reference says, not in the recorder's own form": body => {
    for (const { functionResponse } of partsOf(body)) {
      if (functionResponse === undefined) continue
      const { content } = functionResponse.response as { content: { text: string }[] }
      functionResponse.response = { output: content[0]?.text }
    }
  },
  'a turn of results and text is two turns of the user here': body => {
    body.contents = body.contents.flatMap(content => {
      const results = content.parts.filter(part => part.functionResponse !== undefined)
      const rest = content.parts.filter(part => part.functionResponse === undefined)
      return [results, rest].filter(parts => parts.length > 0).map(parts => ({ ...content, parts }))
    })
  },
  'a thought without text has an empty one': body => {
    for (const part of partsOf(body)) if (part.thought === true) part.text ??= ''
  },
}

function expectedBody(body: unknown): Body {
  const copy = camelCase(structuredClone(body)) as Body
  for (const change of Object.values(SAME)) change(copy)
  return copy
}

const modelOf = ({ request }: NamedExchange): string => /models\/([^:]+):/.exec(request.url)?.[1] ?? ''

describe.skipIf(folder === undefined).each(HOSTS)('recorded traffic of %s (LLM_RECORDINGS)', host => {
  const all = recorded[host]
  const answered = all.filter(({ response }) => response.status === 200)
  const failed = all.filter(({ response }) => response.status !== 200)

  test('is all there', () => {
    expect([answered.length, failed.length]).toEqual(host === 'google' ? [78, 2] : [61, 1])
  })

  test.each(answered)('$name', async exchange => {
    const expected = expectedBody(exchange.request.json)
    const request = conversation(expected, modelOf(exchange), host)
    for (const seed of SEEDS) {
      const { fetch, requests } = replayFetch([exchange], { seed })
      const provider = create[host](fetch)
      const streamed = exchange.response.sse !== undefined
      const completion = await (streamed ? provider.stream(request).completion() : provider.complete(request))
      check(completion, payloads(exchange))
      expect(requests[0]?.body).toEqual(expected)
      const url = new URL(requests[0]?.url ?? '')
      const recordedUrl = new URL(exchange.request.url)
      expect(url.pathname + url.search).toBe(recordedUrl.pathname + recordedUrl.search)
    }
  })

  test.each(failed)('error: $name', async exchange => {
    const { error } = exchange.response.json as { error: { message: string; code: number } }
    const expected = {
      'API key not valid. Please pass a valid API key.': { class: AuthenticationError, retryable: false },
      'The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).': {
        class: ContextLengthError,
        retryable: false,
      },
    }[error.message] ?? { class: RateLimitError, retryable: true, retryAfterMs: 48_000 }
    const request: CompletionRequest = { model: 'gemini-2.5-flash', messages: [{ role: 'user', content: 'Hi' }] }
    const failures = SEEDS.flatMap(seed => {
      const provider = create[host](replayFetch([exchange, exchange], { seed }).fetch)
      return [provider.complete(request), provider.stream(request).completion()]
    })
    for (const failure of failures) {
      const thrown: unknown = await failure.catch((cause: unknown) => cause)
      expect(thrown).toBeInstanceOf(expected.class)
      const { class: _, ...fields } = expected
      expect(thrown).toMatchObject({ status: error.code, ...fields })
      expect((thrown as APICallError).message).toContain(error.message.slice(0, 100))
    }
  })
})
