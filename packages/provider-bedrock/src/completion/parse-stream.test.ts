import { APICallError, type LLMError, type Completion, type CompletionRequest } from '@llm/core'
import { eventStreamFrame } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { bedrock } from '../bedrock.ts'

type Event = readonly [type: string, payload: object]

const REQUEST = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const
const SETTINGS = { apiKey: 'a-test-key', region: 'us-east-1' }

function frame([type, payload]: Event): Uint8Array {
  const kind = type.endsWith('Exception') ? 'exception' : 'event'
  return eventStreamFrame({ [`:${kind}-type`]: type, ':message-type': kind }, { ...payload, p: 'abcd' })
}

function read(events: readonly Event[], request: CompletionRequest = REQUEST): Promise<Completion> {
  const headers = { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'r-1' }
  const body = new Blob(events.map(event => frame(event) as Uint8Array<ArrayBuffer>))
  const fetch = () => Promise.resolve(new Response(body, { headers }))
  return bedrock({ ...SETTINGS, fetch })
    .stream(request)
    .completion()
}

function parse(body: object): Promise<Completion> {
  return bedrock({ ...SETTINGS, fetch: () => Promise.resolve(Response.json(body)) }).complete(REQUEST)
}

function start(contentBlockIndex: number, block: object): Event {
  return ['contentBlockStart', { contentBlockIndex, start: block }]
}

function delta(contentBlockIndex: number, piece: object): Event {
  return ['contentBlockDelta', { contentBlockIndex, delta: piece }]
}

function stop(contentBlockIndex: number): Event {
  return ['contentBlockStop', { contentBlockIndex }]
}

const BEGIN: Event = ['messageStart', { role: 'assistant' }]
const END: Event = ['messageStop', { stopReason: 'end_turn' }]
const USAGE = { inputTokens: 10, outputTokens: 4, totalTokens: 14 }
const METADATA: Event = ['metadata', { usage: USAGE, metrics: { latencyMs: 5 } }]

describe('a stream', () => {
  test('may tell its usage before it stops', async () => {
    const { text, usage, finishReason } = await read([BEGIN, delta(0, { text: 'Hello' }), stop(0), METADATA, END])
    expect({ text, finishReason }).toEqual({ text: 'Hello', finishReason: 'stop' })
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 4, totalTokens: 14, source: 'reported' })
  })

  test('may end without usage, and may leave blocks open', async () => {
    const citation = { location: { web: { url: 'https://example.com/' } } }
    const completion = await read([BEGIN, delta(0, { text: 'Hello' }), delta(0, { citation }), END])
    expect(completion.text).toBe('Hello')
    expect(completion.usage.totalTokens).toBeUndefined()
    expect(completion.sources).toEqual([{ type: 'source', url: 'https://example.com/', start: 0, end: 5 }])
  })

  test('may have events that are not known', async () => {
    const news: Event[] = [
      ['constructor', {}],
      ['somethingNew', { contentBlockIndex: 0 }],
    ]
    expect((await read([...news, BEGIN, delta(0, { text: 'Hello', alsoNew: 1 }), END])).text).toBe('Hello')
  })

  test('may write a tool call in pieces that are empty', async () => {
    const pieces = ['', '{"a"', '', ':1}', ''].map(input => delta(1, { toolUse: { input } }))
    const toolUse = { toolUseId: 'tooluse_1', name: 'add' }
    const completion = await read([BEGIN, start(1, { toolUse }), ...pieces, stop(1), END])
    expect(completion.toolCalls).toEqual([{ type: 'tool-call', id: 'tooluse_1', name: 'add', arguments: { a: 1 } }])
    expect(completion.finishReason).toBe('tool-calls')
  })

  test('may sign its reasoning in pieces, or redact it', async () => {
    const completion = await read([
      delta(0, { reasoningContent: { text: 'Hm' } }),
      delta(0, { reasoningContent: { signature: 'ab' } }),
      delta(0, { reasoningContent: { signature: 'cd' } }),
      delta(1, { reasoningContent: { redactedContent: btoa('se') } }),
      delta(1, { reasoningContent: { redactedContent: btoa('cret') } }),
      delta(2, { text: 'Yes' }),
      END,
    ])
    const protocol = 'bedrock-converse'
    expect(completion.content).toEqual([
      { type: 'reasoning', text: 'Hm', state: { protocol, data: { signature: 'abcd' } } },
      { type: 'reasoning', text: '', state: { protocol, data: { redactedContent: btoa('secret') } } },
      { type: 'text', text: 'Yes' },
    ])
  })

  test('may hold an image', async () => {
    const image = { source: { bytes: btoa('png') } }
    const completion = await read([start(0, { image: { format: 'webp' } }), delta(0, { image }), stop(0), END])
    expect(completion.content).toEqual([{ type: 'image', source: { base64: btoa('png'), mediaType: 'image/webp' } }])
  })

  test('that is cut is a connection error', async () => {
    const failure: unknown = await read([BEGIN, delta(0, { text: 'Hel' }), METADATA]).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'connection', partial: { text: 'Hel' } })
  })
})

describe('an exception inside a stream', () => {
  test.each([
    ['internalServerException', 'server', true, 500],
    ['modelStreamErrorException', 'server', true, 424],
    ['modelTimeoutException', 'timeout', true, 408],
    ['serviceUnavailableException', 'overloaded', true, 503],
    ['throttlingException', 'rate_limit', true, 429],
    ['validationException', 'invalid_request', false, 400],
    ['somethingNewException', 'server', true, undefined],
  ])('%s is %s', async (...[type, code, retryable, status]) => {
    const events: Event[] = [BEGIN, delta(0, { text: 'Hel' }), [type, { message: 'The host says so.' }]]
    const failure: unknown = await read(events).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(APICallError)
    expect(failure).toMatchObject({ code, retryable, vendorCode: type, requestId: 'r-1', partial: { text: 'Hel' } })
    expect((failure as APICallError).status).toBe(status)
    expect((failure as APICallError).message).toContain('The host says so.')
  })

  test('may come from the transport', async () => {
    const headers = { ':message-type': 'error', ':error-code': 'ThrottlingException', ':error-message': 'Slow.' }
    const body = new Blob([eventStreamFrame(headers, {}) as Uint8Array<ArrayBuffer>])
    const fetch = () => Promise.resolve(new Response(body))
    const failure: unknown = await bedrock({ ...SETTINGS, fetch })
      .stream(REQUEST)
      .completion()
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'rate_limit', vendorCode: 'ThrottlingException' })
    expect((failure as LLMError).message).toContain('Slow.')
  })
})

describe('an answer', () => {
  const body = (content: readonly object[], more: object = {}): object => ({
    output: { message: { role: 'assistant', content } },
    stopReason: 'end_turn',
    usage: USAGE,
    ...more,
  })

  test('counts the tokens of the cache as input', async () => {
    const usage = { ...USAGE, cacheReadInputTokens: 100, cacheWriteInputTokens: 20, totalTokens: 134 }
    expect((await parse(body([], { usage }))).usage).toMatchObject({
      inputTokens: 130,
      outputTokens: 4,
      totalTokens: 134,
      cacheReadTokens: 100,
      cacheWriteTokens: 20,
    })
  })

  test('tells what a guardrail did', async () => {
    const trace = { guardrail: { actionReason: 'Guardrail blocked.', inputAssessment: { g: {} } } }
    const { finishReason, rawFinishReason, warnings, usage } = await parse(
      body([{ text: 'I cannot.' }], { stopReason: 'guardrail_intervened', trace }),
    )
    expect({ finishReason, rawFinishReason }).toEqual({
      finishReason: 'content-filter',
      rawFinishReason: 'guardrail_intervened',
    })
    expect(warnings).toEqual([{ code: 'other', message: 'The guardrail says: Guardrail blocked.' }])
    expect(usage.raw).toMatchObject({ trace, usage: USAGE })
  })

  test('names the model that a prompt router chose', async () => {
    const trace = { promptRouter: { invokedModelId: 'arn:aws:bedrock:chosen' } }
    expect((await parse(body([{ text: 'Hi' }], { trace }))).model).toBe('arn:aws:bedrock:chosen')
  })

  test('says which of its words a source is of', async () => {
    const citation = { title: 'facts', source: 'doc-1', sourceContent: [{ text: 'It ' }, { text: 'is.' }] }
    const citationsContent = { content: [{ text: 'So.' }], citations: [citation] }
    const { text, sources } = await parse(body([{ text: 'Yes. ' }, { citationsContent }]))
    expect(text).toBe('Yes. So.')
    expect(sources).toEqual([{ type: 'source', id: 'doc-1', title: 'facts', quote: 'It is.', start: 5, end: 8 }])
  })

  test('without a stop reason is malformed', async () => {
    await expect(parse({ Output: { __type: 'UnknownOperationException' } })).rejects.toMatchObject({
      code: 'malformed_response',
    })
  })
})

describe('a tool that Bedrock ran', () => {
  const toolUse = { toolUseId: 'tooluse_1', name: 'nova_grounding', type: 'server_tool_use' }
  const toolResult = { toolUseId: 'tooluse_1', status: 'success', type: 'nova_grounding_result' }

  test('is no call of the caller, and goes back as it was', async () => {
    const whole = await parse({
      output: {
        message: {
          content: [
            { toolUse: { ...toolUse, input: { query: 'x' } } },
            { toolResult: { ...toolResult, content: [{ text: '[HIDDEN]' }] } },
            { text: 'So.' },
          ],
        },
      },
      stopReason: 'end_turn',
    })
    const streamed = await read([
      start(0, { toolUse }),
      delta(0, { toolUse: { input: '{"query":"x"}' } }),
      stop(0),
      start(1, { toolResult }),
      delta(1, { toolResult: [{ text: '[HIDDEN]' }] }),
      stop(1),
      delta(2, { text: 'So.' }),
      END,
    ])
    expect(streamed.content).toEqual(whole.content)
    expect(whole.toolCalls).toEqual([])
    expect(whole.finishReason).toBe('stop')
    expect(whole.content).toMatchObject([
      { type: 'tool-call', name: 'nova_grounding', arguments: { query: 'x' }, providerExecuted: true },
      { type: 'tool-result', toolCallId: 'tooluse_1', providerExecuted: true },
      { type: 'text', text: 'So.' },
    ])
  })
})
