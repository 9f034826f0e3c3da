import { UnsupportedOperationError, type CompletionRequest } from '@llm/core'
import { parseWith, renderWith } from '@llm/core/testing'
import { expect, test } from 'vitest'
import { createChatCodec } from './codec.ts'
import type { ChatDialect } from './dialect.ts'

const ANSWER = { choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] }

async function bodyOf(dialect: ChatDialect<object>, request: Partial<CompletionRequest>): Promise<object> {
  return (await renderWith(createChatCodec(dialect), request, ANSWER)).body
}

function sse(...chunks: object[]): string {
  return [...chunks, { choices: [{ delta: {}, finish_reason: 'stop' }] }]
    .map(chunk => `data: ${JSON.stringify(chunk)}\n\n`)
    .join('')
}

test('reasoning is written in the host’s own fields', async () => {
  const renderReasoning: ChatDialect<object>['renderReasoning'] = ({ effort, budgetTokens }) => ({
    reasoning: { effort, max_tokens: budgetTokens },
  })
  const body = await bodyOf({ renderReasoning }, { reasoning: { effort: 'low', budgetTokens: 5 } })
  expect(body).toMatchObject({ reasoning: { effort: 'low', max_tokens: 5 } })
  expect(body).not.toHaveProperty('reasoning_effort')
})

test('a web search that is a tool stands beside the functions', async () => {
  const dialect: ChatDialect<object> = {
    renderWebSearch: ({ domains }) => ({ tools: [{ type: 'search', domains }], depth: 1 }),
  }
  const body = await bodyOf(dialect, { webSearch: { domains: ['a.com'] }, tools: [{ name: 'now' }] })
  expect(body).toMatchObject({
    tools: [
      { type: 'function', function: { name: 'now' } },
      { type: 'search', domains: ['a.com'] },
    ],
    depth: 1,
  })
  expect(await bodyOf(dialect, { webSearch: true })).toMatchObject({ tools: [{ type: 'search' }] })
})

test('a host without a web search says so', async () => {
  const failure = await bodyOf({ renderWebSearch: false }, { webSearch: true }).catch((cause: unknown) => cause)
  expect(failure).toBeInstanceOf(UnsupportedOperationError)
  expect(await bodyOf({ renderWebSearch: false }, { webSearch: false })).not.toHaveProperty('web_search_options')
})

test('ids of calls that the host refuses are replaced, for the call and its result alike', async () => {
  const body = await bodyOf(
    {
      history: { toolCallIds: { pattern: /^[A-Z]{9}$/, length: 9 } },
      extendMessage: wire => ({ ...wire, prefix: false }),
    },
    {
      messages: [
        { role: 'user', content: 'Time?' },
        { role: 'assistant', content: [{ type: 'tool-call', id: 'abc', name: 'now', arguments: {} }] },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'abc', content: '12:00' }] },
      ],
    },
  )
  const id = expect.not.stringContaining('abc') as string
  expect(body).toMatchObject({
    messages: [{ role: 'user' }, { prefix: false, tool_calls: [{ id }] }, { tool_call_id: id }],
  })
  const { messages } = body as { messages: [never, { tool_calls: [{ id: string }] }, { tool_call_id: string }] }
  expect(messages[1].tool_calls[0].id).toBe(messages[2].tool_call_id)
})

test('parts are written in the host’s own form, in results of tools too', async () => {
  const image = { type: 'image', source: { url: 'https://a.com/b.png' } } as const
  const dialect: ChatDialect<object> = {
    history: { toolMedia: ['image'] },
    renderPart: part => (part.type === 'image' ? { type: 'picture' } : undefined),
  }
  const body = await bodyOf(dialect, {
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'See' }, image] },
      { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'look', arguments: {} }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', content: [image] }] },
    ],
  })
  expect(body).toMatchObject({
    messages: [
      { content: [{ type: 'text', text: 'See' }, { type: 'picture' }] },
      { role: 'assistant' },
      { content: [{ type: 'picture' }] },
    ],
  })
})

test('a reader of its own for each answer keeps what it has seen, and may add to the end', async () => {
  const codec = createChatCodec({
    createReader: context => {
      let seen = 0
      return {
        delta: (_delta, id) => {
          seen += 1
          expect(id).toBe('a')
        },
        body: ({ provider }) => {
          if (typeof provider === 'string')
            context.emit({ type: 'source', source: { type: 'source', title: provider } })
        },
        end: () => {
          context.emit({ type: 'text-delta', text: ` (${String(seen)})`, block: 'end' })
        },
      }
    },
  })
  const stream = sse({ id: 'a', provider: 'Some', choices: [{ delta: { content: 'Hi' } }] })
  for (let time = 0; time < 2; time++) {
    const { text, sources } = await parseWith(codec, stream)
    expect(text).toBe('Hi (2)')
    expect(sources).toEqual([{ type: 'source', title: 'Some' }])
  }
})

test('cost is read where the usage has it, and usage also from a choice', async () => {
  const codec = createChatCodec({ readCost: usage => usage['cost'] as number | undefined })
  const billed = await parseWith(codec, sse({ choices: [], usage: { prompt_tokens: 1, cost: 0.25 } }))
  expect(billed.cost).toEqual({ total: 0.25, source: 'reported' })
  const free = await parseWith(codec, sse({ choices: [{ delta: {}, usage: { prompt_tokens: 4 } }] }))
  expect(free.cost).toBeUndefined()
  expect(free.usage.inputTokens).toBe(4)
})

test('an error in a choice ends the call, in the host’s own words', async () => {
  const codec = createChatCodec({ readError: () => ({ message: 'own words', kind: 'overloaded' }) })
  const choices = [{ delta: { content: '' }, finish_reason: 'error', error: { code: 502, message: 'gone' } }]
  await expect(parseWith(codec, sse({ choices }))).rejects.toMatchObject({ code: 'overloaded' })
  await expect(parseWith(createChatCodec(), sse({ choices }))).rejects.toMatchObject({ status: 502 })
})

test('text and reasoning are one part each, however they are mixed', async () => {
  const pieces = [{ reasoning: 'a' }, { content: 'x' }, { reasoning: 'b' }, { content: 'y' }]
  const { content } = await parseWith(createChatCodec(), sse(...pieces.map(delta => ({ choices: [{ delta }] }))))
  expect(content).toEqual([
    { type: 'reasoning', text: 'ab' },
    { type: 'text', text: 'xy' },
  ])
})

test('a host that takes topK gets it as top_k', async () => {
  expect(await bodyOf({ topK: true }, { topK: 5 })).toMatchObject({ top_k: 5 })
  expect(await bodyOf({}, { topK: 5 })).not.toHaveProperty('top_k')
})

test('thoughts in the content are reasoning', async () => {
  const pieces = [
    [{ type: 'thinking', thinking: [{ type: 'text', text: 'Let ' }] }],
    [
      { type: 'thinking', thinking: 'me.' },
      { type: 'text', text: '4' },
    ],
    '2',
  ]
  const chunks = pieces.map(content => ({ choices: [{ delta: { content } }] }))
  expect(await parseWith(createChatCodec(), sse(...chunks))).toMatchObject({ reasoning: 'Let me.', text: '42' })
})

test.each([{ prompt_tokens_details: { cached_tokens: 3 } }, { prompt_cache_hit_tokens: 3 }, { cached_tokens: 3 }])(
  'cached tokens of %j',
  async usage => {
    const { cacheReadTokens } = (await parseWith(createChatCodec(), sse({ choices: [], usage }))).usage
    expect(cacheReadTokens).toBe(3)
  },
)
