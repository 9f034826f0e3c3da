import assert from 'node:assert/strict'
import { LLMError, type Message, type UserPart } from '@llm/core'
import { REQUEST, type Bench } from './bench.ts'
import type { SuiteCase } from './case.ts'
import { trySend } from './requests.ts'
import type { SuiteInput } from './supports.ts'

const BASE64 = 'c3VpdGUtbWVkaWEtMDEyMzQ1Njc4OQ=='

/** A medium, and what of it must be in the body. */
const INPUTS: Readonly<Record<SuiteInput, readonly [UserPart, string]>> = {
  'image-base64': [{ type: 'image', source: { base64: BASE64, mediaType: 'image/png' } }, BASE64],
  'image-url': [
    { type: 'image', source: { url: 'https://files.example/suite.png' } },
    'https://files.example/suite.png',
  ],
  'image-id': [{ type: 'image', source: { fileId: 'file-suite-image' } }, 'file-suite-image'],
  'audio-base64': [{ type: 'audio', source: { base64: BASE64, mediaType: 'audio/wav' } }, BASE64],
  'audio-url': [
    { type: 'audio', source: { url: 'https://files.example/suite.wav' } },
    'https://files.example/suite.wav',
  ],
  'file-base64': [
    { type: 'file', source: { base64: BASE64, mediaType: 'application/pdf' }, filename: 'suite.pdf' },
    BASE64,
  ],
  'file-url': [
    { type: 'file', source: { url: 'https://files.example/suite.pdf', mediaType: 'application/pdf' } },
    'https://files.example/suite.pdf',
  ],
  'file-id': [{ type: 'file', source: { fileId: 'file-suite-document' } }, 'file-suite-document'],
}

async function checkInput(bench: Bench, name: SuiteInput): Promise<void> {
  const [part, marker] = INPUTS[name]
  const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'Look at this.' }, part] }]
  if (!bench.supports.input.includes(name) && (await isDownloaded(bench, messages))) return
  const { body, completion } = await trySend(bench, { messages })
  const said = completion?.warnings.some(({ code }) => code === 'part-dropped') ?? true
  if (!bench.supports.input.includes(name)) {
    assert.ok(said || body?.includes(marker), `${name} is not lost in silence: refuse it, or warn`)
    return
  }
  assert.ok(
    body !== undefined && body.includes(marker),
    `${name} is sent: if the host does not take it, leave it out of supports.input`,
  )
  assert.ok(!said, 'and nothing is said to be dropped')
  assert.ok(body.includes('Look at this.'), 'with the text beside it')
}

/** A URL that the host does not fetch is downloaded first. The preview says so, and does not do it. */
async function isDownloaded(bench: Bench, messages: readonly Message[]): Promise<boolean> {
  const { provider } = bench.serve(bench.whole())
  const preview = await provider.preview?.({ ...REQUEST, messages }).catch((error: unknown) => {
    assert.ok(LLMError.is(error), `only an LLMError may leave a provider, not ${String(error)}`)
  })
  return preview?.warnings.some(({ code }) => code === 'media-downloaded') === true
}

/** A conversation with every kind of message. */
const CONVERSATION: readonly Message[] = [
  { role: 'system', content: 'SUITE-SYSTEM' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'SUITE-USER-1' },
      { type: 'text', text: 'SUITE-USER-2' },
    ],
  },
  {
    role: 'assistant',
    content: [
      { type: 'text', text: 'SUITE-ASSISTANT' },
      { type: 'tool-call', id: 'call_1', name: 'lookup', arguments: { key: 'SUITE-ARGUMENT' } },
    ],
  },
  { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'call_1', name: 'lookup', content: 'SUITE-RESULT' }] },
  { role: 'assistant', content: 'SUITE-ANSWER' },
  { role: 'user', content: 'SUITE-LAST' },
]

export const partCases: readonly SuiteCase[] = [
  {
    name: 'parts: a conversation is sent whole',
    needs: ['tools'],
    async run(bench) {
      const { body = '', completion } = await trySend(bench, { messages: CONVERSATION, tools: [{ name: 'lookup' }] })
      const markers = new Set(JSON.stringify(CONVERSATION).match(/SUITE-[A-Z0-9-]+/g))
      for (const marker of markers) assert.ok(body.includes(marker), `${marker} is sent`)
      assert.deepEqual(completion?.warnings, [])
    },
  },
  ...(Object.keys(INPUTS) as SuiteInput[]).map((name): SuiteCase => ({
    name: `parts: ${name} is sent, or what became of it is said`,
    run: bench => checkInput(bench, name),
  })),
  {
    name: 'parts: a data URL is as good as base64',
    async run(bench) {
      if (!bench.supports.input.includes('image-base64')) return
      const source = { url: `data:image/png;base64,${BASE64}` }
      const { body } = await trySend(bench, { messages: [{ role: 'user', content: [{ type: 'image', source }] }] })
      assert.ok(body?.includes(BASE64), 'the bytes are sent')
    },
  },
  {
    name: "parts: a tool's result may hold an image, or what became of it is said",
    needs: ['tools'],
    async run(bench) {
      const [image] = INPUTS['image-base64']
      const content = [{ type: 'text', text: 'SUITE-RESULT' }, image] as const
      const messages: Message[] = [
        ...REQUEST.messages,
        { role: 'assistant', content: [{ type: 'tool-call', id: 'call_1', name: 'lookup', arguments: {} }] },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'call_1', name: 'lookup', content }] },
      ]
      const { body, completion } = await trySend(bench, { messages, tools: [{ name: 'lookup' }] })
      if (body === undefined) return
      assert.ok(body.includes('SUITE-RESULT'), 'the text is sent')
      const said = completion?.warnings.some(({ code }) => code === 'part-dropped')
      assert.notEqual(body.includes(BASE64), said, 'the image is sent, or said to be dropped')
    },
  },
  {
    name: 'parts: media that a model made go back, or what became of them is said',
    async run(bench) {
      for (const name of ['image-base64', 'audio-base64', 'file-base64'] as const) {
        const content = [{ type: 'text', text: 'SUITE-ANSWER' }, INPUTS[name][0]] as const
        const messages: Message[] = [
          ...REQUEST.messages,
          { role: 'assistant', content },
          { role: 'user', content: 'And?' },
        ]
        const { body, completion } = await trySend(bench, { messages })
        if (body === undefined) continue
        assert.ok(body.includes('SUITE-ANSWER'), 'the text is sent')
        const said = completion?.warnings.some(({ code }) => code === 'part-dropped')
        assert.ok(said || body.includes(BASE64), `${name} is not lost in silence`)
      }
    },
  },
  {
    name: "parts: what another host ran by itself is no tool call of the caller's",
    needs: ['tools', 'toolCallIds'],
    async run(bench) {
      const search = {
        type: 'tool-call',
        id: 'search_1',
        name: 'web_search',
        arguments: {},
        providerExecuted: true,
      } as const
      const content = [search, { type: 'text', text: 'SUITE-ANSWER' }] as const
      const messages: Message[] = [
        ...REQUEST.messages,
        { role: 'assistant', content },
        { role: 'user', content: 'And?' },
      ]
      const { body = '' } = await trySend(bench, { messages })
      assert.ok(body.includes('SUITE-ANSWER'), 'the text is sent')
      assert.deepEqual(bench.fixtures.toolIds?.(JSON.parse(body)).calls, [])
    },
  },
  {
    name: 'parts: sources come out',
    needs: ['sources'],
    async run(bench) {
      const source = { type: 'source', url: 'https://example.com/page', title: 'A page' } as const
      const { sources, text } = await bench.both({ parts: [{ type: 'text', deltas: ['It is ', 'so.'] }, source] })
      assert.equal(text, 'It is so.')
      assert.deepEqual(
        sources.map(({ url, title }) => ({ url, title })),
        [{ url: source.url, title: source.title }],
      )
    },
  },
  {
    name: 'parts: images come out',
    needs: ['imageOutput'],
    async run(bench) {
      const { content } = await bench.both({ parts: [{ type: 'image', base64: BASE64, mediaType: 'image/png' }] })
      const image = content.find(part => part.type === 'image')
      assert.deepEqual(image?.source, { base64: BASE64, mediaType: 'image/png' })
    },
  },
  {
    name: 'parts: sound comes out',
    needs: ['audioOutput'],
    async run(bench) {
      const { content } = await bench.both({ parts: [{ type: 'audio', base64: BASE64, transcript: 'Good day.' }] })
      const sound = content.find(part => part.type === 'audio')
      assert.equal(sound?.transcript, 'Good day.')
      assert.ok('base64' in sound.source && sound.source.base64 === BASE64)
    },
  },
]
