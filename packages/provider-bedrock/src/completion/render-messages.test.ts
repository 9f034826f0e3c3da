import type { AssistantPart, FilePart, Message, ToolResultPart } from '@llm/core'
import { renderWith, type Rendered } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import type { BedrockOptions } from '../options.ts'
import { converseCodec } from './bedrock-converse.ts'

const DONE = { output: { message: { content: [] } }, stopReason: 'end_turn' }
const PDF = { base64: 'cGRm', mediaType: 'application/pdf' }

function render(messages: readonly Message[], options: BedrockOptions = {}): Promise<Rendered> {
  return renderWith(converseCodec, { messages, providerOptions: { host: options } as object }, DONE)
}

async function contentOf(messages: readonly Message[], options?: BedrockOptions): Promise<unknown[]> {
  const { body } = await render(messages, options)
  return (body['messages'] as { content: unknown[] }[]).flatMap(({ content }) => content)
}

function file(filename: string | undefined, source: FilePart['source'] = PDF): FilePart {
  return { type: 'file', filename, source }
}

function toolTurn(results: readonly Omit<ToolResultPart, 'type'>[]): Message[] {
  const calls = results.map(({ toolCallId: id }): AssistantPart => ({
    type: 'tool-call',
    id,
    name: 'look',
    arguments: {},
  }))
  return [
    { role: 'user', content: 'Look.' },
    { role: 'assistant', content: calls },
    { role: 'tool', content: results.map(result => ({ type: 'tool-result', ...result })) },
  ]
}

describe('documents', () => {
  test('have names that are legal and unique in the whole request', async () => {
    const names = ['report.pdf', 'report.pdf', 'my_süß  file.v2.pdf', '…', undefined, undefined]
    const [question, ...blocks] = await contentOf([
      { role: 'user', content: [{ type: 'text', text: 'Read.' }, ...names.slice(0, 4).map(name => file(name))] },
      { role: 'assistant', content: 'Yes.' },
      { role: 'user', content: [{ type: 'text', text: 'More.' }, ...names.slice(4).map(name => file(name))] },
    ])
    expect(question).toEqual({ text: 'Read.' })
    const documents = blocks.flatMap(block => (block as { document?: { name: string } }).document ?? [])
    expect(documents.map(({ name }) => name)).toEqual([
      'report',
      'report (2)',
      'my-s- file-v2',
      '-',
      'document',
      'document (2)',
    ])
    for (const { name } of documents) expect(name).toMatch(/^[a-zA-Z0-9 ()[\]-]{1,200}$/)
  })

  test('have a text beside them', async () => {
    expect(await contentOf([{ role: 'user', content: [file('a.pdf')] }])).toEqual([
      { document: { format: 'pdf', name: 'a', source: { bytes: 'cGRm' } } },
      { text: 'The documents are attached.' },
    ])
  })

  test('may be cited', async () => {
    const txt = file('b.txt', { base64: btoa('It is so.'), mediaType: 'text/plain' })
    const content = [{ type: 'text', text: 'Read.' } as const, file('a.pdf'), txt]
    expect(await contentOf([{ role: 'user', content }], { citations: true })).toEqual([
      { text: 'Read.' },
      { document: { format: 'pdf', name: 'a', source: { bytes: 'cGRm' }, citations: { enabled: true } } },
      { document: { format: 'txt', name: 'b', source: { text: 'It is so.' }, citations: { enabled: true } } },
    ])
  })
})

describe('media', () => {
  test.each([
    ['image/jpg', 'image', 'jpeg'],
    ['image/webp', 'image', 'webp'],
    ['video/quicktime', 'video', 'mov'],
    ['video/x-matroska', 'video', 'mkv'],
    ['video/3gpp', 'video', 'three_gp'],
    ['audio/mpeg', 'audio', 'mp3'],
    ['audio/x-wav', 'audio', 'wav'],
    ['audio/ogg; codecs=opus', 'audio', 'ogg'],
    ['text/markdown', 'document', 'md'],
    ['TEXT/CSV', 'document', 'csv'],
    ['application/json', 'document', 'txt'],
    ['application/ld+json', 'document', 'txt'],
    ['text/x-python', 'document', 'txt'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'document', 'docx'],
  ])('of the type %s are %s, format %s', async (mediaType, kind, format) => {
    const [block] = await contentOf([{ role: 'user', content: [file('a', { base64: 'eA==', mediaType })] }])
    expect(block).toMatchObject({ [kind]: { format, source: { bytes: 'eA==' } } })
  })

  test('may be in S3, or in a data URL', async () => {
    const content = [
      { type: 'image', source: { url: 's3://bucket/cat.JPG' } },
      { type: 'image', source: { url: 'data:image/png;base64,eA==' } },
      file('notes.md', { url: 'data:text/markdown,%23%20Gr%C3%BC%C3%9Fe' }),
      file(undefined, { url: 's3://bucket/clip.3gp?versionId=1' }),
    ] as const
    const blocks = await contentOf([{ role: 'user', content }])
    expect(blocks.slice(0, 4)).toEqual([
      { image: { format: 'jpeg', source: { s3Location: { uri: 's3://bucket/cat.JPG' } } } },
      { image: { format: 'png', source: { bytes: 'eA==' } } },
      { document: { format: 'md', name: 'notes', source: { bytes: Buffer.from('# Grüße').toString('base64') } } },
      { video: { format: 'three_gp', source: { s3Location: { uri: 's3://bucket/clip.3gp?versionId=1' } } } },
    ])
  })

  test.each([
    { url: 'gs://bucket/cat.png' },
    { fileId: 'file-1', mediaType: 'image/png' },
    { base64: 'eA==', mediaType: 'image/tiff' },
    { base64: 'eA==', mediaType: 'application/zip' },
  ])('that Bedrock does not take are refused: %j', async source => {
    const failure = render([{ role: 'user', content: [file('a.png', source)] }])
    await expect(failure).rejects.toMatchObject({ code: 'transformation', hint: expect.any(String) })
  })
})

describe('messages', () => {
  test('hold no blank texts, and take turns', async () => {
    const { body } = await render([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: ' \n' },
          { type: 'text', text: 'Hi' },
        ],
      },
      { role: 'user', content: 'there' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: '  ' },
          { type: 'text', text: '{ ' },
        ],
      },
    ])
    expect(body['system']).toEqual([{ text: 'Be brief.' }])
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ text: 'Hi' }, { text: 'there' }] },
      { role: 'assistant', content: [{ text: '{' }] },
    ])
  })

  test('join the results of tools with what the user says next', async () => {
    const { body } = await render([
      ...toolTurn([
        { toolCallId: 'a', content: '{"found":1}' },
        { toolCallId: 'b', content: '', isError: true },
      ]),
      { role: 'user', content: 'And?' },
    ])
    expect((body['messages'] as unknown[])[2]).toEqual({
      role: 'user',
      content: [
        { toolResult: { toolUseId: 'a', content: [{ text: '{"found":1}' }] } },
        { toolResult: { toolUseId: 'b', content: [{ text: '(nothing)' }], status: 'error' } },
        { text: 'And?' },
      ],
    })
  })

  test('may have images, documents and JSON as results of tools', async () => {
    const json = (text: string): FilePart => file('a.json', { base64: btoa(text), mediaType: 'application/json' })
    const content = [
      { type: 'image', source: { base64: 'eA==', mediaType: 'image/png' } },
      file('a.pdf'),
      json('{"a":[1]}'),
      json('[1]'),
    ] as const
    const [, , result] = await contentOf(toolTurn([{ toolCallId: 'a', content }]), { citations: true })
    expect(result).toEqual({
      toolResult: {
        toolUseId: 'a',
        content: [
          { image: { format: 'png', source: { bytes: 'eA==' } } },
          { document: { format: 'pdf', name: 'a', source: { bytes: 'cGRm' } } },
          { json: { a: [1] } },
          { document: { format: 'txt', name: 'a (2)', source: { bytes: btoa('[1]') } } },
        ],
      },
    })
  })

  test('take back what is signed, redacted or run by Bedrock, and no other reasoning', async () => {
    const state = (data: object): AssistantPart['state'] => ({ protocol: 'bedrock-converse', data: data as never })
    const hosted = { id: 't-1', name: 'nova_grounding', arguments: { query: 'x' }, providerExecuted: true } as const
    const result = { type: 'tool-result', toolCallId: 't-1', content: 'hidden', providerExecuted: true } as const
    const [, ...blocks] = await contentOf([
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'signed', state: state({ signature: 's' }) },
          { type: 'reasoning', text: '', state: state({ redactedContent: 'r' }) },
          { type: 'reasoning', text: 'unsigned' },
          { type: 'tool-call', ...hosted, state: state({ type: 'server_tool_use' }) },
          { ...result, state: state({ content: [{ text: '[HIDDEN]' }], type: 'nova_grounding_result' }) },
          { type: 'text', text: 'So.' },
          { type: 'source', url: 'https://example.com' },
        ],
      },
      { role: 'user', content: 'Why?' },
    ])
    expect(blocks).toEqual([
      { reasoningContent: { reasoningText: { text: 'signed', signature: 's' } } },
      { reasoningContent: { redactedContent: 'r' } },
      { toolUse: { toolUseId: 't-1', name: 'nova_grounding', input: { query: 'x' }, type: 'server_tool_use' } },
      { toolResult: { toolUseId: 't-1', content: [{ text: '[HIDDEN]' }], type: 'nova_grounding_result' } },
      { text: 'So.' },
      { text: 'Why?' },
    ])
  })

  test('of the assistant hold no media', async () => {
    const { warnings } = await render([
      { role: 'user', content: 'Draw.' },
      { role: 'assistant', content: [{ type: 'image', source: { base64: 'eA==', mediaType: 'image/png' } }] },
      { role: 'user', content: 'More.' },
    ])
    expect(warnings).toMatchObject([{ code: 'part-dropped', parameter: 'messages' }])
  })
})
