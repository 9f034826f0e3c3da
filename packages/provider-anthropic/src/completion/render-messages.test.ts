import type { AssistantMessage, CompletionRequest, Message, PartState, Warning } from '@llm/core'
import { renderWith } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import { createAnthropicCodec } from './anthropic-codec.ts'

const codec = createAnthropicCodec('2026-10-21')
const DONE = { id: 'm', content: [], stop_reason: 'end_turn' }

interface Rendered {
  readonly system: unknown
  readonly messages: { readonly role: string; readonly content: Record<string, unknown>[] }[]
  readonly warnings: readonly Warning[]
}

async function render(messages: readonly Message[], options: object = {}): Promise<Rendered> {
  const request = { messages, providerOptions: { host: options } } as Partial<CompletionRequest>
  const { body, warnings } = await renderWith(codec, request, DONE)
  return { ...(body as unknown as Omit<Rendered, 'warnings'>), warnings }
}

const state = (data: PartState['data']): PartState => ({ protocol: 'anthropic-messages', data })
const user = { role: 'user', content: 'Hi' } as const
const call = (id: string): AssistantMessage => ({
  role: 'assistant',
  content: [{ type: 'tool-call', id, name: 'add', arguments: { a: 1 } }],
})
const result = (toolCallId: string): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', toolCallId, content: '2' }],
})

describe('turns', () => {
  test('system messages stand apart, wherever they come', async () => {
    const { system, messages } = await render([
      { role: 'system', content: 'One.' },
      user,
      { role: 'system', content: [{ type: 'text', text: 'Two.' }] },
    ])
    expect(JSON.stringify(system)).toContain('One.')
    expect(JSON.stringify(system)).toContain('Two.')
    expect(messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }])
  })

  test('results of tools and what the user says next are one turn, results first', async () => {
    const { messages } = await render([user, call('toolu_1'), result('toolu_1'), user])
    expect(messages.map(({ role, content }) => [role, ...content.map(({ type }) => type)])).toEqual([
      ['user', 'text'],
      ['assistant', 'tool_use'],
      ['user', 'tool_result', 'text'],
    ])
  })

  test('neighbours of one role are merged, and calls come after what was thought', async () => {
    const thought = { type: 'reasoning', text: 'Hm.', state: state({ type: 'thinking', signature: 's' }) } as const
    const { messages } = await render([
      user,
      user,
      call('toolu_1'),
      result('toolu_1'),
      { role: 'assistant', content: [...(call('toolu_2').content as []), thought] },
      result('toolu_2'),
    ])
    expect(messages.map(({ content }) => content.map(({ type }) => type))).toEqual([
      ['text', 'text'],
      ['tool_use'],
      ['tool_result'],
      ['thinking', 'tool_use'],
      ['tool_result'],
    ])
  })

  test('blank text is left out, but for what the model wrote', async () => {
    const { messages } = await render([
      {
        role: 'user',
        content: [
          { type: 'text', text: ' \n' },
          { type: 'text', text: 'Hi' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'A' },
          { type: 'text', text: ' ' },
          { type: 'text', text: 'B' },
        ],
      },
      user,
    ])
    expect(messages.map(({ content }) => content.map(({ text }) => text))).toEqual([['Hi'], ['A', ' ', 'B'], ['Hi']])
  })

  test('an answer to go on with does not end with white space', async () => {
    const { messages } = await render([user, { role: 'assistant', content: 'The answer is ' }])
    expect(messages[1]?.content).toEqual([{ type: 'text', text: 'The answer is' }])
  })
})

describe('tool calls', () => {
  test('illegal ids become legal ones, the same in every request, apart from each other, for call and result', async () => {
    const history = [
      user,
      call('functions.add:0'),
      result('functions.add:0'),
      call('functions.add.0'),
      result('functions.add.0'),
    ]
    const idsOf = ({ messages }: Rendered): unknown[] =>
      messages.flatMap(({ content }) => content.flatMap(({ id, tool_use_id: of }) => id ?? of ?? []))
    const ids = idsOf(await render(history))
    expect(ids).toHaveLength(4)
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/)
    expect([ids[0], ids[2]]).toEqual([ids[1], ids[3]])
    expect(ids[0]).not.toBe(ids[2])
    expect(idsOf(await render(history.slice(0, 3)))).toEqual(ids.slice(0, 2))
  })

  test('legal ids stay, and a failed result says so', async () => {
    const failed: Message = {
      role: 'tool',
      content: [
        { type: 'tool-result', toolCallId: 'toolu_1', content: [{ type: 'text', text: 'No.' }], isError: true },
      ],
    }
    const { messages } = await render([user, call('toolu_1'), failed])
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'add', input: { a: 1 } }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'No.' }], is_error: true },
        ],
      },
    ])
  })

  test('an empty result has no content', async () => {
    const empty: Message = { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'toolu_1', content: '' }] }
    const { messages } = await render([user, call('toolu_1'), empty])
    expect(messages[2]?.content).toEqual([{ type: 'tool_result', tool_use_id: 'toolu_1' }])
  })
})

describe('state goes back as it came', () => {
  test('thinking, redacted thinking, opaque blocks, tools of the host, citations', async () => {
    const found = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }
    const citation = { type: 'web_search_result_location', url: 'https://fox.test', encrypted_index: 'e' }
    const content: AssistantMessage['content'] = [
      { type: 'reasoning', text: '', state: state({ type: 'compaction', content: 'In short.' }) },
      { type: 'reasoning', text: 'Hm.', state: state({ type: 'thinking', signature: 's' }) },
      { type: 'reasoning', text: '', state: state({ type: 'redacted_thinking', data: 'd' }) },
      {
        type: 'tool-call',
        id: 'srvtoolu_1',
        name: 'web_search',
        arguments: { query: 'fox' },
        providerExecuted: true,
        state: state({ type: 'server_tool_use' }),
      },
      { type: 'tool-result', toolCallId: 'srvtoolu_1', content: 'x', providerExecuted: true, state: state(found) },
      { type: 'file', source: { fileId: 'file_1' }, state: state({ tool_use_id: 'srvtoolu_1' }) },
      { type: 'text', text: 'A fox.' },
      { type: 'source', url: 'https://fox.test', state: state(citation) },
      { type: 'source', url: 'https://elsewhere.test' },
    ]
    const { messages, warnings } = await render([user, { role: 'assistant', content }, user])
    expect(messages[1]?.content).toEqual([
      { type: 'compaction', content: 'In short.' },
      { type: 'thinking', thinking: 'Hm.', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'fox' } },
      found,
      { type: 'text', text: 'A fox.', citations: [citation] },
    ])
    expect(warnings).toEqual([])
  })

  test('reasoning of others is left out', async () => {
    const { messages } = await render([
      user,
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.' },
          { type: 'text', text: 'Yes.' },
        ],
      },
      user,
    ])
    expect(messages[1]?.content).toEqual([{ type: 'text', text: 'Yes.' }])
  })

  test('an image in an answer of another model is dropped with a warning', async () => {
    const image = { type: 'image', source: { url: 'https://fox.test/a.png' } } as const
    const { warnings } = await render([
      user,
      { role: 'assistant', content: [{ type: 'text', text: 'See.' }, image] },
      user,
    ])
    expect(warnings).toMatchObject([{ code: 'part-dropped', parameter: 'messages' }])
  })
})

describe('media', () => {
  const block = async (part: object, options: object = {}): Promise<unknown> => {
    const { messages } = await render([{ role: 'user', content: [part as never] }], options)
    return messages[0]?.content[0]
  }

  test.each([
    [
      { base64: 'aGk=', mediaType: 'image/png' },
      { type: 'base64', media_type: 'image/png', data: 'aGk=' },
    ],
    [{ url: 'data:image/png;base64,aGk=' }, { type: 'base64', media_type: 'image/png', data: 'aGk=' }],
    [{ url: 'https://fox.test/a' }, { type: 'url', url: 'https://fox.test/a' }],
    [{ fileId: 'file_1' }, { type: 'file', file_id: 'file_1' }],
  ])('an image from %j', async (source, expected) => {
    expect(await block({ type: 'image', source })).toEqual({ type: 'image', source: expected })
  })

  test.each([
    [
      { base64: 'aGk=', mediaType: 'application/pdf' },
      { type: 'base64', media_type: 'application/pdf', data: 'aGk=' },
    ],
    [
      { base64: 'w6Q=', mediaType: 'text/csv' },
      { type: 'text', media_type: 'text/plain', data: 'ä' },
    ],
    [
      { base64: 'e30=', mediaType: 'application/json' },
      { type: 'text', media_type: 'text/plain', data: '{}' },
    ],
    [{ url: 'https://fox.test/a.pdf' }, { type: 'url', url: 'https://fox.test/a.pdf' }],
    [{ fileId: 'file_1' }, { type: 'file', file_id: 'file_1' }],
  ])('a document from %j', async (source, expected) => {
    const part = { type: 'file', source, filename: 'a' }
    expect(await block(part)).toEqual({ type: 'document', source: expected, title: 'a' })
    expect(await block(part, { citations: true })).toMatchObject({ citations: { enabled: true } })
  })

  test('an image that was sent as a file is one', async () => {
    expect(await block({ type: 'file', source: { base64: 'aGk=', mediaType: 'image/png' } })).toMatchObject({
      type: 'image',
    })
  })

  test('a document that the API cannot read is refused before it is sent', async () => {
    const source = { base64: 'aGk=', mediaType: 'application/zip' }
    await expect(block({ type: 'file', source })).rejects.toMatchObject({ code: 'transformation' })
  })

  test('sound is replaced by a note, with a warning', async () => {
    const source = { base64: 'aGk=', mediaType: 'audio/wav' }
    const { messages, warnings } = await render([{ role: 'user', content: [{ type: 'audio', source }] }])
    expect(messages[0]?.content[0]).toMatchObject({ type: 'text' })
    expect(warnings).toHaveLength(1)
  })
})
