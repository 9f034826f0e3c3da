import type { Completion } from '@llm/core'
import { parseWith } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import { generateContentCodec } from './parse-response.ts'

const parse = (answer: unknown): Promise<Completion> => parseWith(generateContentCodec, answer)

/** Chunks as the service streams them, with its line ends. */
function stream(...chunks: readonly unknown[]): string {
  return chunks.map(chunk => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('')
}

/** A chunk of an answer: parts, and why it ended where it did. */
function chunk(parts: readonly object[] | undefined, finishReason?: string, more: object = {}): object {
  return {
    candidates: [
      { ...(parts && { content: { role: 'model', parts } }), ...(finishReason && { finishReason }), ...more },
    ],
    responseId: 'answer-1',
    modelVersion: 'gemini-x',
  }
}

const signed = (thoughtSignature: string): object => ({
  protocol: 'google-generate-content',
  data: { thoughtSignature },
})

describe('answers without content', () => {
  test.each([
    ['no content', [{ finishReason: 'STOP', index: 0 }]],
    ['content without parts', [{ content: { role: 'model' }, finishReason: 'STOP' }]],
    ['content that is null', [{ content: null, finishReason: 'STOP' }]],
  ])('%s is an empty answer', async (_, candidates) => {
    for (const answer of [{ candidates }, stream({ candidates })]) {
      expect(await parse(answer)).toMatchObject({ content: [], text: '', finishReason: 'stop' })
    }
  })

  test('a prompt that was refused has no candidates, and says why', async () => {
    const answer = {
      promptFeedback: { blockReason: 'OTHER', blockReasonMessage: 'Not this.' },
      usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 },
    }
    for (const body of [answer, stream(answer)]) {
      expect(await parse(body)).toMatchObject({
        content: [],
        finishReason: 'content-filter',
        rawFinishReason: 'OTHER',
        usage: { inputTokens: 4 },
        warnings: [{ message: 'Not this.' }],
      })
    }
  })

  test('neither candidates nor a reason is no answer', async () => {
    await expect(parse({ usageMetadata: { promptTokenCount: 1 } })).rejects.toMatchObject({
      code: 'malformed_response',
    })
    await expect(parse(stream({ usageMetadata: { promptTokenCount: 1 } }))).rejects.toMatchObject({
      code: 'connection',
    })
  })

  test('further candidates are not mixed in', async () => {
    const candidates = [
      { index: 1, content: { parts: [{ text: 'other' }] }, finishReason: 'STOP' },
      { index: 0, content: { parts: [{ text: 'this' }] }, finishReason: 'STOP' },
    ]
    expect((await parse({ candidates })).text).toBe('this')
  })
})

describe('how answers end', () => {
  test.each(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS', 'MALFORMED_RESPONSE'])(
    '%s is an error that keeps its message',
    async reason => {
      const answer = chunk(undefined, reason, { finishMessage: 'Malformed function call: print(' })
      for (const body of [answer, stream(answer)]) {
        expect(await parse(body)).toMatchObject({
          finishReason: 'error',
          rawFinishReason: reason,
          warnings: [{ message: 'Malformed function call: print(' }],
        })
      }
    },
  )

  test('the message of a good end is no warning', async () => {
    const call = { functionCall: { name: 'f', args: {} } }
    const { warnings } = await parse(chunk([call], 'STOP', { finishMessage: 'Model generated function call(s).' }))
    expect(warnings).toEqual([])
  })

  test('a stream without a finish reason was cut', async () => {
    const cut = parse(stream(chunk([{ text: 'Hel' }])))
    await expect(cut).rejects.toMatchObject({ code: 'connection', partial: { text: 'Hel' } })
  })

  test('usage after the finish reason counts', async () => {
    const usage = { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 } }
    const { usage: read } = await parse(stream(chunk([{ text: 'a' }], 'STOP'), usage))
    expect(read).toMatchObject({ inputTokens: 3, outputTokens: 4, totalTokens: 7 })
  })

  test('usage without any count does not replace what was counted', async () => {
    const counted = { ...chunk([{ text: 'a' }]), usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 } }
    const { usage } = await parse(
      stream(counted, { ...chunk([], 'STOP'), usageMetadata: { trafficType: 'ON_DEMAND' } }),
    )
    expect(usage.inputTokens).toBe(3)
  })

  test('a stream that comes as a list of its chunks is read', async () => {
    expect(await parse([chunk([{ text: 'Hel' }]), chunk([{ text: 'lo' }], 'STOP')])).toMatchObject({
      text: 'Hello',
      finishReason: 'stop',
    })
  })
})

describe('usage', () => {
  test('what tools fed back is input, thoughts are output, buckets do not overlap', async () => {
    const usageMetadata = {
      promptTokenCount: 100,
      toolUsePromptTokenCount: 20,
      candidatesTokenCount: 10,
      thoughtsTokenCount: 5,
      cachedContentTokenCount: 60,
      totalTokenCount: 135,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 50 },
        { modality: 'IMAGE', tokenCount: 50 },
      ],
      cacheTokensDetails: [{ modality: 'IMAGE', tokenCount: 40 }],
      candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 9 }],
    }
    const { usage } = await parse({ ...chunk([], 'STOP'), usageMetadata })
    expect(usage).toEqual({
      inputTokens: 120,
      outputTokens: 15,
      totalTokens: 135,
      cacheReadTokens: 60,
      reasoningTokens: 5,
      inputImageTokens: 10,
      outputAudioTokens: 9,
      raw: usageMetadata,
      source: 'reported',
    })
  })
})

describe('signatures', () => {
  test('one on an empty last part belongs to the text before it', async () => {
    const { content } = await parse(
      stream(chunk([{ text: 'Hel' }]), chunk([{ text: 'lo' }]), chunk([{ text: '', thoughtSignature: 'A' }], 'STOP')),
    )
    expect(content).toEqual([{ type: 'text', text: 'Hello', state: signed('A') }])
  })

  test('two are never joined, and one after a call stands alone', async () => {
    const { content } = await parse(
      stream(
        chunk([{ text: 'a', thoughtSignature: 'A' }]),
        chunk([{ text: 'b', thoughtSignature: 'B' }]),
        chunk([{ text: 'c' }]),
        chunk([{ functionCall: { name: 'f', args: {} } }]),
        chunk([{ text: '', thoughtSignature: 'D' }], 'STOP'),
      ),
    )
    expect(content.map(part => ('text' in part ? [part.text, part.state] : part.type))).toEqual([
      ['a', signed('A')],
      ['b', signed('B')],
      ['c', undefined],
      'tool-call',
      ['', signed('D')],
    ])
  })

  test('thoughts and text are told apart, in turn', async () => {
    const thought = (text: string): object => ({ text, thought: true })
    const { content } = await parse(stream(chunk([thought('x'), { text: 'a' }, thought('y'), { text: 'b' }], 'STOP')))
    expect(content.map(part => [part.type, 'text' in part && part.text])).toEqual([
      ['reasoning', 'x'],
      ['text', 'a'],
      ['reasoning', 'y'],
      ['text', 'b'],
    ])
  })
})

describe('function calls', () => {
  const call = (functionCall: object, more: object = {}): object => ({ functionCall, ...more })

  test('ids that are missing, empty or repeated are made up for, and told apart from given ones', async () => {
    const calls = [{ id: 'a' }, { id: 'a' }, { id: '' }, {}].map(id => call({ ...id, name: 'f', args: { n: 1 } }))
    const { toolCalls, finishReason } = await parse(chunk(calls, 'STOP'))
    expect(finishReason).toBe('tool-calls')
    expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(4)
    expect(toolCalls.map(({ state }) => state?.data)).toEqual([{ id: 'a' }, undefined, undefined, undefined])
    expect(toolCalls.every(({ arguments: args }) => args['n'] === 1)).toBe(true)
  })

  test('arguments that are missing are none', async () => {
    const { toolCalls } = await parse(chunk([call({ name: 'f' })], 'STOP'))
    expect(toolCalls).toMatchObject([{ name: 'f', arguments: {} }])
  })

  test('a call of an answer that was cut is not to be run', async () => {
    const { toolCalls } = await parse(chunk([call({ name: 'f', args: { path: '/' } })], 'MAX_TOKENS'))
    expect(toolCalls).toMatchObject([{ status: 'incomplete', arguments: {} }])
  })

  const piece = (jsonPath: string, value: object): object => ({ jsonPath, ...value })

  test('arguments that are streamed are put together by their paths', async () => {
    const { toolCalls } = await parse(
      stream(
        chunk([call({ name: 'f', id: 'x', willContinue: true }, { thoughtSignature: 'A' })]),
        chunk([
          call({ partialArgs: [piece('$.city', { stringValue: 'Ber', willContinue: true })], willContinue: true }),
        ]),
        chunk([call({ partialArgs: [piece('$.city', { stringValue: 'lin' })], willContinue: true })]),
        chunk([
          call({
            partialArgs: [
              piece('$.days[0].name', { stringValue: 'Monday' }),
              piece('$.days[1].hot', { boolValue: false }),
              piece("$['a.b']", { numberValue: 2 }),
              piece('$.none', { nullValue: 'NULL_VALUE' }),
            ],
            willContinue: true,
          }),
        ]),
        chunk([call({})]),
        chunk([call({ name: 'g', args: {} })], 'STOP'),
      ),
    )
    expect(toolCalls).toEqual([
      {
        type: 'tool-call',
        id: 'x',
        name: 'f',
        arguments: { city: 'Berlin', days: [{ name: 'Monday' }, { hot: false }], 'a.b': 2, none: null },
        state: { protocol: 'google-generate-content', data: { thoughtSignature: 'A', id: 'x' } },
      },
      { type: 'tool-call', id: 'answer-1_1', name: 'g', arguments: {} },
    ])
  })

  test('arguments that stop in the middle are incomplete', async () => {
    const partialArgs = [piece('$.city', { stringValue: 'Ber' })]
    const { toolCalls } = await parse(
      stream(chunk([call({ name: 'f', partialArgs, willContinue: true })]), chunk([], 'MAX_TOKENS')),
    )
    expect(toolCalls).toMatchObject([{ status: 'incomplete', arguments: {}, argumentsText: '{"city":"Ber"}' }])
  })

  test('a path cannot reach what all objects share', async () => {
    const partialArgs = [piece('$.__proto__.polluted', { stringValue: 'yes' })]
    await parse(stream(chunk([call({ name: 'f', partialArgs })], 'STOP')))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('what Google runs itself', () => {
  test('code and its result are no calls of the caller, and go back as they came', async () => {
    const code = { executableCode: { language: 'PYTHON', code: 'print(1)' }, thoughtSignature: 'A' }
    const result = { codeExecutionResult: { outcome: 'OUTCOME_FAILED', output: 'no' } }
    const { content, toolCalls, finishReason } = await parse(chunk([code, result], 'STOP'))
    const state = (part: object): object => ({ protocol: 'google-generate-content', data: { part } })
    expect([toolCalls, finishReason]).toEqual([[], 'stop'])
    expect(content).toMatchObject([
      {
        type: 'tool-call',
        name: 'code_execution',
        arguments: { code: 'print(1)' },
        providerExecuted: true,
        state: state(code),
      },
      { type: 'tool-result', content: 'no', isError: true, providerExecuted: true, state: state(result) },
    ])
    const [first, second] = content
    expect(first?.type === 'tool-call' && first.id).toBe(second?.type === 'tool-result' && second.toolCallId)
  })

  test('calls of other tools are named by their type', async () => {
    const call = { toolCall: { id: 't1', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['x'] } } }
    const response = { toolResponse: { id: 't1', toolType: 'GOOGLE_SEARCH_WEB', response: { ok: true } } }
    const { content } = await parse(chunk([call, response], 'STOP'))
    expect(content).toMatchObject([
      { id: 't1', name: 'google_search_web', arguments: { queries: ['x'] }, providerExecuted: true },
      { toolCallId: 't1', content: '{"ok":true}', providerExecuted: true },
    ])
  })

  test('drafts of images are left out; images, sounds and other files are kept', async () => {
    const media = (mimeType: string, more: object = {}): object => ({ inlineData: { mimeType, data: 'AAAA' }, ...more })
    const { content } = await parse(
      chunk(
        [
          media('image/png', { thought: true }),
          media('image/png', { thoughtSignature: 'A' }),
          media('audio/L16;rate=24000'),
          { fileData: { fileUri: 'gs://b/v.mp4', mimeType: 'video/mp4' } },
        ],
        'STOP',
      ),
    )
    expect(content).toMatchObject([
      { type: 'image', source: { base64: 'AAAA', mediaType: 'image/png' }, state: signed('A') },
      { type: 'audio', source: { mediaType: 'audio/L16;rate=24000' } },
      { type: 'file', source: { url: 'gs://b/v.mp4', mediaType: 'video/mp4' } },
    ])
  })
})

describe('sources', () => {
  const web = (uri: string): object => ({ web: { uri, title: `of ${uri}` } })

  test('places are counted in bytes, and looked for where they are wrong', async () => {
    const groundingMetadata = {
      groundingChunks: [web('a'), web('b'), { retrievedContext: { uri: 'c', title: 'C' } }],
      groundingSupports: [
        { segment: { startIndex: 5, endIndex: 11, text: 'größe' }, groundingChunkIndices: [0, 1] },
        { segment: { startIndex: 0, endIndex: 3, text: 'Ende' }, groundingChunkIndices: [1, 9] },
        { segment: { startIndex: 0, endIndex: 3, text: 'nowhere' }, groundingChunkIndices: [0] },
      ],
      webSearchQueries: ['how big'],
      searchEntryPoint: { renderedContent: '<b>chips</b>' },
    }
    const answer = chunk([{ text: 'Die größe. Ende' }], 'STOP', { groundingMetadata })
    const expected = [
      { url: 'a', title: 'of a', quote: 'größe', start: 4, end: 9 },
      { url: 'b', quote: 'größe', start: 4, end: 9 },
      { url: 'b', quote: 'Ende', start: 11, end: 15 },
      { url: 'a', quote: 'nowhere' },
      { url: 'c', title: 'C' },
    ]
    for (const body of [
      answer,
      stream(chunk([{ text: 'Die größe. Ende' }]), chunk([], 'STOP', { groundingMetadata })),
    ]) {
      const { sources, content } = await parse(body)
      expect(sources).toMatchObject(expected)
      expect(sources[3]).not.toHaveProperty('start')
      expect(content.slice(1, 3)).toMatchObject([
        { type: 'tool-call', name: 'google_search', arguments: { queries: ['how big'] }, providerExecuted: true },
        { type: 'tool-result', name: 'google_search', content: '<b>chips</b>', providerExecuted: true },
      ])
    }
  })

  test('citations and pages that were read are sources too', async () => {
    const { sources } = await parse(
      chunk([{ text: 'abcdef' }], 'STOP', {
        citationMetadata: { citations: [{ uri: 'book', title: 'Book', startIndex: 1, endIndex: 3 }] },
        urlContextMetadata: { urlMetadata: [{ retrievedUrl: 'page' }, {}] },
      }),
    )
    expect(sources).toEqual([
      { type: 'source', url: 'page' },
      { type: 'source', url: 'book', title: 'Book', start: 1, end: 3 },
    ])
  })
})

describe('errors in answers', () => {
  const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }

  test.each([
    ['a body', error],
    ['a list', [error]],
    ['an event', stream(chunk([{ text: 'Hi' }]), error)],
    ['an event that is a list', stream([error])],
  ])('%s', async (_, answer) => {
    await expect(parse(answer)).rejects.toMatchObject({ code: 'overloaded', status: 503, retryable: true })
  })
})
