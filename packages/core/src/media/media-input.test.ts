import { describe, expect, test } from 'vitest'
import { audio, file, image } from './media-input.ts'
import { createFakeHost } from '../testing/fake-host.ts'
import { ModelSpecRegistry } from '../specs/registry.ts'
import { ModelClient } from '../client/model-client.ts'

const PNG = Uint8Array.from(Buffer.from('89504e470d0a1a0a', 'hex'))
const IMAGE = { type: 'image', source: { base64: 'iVBORw0KGgo=', mediaType: 'image/png' } }

const SPEC = {
  ...{ id: 'm', family: 'test', capabilities: {}, parameters: {} },
  ...({ input: ['text', 'image', 'audio', 'file'], output: ['text'] } as const),
}

function createClient() {
  const { provider, sent } = createFakeHost()
  const family = { name: 'test', registry: () => new ModelSpecRegistry([SPEC]) }
  return { client: new ModelClient('m', { provider, family }), sent }
}

test('a provider gets plain data, whatever forms the media have; what was passed is not changed', async () => {
  const { client, sent } = createClient()
  const content = [
    { type: 'text', text: 'Look.' } as const,
    image(PNG, { detail: 'low' }),
    audio(new Blob(['RIFF....WAVE'])),
    file({ data: new TextEncoder().encode('# Hi') }, { filename: 'a.md' }),
    image('https://example.com/cat.png'),
  ]
  const messages = [{ role: 'user', content } as const]
  await client.complete(messages)
  const [request] = sent
  expect(request?.messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look.' },
        { ...IMAGE, detail: 'low' },
        { type: 'audio', source: { base64: btoa('RIFF....WAVE'), mediaType: 'audio/wav' } },
        { type: 'file', source: { base64: btoa('# Hi'), mediaType: 'text/markdown' }, filename: 'a.md' },
        { type: 'image', source: { url: 'https://example.com/cat.png' } },
      ],
    },
  ])
  expect(JSON.parse(JSON.stringify(request?.messages))).toEqual(request?.messages)
  expect(content[1]).toHaveProperty('source', PNG)
})

test('withVision takes every form', async () => {
  const { client, sent } = createClient()
  await client.withVision('What is this?', [PNG, new Blob([PNG]), { data: PNG }, 'data:image/png;base64,iVBORw0KGgo='])
  expect(sent[0]?.messages[0]?.content).toEqual([{ type: 'text', text: 'What is this?' }, IMAGE, IMAGE, IMAGE, IMAGE])
})

test('limits are options of the call, and defaults of the client', async () => {
  const { client } = createClient()
  const failure = client.withVision('?', [PNG], { media: { maxBytes: 4 } })
  await expect(failure).rejects.toMatchObject({ code: 'validation', message: expect.stringContaining('limit') })
  const { provider } = createFakeHost()
  const family = { name: 'test', registry: () => new ModelSpecRegistry([SPEC]) }
  const strict = new ModelClient('m', { provider, family, defaults: { media: { maxBytes: 4 } } })
  await expect(strict.withVision('?', [PNG])).rejects.toMatchObject({ code: 'validation' })
  await expect(strict.stream([{ role: 'user', content: [image(PNG)] }]).completion()).rejects.toMatchObject({
    code: 'validation',
  })
})

describe('a conversation', () => {
  test('keeps plain data, from an answer and from a stream', async () => {
    const { client, sent } = createClient()
    const chat = client.chat()
    await chat.send([image(PNG)])
    const stream = chat.stream([image(PNG)])
    expect((await stream.completion()).text).toBe('ok')
    expect(chat.messages.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual([
      [IMAGE],
      [IMAGE],
    ])
    expect(sent).toHaveLength(2)
  })

  test('does not take in what cannot be read', async () => {
    const chat = createClient().client.chat()
    await expect(chat.send([image({ path: 'no-such-file.png' })])).rejects.toMatchObject({ code: 'validation' })
    expect(chat.messages).toEqual([])
  })
})

test('a run keeps plain data too', async () => {
  const { messages } = await createClient().client.run([{ role: 'user', content: [image(PNG)] }])
  expect(messages[0]).toEqual({ role: 'user', content: [IMAGE] })
})
