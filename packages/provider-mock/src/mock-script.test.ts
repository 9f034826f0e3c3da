import { accumulate, type AssistantPart, type CompletionRequest } from '@llm/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mock, type Reply, type ReplyObject } from './index.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'hi' }] }
const state = { protocol: 'mock', data: { signature: 'abc' } }

test('a full answer has its parts in order', async () => {
  const { content, reasoning, text, sources, finishReason, rawFinishReason, usage, id, requestId, model, warnings } =
    await mock({
      replies: [
        {
          text: 'It snows.',
          reasoning: 'Look it up.',
          toolCalls: [
            { name: 'weather', arguments: { city: 'Oslo' } },
            { id: 'own', name: 'now' },
          ],
          sources: [{ url: 'https://example.com', title: 'Weather' }],
          content: [{ type: 'image', source: { url: 'https://example.com/a.png' } }],
          usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 3 },
          rawFinishReason: 'tool_use',
          id: 'answer-1',
          requestId: 'req-1',
          model: 'm-2026',
          warnings: [{ code: 'other', message: 'Careful.' }],
        },
      ],
    }).complete(request)
  expect(content).toEqual([
    { type: 'reasoning', text: 'Look it up.' },
    { type: 'image', source: { url: 'https://example.com/a.png' } },
    { type: 'text', text: 'It snows.' },
    { type: 'tool-call', id: 'answer-1-call-1', name: 'weather', arguments: { city: 'Oslo' } },
    { type: 'tool-call', id: 'own', name: 'now', arguments: {} },
    { type: 'source', url: 'https://example.com', title: 'Weather' },
  ])
  expect({ reasoning, text, finishReason, rawFinishReason, id, requestId, model }).toEqual({
    reasoning: 'Look it up.',
    text: 'It snows.',
    finishReason: 'tool-calls',
    rawFinishReason: 'tool_use',
    id: 'answer-1',
    requestId: 'req-1',
    model: 'm-2026',
  })
  expect(sources).toHaveLength(1)
  expect(warnings).toEqual([{ code: 'other', message: 'Careful.' }])
  expect(usage).toEqual({ inputTokens: 10, outputTokens: 5, totalTokens: 15, cacheReadTokens: 3, source: 'reported' })
})

test('a list of parts comes out as it is, with states, statuses and what the host ran itself', async () => {
  const parts: AssistantPart[] = [
    { type: 'reasoning', text: '', state },
    { type: 'text', text: 'One.', state },
    { type: 'text', text: 'Two.' },
    { type: 'tool-call', id: 'a', name: 'search', arguments: { q: 'x' }, providerExecuted: true, state },
    { type: 'tool-result', toolCallId: 'a', content: 'found', providerExecuted: true },
    { type: 'tool-call', id: 'b', name: 'f', arguments: {}, status: 'invalid', argumentsText: '[1]' },
    { type: 'tool-call', id: 'c', name: 'f', arguments: { deep: [{ n: 1 }] } },
    { type: 'source', id: 's', quote: 'so' },
    { type: 'audio', source: { base64: 'AAAA', mediaType: 'audio/wav' } },
    { type: 'file', source: { fileId: 'f' } },
  ]
  const completion = await mock({ replies: [parts] }).complete(request)
  expect(completion.content).toEqual(parts)
  expect(completion.toolCalls.map(({ id }) => id)).toEqual(['b', 'c'])
  const onlyHosted = await mock({ replies: [parts.slice(0, 5)] }).complete(request)
  expect(onlyHosted.finishReason).toBe('stop')
})

test('reasoning is counted apart, and an estimate says that it is one', async () => {
  const { usage } = await mock({ replies: [{ reasoning: 'Two words', text: 'And three more' }] }).complete(request)
  expect(usage).toEqual({ inputTokens: 5, outputTokens: 5, totalTokens: 10, reasoningTokens: 2, source: 'estimated' })
  const told = await mock({ replies: [{ text: 'x', usage: { outputTokens: 1, source: 'estimated' } }] }).complete(
    request,
  )
  expect(told.usage).toEqual({ outputTokens: 1, source: 'estimated' })
})

test('the cost is what the reply says that the host billed', async () => {
  const { cost } = await mock({ replies: [{ text: 'x', cost: 0.25 }] }).complete(request)
  expect(cost).toEqual({ total: 0.25, source: 'reported' })
  expect(await mock().complete(request)).not.toHaveProperty('cost')
})

test('arguments that are a text may be broken', async () => {
  const { toolCalls } = await mock({ replies: [{ toolCalls: [{ name: 'f', arguments: '[not json' }] }] }).complete(
    request,
  )
  expect(toolCalls[0]).toMatchObject({ status: 'invalid', argumentsText: '[not json', arguments: {} })
})

test('maxTokens cuts text as the output limit of a host does', async () => {
  const { text, finishReason, usage } = await mock({
    replies: [{ text: 'one two three four', maxTokens: 2, sources: [{ url: 'https://example.com' }] }],
  }).complete(request)
  expect({ text, finishReason, output: usage.outputTokens }).toEqual({
    text: 'one two',
    finishReason: 'length',
    output: 2,
  })
  const exact = await mock({ replies: [{ text: 'one two', maxTokens: 2 }] }).complete(request)
  expect(exact).toMatchObject({ text: 'one two', finishReason: 'stop' })
})

test('maxTokens cuts the arguments of a tool call: no call of that answer may be run', async () => {
  const calls = [
    { id: 'a', name: 'f', arguments: { a: 1 } },
    { id: 'b', name: 'g', arguments: { city: 'Oslo' } },
    { id: 'c', name: 'h' },
  ]
  // the first call: its start, '{"a":1' and '}'; of the second: its start and '{"city'
  const { toolCalls, finishReason } = await mock({ replies: [{ toolCalls: calls, maxTokens: 5 }] }).complete(request)
  expect(finishReason).toBe('length')
  expect(toolCalls).toEqual([
    { type: 'tool-call', id: 'a', name: 'f', arguments: {}, status: 'incomplete', argumentsText: '{"a":1}' },
    { type: 'tool-call', id: 'b', name: 'g', arguments: {}, status: 'incomplete', argumentsText: '{"city' },
  ])
  const none = await mock({ replies: [{ toolCalls: calls, maxTokens: 0 }] }).complete(request)
  expect(none).toMatchObject({ content: [], finishReason: 'length' })
})

test('a call of an answer with the finish reason length is incomplete', async () => {
  const reply: ReplyObject = { toolCalls: [{ name: 'f', arguments: '{"city": "Os' }], finishReason: 'length' }
  expect((await mock({ replies: [reply] }).complete(request)).toolCalls[0]?.status).toBe('incomplete')
})

const partArbitrary: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: fc.string() }),
  fc.record({ type: fc.constant('text' as const), text: fc.string({ unit: 'grapheme' }), state: fc.constant(state) }),
  fc.record({ type: fc.constant('reasoning' as const), text: fc.lorem() }),
  fc.record({
    type: fc.constant('tool-result' as const),
    toolCallId: fc.uuid(),
    content: fc.string(),
    providerExecuted: fc.constant(true),
  }),
  fc.record({ type: fc.constant('source' as const), url: fc.webUrl() }),
  fc.record({ type: fc.constant('file' as const), source: fc.record({ fileId: fc.uuid() }) }),
)
const callArbitrary = fc.record(
  {
    name: fc.constantFrom('f', 'g'),
    arguments: fc.oneof(fc.string(), fc.dictionary(fc.string(), fc.jsonValue() as never)),
  },
  { requiredKeys: ['name'] },
)
const replyArbitrary = fc.oneof(
  fc.string(),
  fc.array(partArbitrary),
  fc.record(
    {
      text: fc.lorem({ mode: 'sentences' }),
      reasoning: fc.string(),
      content: fc.array(partArbitrary, { maxLength: 3 }),
      toolCalls: fc.array(callArbitrary as never, { maxLength: 3 }),
      maxTokens: fc.nat(40),
      finishReason: fc.constantFrom('stop', 'length', 'tool-calls', 'content-filter', 'error', 'other'),
      rawFinishReason: fc.string(),
      usage: fc.record({ inputTokens: fc.nat(), outputTokens: fc.nat() }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  ),
) as fc.Arbitrary<Reply>

test('complete and an accumulated stream give the same completion, whatever the reply', async () => {
  await fc.assert(
    fc.asyncProperty(replyArbitrary, fc.boolean(), async (reply, asJson) => {
      const asked = asJson ? { ...request, output: 'json' as const } : request
      const provider = mock({ replies: [reply] })
      const whole = await provider.complete(asked)
      provider.reset()
      const streamed = await provider.stream(asked).completion()
      provider.reset()
      const folded = await accumulate(provider.stream(asked))
      expect(streamed).toEqual(whole)
      expect(folded).toEqual(whole)
    }),
    { numRuns: 200, seed: 11 },
  )
})

test('the text of any reply arrives whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async text => {
      expect((await mock({ replies: [text] }).complete(request)).text).toBe(text)
    }),
    { seed: 12 },
  )
})
