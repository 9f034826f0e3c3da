import type { CompletionRequest, Message } from '@llm/core'
import { renderWith, type Rendered } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import { google, vertex } from '../google.ts'
import { generateContentCodec } from './parse-response.ts'

const ANSWER = { candidates: [{ finishReason: 'STOP' }] }
const render = (request: Partial<CompletionRequest>): Promise<Rendered> =>
  renderWith(generateContentCodec, request, ANSWER)

const HOSTS = { google, vertex }

/** What one of the hosts sends. */
async function sent(host: keyof typeof HOSTS, request: Partial<CompletionRequest>): Promise<Record<string, unknown>> {
  let body = ''
  const fetch: typeof globalThis.fetch = (_url, init) => {
    body = init?.body as string
    return Promise.resolve(Response.json(ANSWER))
  }
  const messages = [{ role: 'user', content: 'Hi' }] as const
  await HOSTS[host]({ apiKey: 'AIza-x', fetch }).complete({ model: 'gemini-3.5-flash', messages, ...request })
  return JSON.parse(body) as Record<string, unknown>
}

const state = (data: object) => ({ protocol: 'google-generate-content', data }) as never

describe('messages', () => {
  test('instructions stand apart, wherever they were, and part no turn', async () => {
    const { body } = await render({
      messages: [
        { role: 'system', content: 'One.' },
        { role: 'user', content: 'Hi' },
        { role: 'system', content: 'Two.' },
        { role: 'user', content: 'there' },
      ],
    })
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'One.\n\nTwo.' }] },
      contents: [{ role: 'user', parts: [{ text: 'Hi' }, { text: 'there' }] }],
    })
  })

  test('an answer of which nothing can be sent parts no turn', async () => {
    const { body } = await render({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [{ type: 'reasoning', text: 'Hm.' }] },
        { role: 'user', content: 'there' },
      ],
    })
    expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Hi' }, { text: 'there' }] }] })
  })

  test('media are inline, at an address, or uploaded', async () => {
    const content = [
      { type: 'image', source: { base64: 'AAAA', mediaType: 'image/png' } },
      { type: 'image', source: { url: 'data:image/gif;base64,BBBB' } },
      { type: 'image', source: { url: 'https://example.com/cat' } },
      { type: 'audio', source: { url: 'https://storage.googleapis.com/song', mediaType: 'audio/wav' } },
      { type: 'file', source: { url: 'https://youtu.be/x' } },
      { type: 'file', source: { fileId: 'files/abc', mediaType: 'application/pdf' } },
      { type: 'file', source: { fileId: 'gs://bucket/a.pdf', mediaType: 'application/pdf' } },
    ] as const
    const parts = [
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
      { inlineData: { mimeType: 'image/gif', data: 'BBBB' } },
      { fileData: { fileUri: 'https://example.com/cat', mimeType: 'image/jpeg' } },
      { fileData: { fileUri: 'https://storage.googleapis.com/song', mimeType: 'audio/wav' } },
      { fileData: { fileUri: 'https://youtu.be/x' } },
      {
        fileData: {
          fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc',
          mimeType: 'application/pdf',
        },
      },
      { fileData: { fileUri: 'gs://bucket/a.pdf', mimeType: 'application/pdf' } },
    ]
    const { body } = await render({ messages: [{ role: 'user', content }] })
    expect(body).toEqual({ contents: [{ role: 'user', parts }] })
    const [, file] = await Promise.all([
      render({}),
      sent('vertex', { messages: [{ role: 'user', content: [content[6]] }] }),
    ])
    expect(file).toEqual({ contents: [{ role: 'user', parts: [parts[6]] }] })
  })

  const CALLS: readonly Message[] = [
    { role: 'user', content: 'Hi' },
    {
      role: 'assistant',
      content: [
        {
          type: 'tool-call',
          id: 'a',
          name: 'f',
          arguments: { x: 1 },
          state: state({ thoughtSignature: 'S', id: 'a' }),
        },
        { type: 'tool-call', id: 'answer_1', name: 'f', arguments: {} },
      ],
    },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'answer_1', content: 'two', isError: true }] },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', content: 'one' }] },
  ]

  test('results are one turn, in the order of their calls; only ids of the host go back', async () => {
    const { body } = await render({ model: 'gemini-3.5-flash', messages: CALLS })
    expect(body['contents']).toEqual([
      { role: 'user', parts: [{ text: 'Hi' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { id: 'a', name: 'f', args: { x: 1 } }, thoughtSignature: 'S' },
          { functionCall: { name: 'f', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'f', response: { output: 'one' } } },
          { functionResponse: { name: 'f', response: { error: 'two' } } },
        ],
      },
    ])
  })

  test.each([
    ['gemini-3.5-flash', 'skip_thought_signature_validator'],
    ['gemini-2.5-flash', undefined],
    ['meta/llama-4', undefined],
    ['projects/p/locations/l/publishers/google/models/gemini-2.0-flash', undefined],
  ])('a call of another family on %s', async (model, thoughtSignature) => {
    const foreign = { protocol: 'other', data: 'x' }
    const { body } = await render({
      model,
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'f', arguments: {}, state: foreign }] },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', content: 'one' }] },
      ],
    })
    const part = { functionCall: { name: 'f', args: {} }, ...(thoughtSignature !== undefined && { thoughtSignature }) }
    expect(body['contents']).toMatchObject([{}, { parts: [part] }, {}])
  })

  test.each([
    ['gemini-3.5-flash', true],
    ['gemini-2.5-flash', false],
  ])('media that a tool gave, on %s', async (model, within) => {
    const image = { type: 'image', source: { base64: 'AAAA', mediaType: 'image/png' } } as const
    const { body } = await render({
      model,
      messages: [
        ...CALLS.slice(0, 1),
        { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'f', arguments: {} }] },
        {
          role: 'tool',
          content: [{ type: 'tool-result', toolCallId: 'a', content: [{ type: 'text', text: 't' }, image] }],
        },
      ],
    })
    const inline = { inlineData: { mimeType: 'image/png', data: 'AAAA' } }
    const functionResponse = { name: 'f', response: { output: 't' }, ...(within && { parts: [inline] }) }
    expect(body['contents']).toMatchObject([
      {},
      {},
      { parts: within ? [{ functionResponse }] : [{ functionResponse }, inline] },
    ])
  })

  test('an answer goes back with its signatures; sources and unsigned thoughts do not', async () => {
    const part = { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'C' }
    const { body } = await render({
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'hm' },
            { type: 'reasoning', text: 'so', state: state({ thoughtSignature: 'A' }) },
            {
              type: 'tool-call',
              id: 'c',
              name: 'code_execution',
              arguments: {},
              providerExecuted: true,
              state: state({ part }),
            },
            { type: 'text', text: '', state: state({ thoughtSignature: 'B' }) },
            {
              type: 'image',
              source: { base64: 'AAAA', mediaType: 'image/png' },
              state: state({ thoughtSignature: 'D' }),
            },
            { type: 'source', url: 'https://example.com' },
          ],
        },
      ],
    })
    expect(body['contents']).toMatchObject([
      {},
      {
        parts: [
          { text: 'so', thought: true, thoughtSignature: 'A' },
          part,
          { text: '', thoughtSignature: 'B' },
          { inlineData: { mimeType: 'image/png', data: 'AAAA' }, thoughtSignature: 'D' },
        ],
      },
    ])
  })
})

describe('reasoning', () => {
  test.each([
    ['gemini-3.5-flash', { effort: 'low' }, { includeThoughts: true, thinkingLevel: 'LOW' }],
    ['gemini-2.5-flash', { effort: 'low' }, { includeThoughts: true, thinkingBudget: 1024 }],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }],
    ['gemini-3.5-flash', { budgetTokens: 99, effort: 'low' }, { includeThoughts: true, thinkingBudget: 99 }],
    ['gemini-3.5-flash', { summary: 'auto' }, { includeThoughts: true }],
  ] as const)('%s %j', async (model, reasoning, thinkingConfig) => {
    const { body, warnings } = await render({ model, reasoning })
    expect(body['generationConfig']).toEqual({ thinkingConfig })
    expect(warnings).toEqual([])
  })

  test('an effort above the highest is lowered, with a warning', async () => {
    const { body, warnings } = await render({ model: 'gemini-3.5-flash', reasoning: { effort: 'max' } })
    expect(body['generationConfig']).toMatchObject({ thinkingConfig: { thinkingLevel: 'HIGH' } })
    expect(warnings).toMatchObject([{ code: 'parameter-changed', parameter: 'reasoning.effort' }])
  })
})

describe('tools', () => {
  const schema = { type: 'object', properties: { kind: { const: 'a' }, list: { type: 'array', items: { const: 2 } } } }
  const tools = [{ name: 'f', parameters: schema }, { name: 'g' }]

  test('functions have JSON Schemas, without const; none where there are no parameters', async () => {
    const { body } = await render({ tools })
    const parametersJsonSchema = {
      type: 'object',
      properties: { kind: { enum: ['a'] }, list: { type: 'array', items: { enum: [2] } } },
    }
    expect(body['tools']).toEqual([{ functionDeclarations: [{ name: 'f', parametersJsonSchema }, { name: 'g' }] }])
    expect(body).not.toHaveProperty('toolConfig')
  })

  test.each([
    ['required', { mode: 'ANY' }],
    ['none', { mode: 'NONE' }],
    [{ name: 'f' }, { mode: 'ANY', allowedFunctionNames: ['f'] }],
  ] as const)('the choice %j', async (toolChoice, functionCallingConfig) => {
    const { body } = await render({ tools, toolChoice })
    expect(body['toolConfig']).toEqual({ functionCallingConfig })
  })

  test('a strict function is held to its schema', async () => {
    const { body } = await render({ tools: [{ name: 'f', strict: true }] })
    expect(body['toolConfig']).toEqual({ functionCallingConfig: { mode: 'VALIDATED' } })
  })

  test('search, files and other tools of Google stand beside functions', async () => {
    const request = { tools: [{ name: 'f' }], webSearch: { blockedDomains: ['x.com'], maxUses: 2 } } as const
    const options = { tools: [{ codeExecution: {} }] }
    expect(await sent('google', { ...request, providerOptions: { google: options } })).toMatchObject({
      tools: [{ functionDeclarations: [{ name: 'f' }] }, { googleSearch: {} }, { codeExecution: {} }],
      toolConfig: { includeServerSideToolInvocations: true },
    })
    const onVertex = await sent('vertex', { ...request, providerOptions: { vertex: options } })
    expect(onVertex['tools']).toContainEqual({ googleSearch: { excludeDomains: ['x.com'] } })
    expect(onVertex).not.toHaveProperty('toolConfig')
    const { warnings } = await render(request)
    expect(warnings.map(({ parameter }) => parameter)).toEqual(['webSearch.maxUses', 'webSearch.blockedDomains'])
  })

  test('file search is of the Gemini API', async () => {
    const fileSearch = { vectorStoreIds: ['fileSearchStores/a'], maxResults: 3 }
    expect(await sent('google', { fileSearch })).toMatchObject({
      tools: [{ fileSearch: { fileSearchStoreNames: ['fileSearchStores/a'], topK: 3 } }],
    })
    await expect(sent('vertex', { fileSearch })).rejects.toMatchObject({ code: 'unsupported_operation' })
  })
})

describe('options', () => {
  test('each has its place', async () => {
    const google = {
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      cachedContent: 'cachedContents/a',
      modalities: ['text', 'image'],
      speech: { voice: 'Kore', language: 'en-US' },
      image: { aspectRatio: '16:9', imageSize: '2K' },
      mediaResolution: 'low',
      serviceTier: 'flex',
      labels: { team: 'a' },
      topLogprobs: 2,
      extraBody: { generationConfig: { routingConfig: {} }, store: false },
    } as const
    expect(await sent('google', { temperature: 0, output: 'json', providerOptions: { google } })).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      generationConfig: {
        temperature: 0,
        responseMimeType: 'application/json',
        responseModalities: ['TEXT', 'IMAGE'],
        speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } }, languageCode: 'en-US' },
        imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
        mediaResolution: 'MEDIA_RESOLUTION_LOW',
        responseLogprobs: true,
        logprobs: 2,
        routingConfig: {},
      },
      safetySettings: google.safetySettings,
      cachedContent: 'cachedContents/a',
      labels: { team: 'a' },
      serviceTier: 'flex',
      store: false,
    })
  })

  test('what has no place is dropped with a warning', async () => {
    const { warnings } = await render({ verbosity: 'low', parallelToolCalls: false })
    expect(warnings.map(({ code, parameter }) => [code, parameter])).toEqual([
      ['parameter-dropped', 'verbosity'],
      ['parameter-dropped', 'parallelToolCalls'],
    ])
  })
})
