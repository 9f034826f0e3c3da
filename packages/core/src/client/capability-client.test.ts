import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Capabilities, Provider } from '../provider.ts'
import { createFakeHost } from '../testing/fake-host.ts'
import type { Modality, ModelSpec } from '../specs/model-spec.ts'
import { ModelSpecRegistry } from '../specs/registry.ts'
import { ModelClient } from './model-client.ts'

const spec = (id: string, input: Modality, output: Modality): ModelSpec => ({
  id,
  family: 'test',
  input: [input],
  output: [output],
  capabilities: {},
  parameters: {},
  hosts: { fake: `host-${id}` },
})
const SPECS = [
  spec('writer', 'text', 'text'),
  spec('painter', 'text', 'image'),
  spec('speaker', 'text', 'audio'),
  spec('listener', 'audio', 'text'),
  spec('filmer', 'text', 'video'),
  spec('embedder', 'text', 'embedding'),
]

type Calls = { readonly name: string; readonly request: Record<string, unknown> }[]

/** A client over a provider with such capabilities, which keep what they were asked. */
function client(model: string, names: readonly (keyof Capabilities)[], extra: Partial<Provider> = {}) {
  const calls: Calls = []
  const answer = { provider: 'fake', model: 'm', vectors: [Float32Array.of(1, 2)], usage: { source: 'reported' } }
  const entries = names.map(name => [
    name,
    name.startsWith('stream')
      ? async function* (request: Record<string, unknown>) {
          calls.push({ name, request })
          yield 'piece'
        }
      : async (request: Record<string, unknown>) => {
          calls.push({ name, request })
          return { ...answer, warnings: [], response: { headers: {} } }
        },
  ])
  const provider = { ...createFakeHost().provider, ...Object.fromEntries(entries), ...extra } as Provider
  const family = { name: 'test', registry: () => new ModelSpecRegistry(SPECS) }
  return { client: new ModelClient(model, { provider, family }), calls }
}

const BYTES = Uint8Array.from(Buffer.from('89504e470d0a1a0a', 'hex'))
const PNG = { base64: 'iVBORw0KGgo=', mediaType: 'image/png' }
const WAV = new TextEncoder().encode('RIFF....WAVE')
const SOUND = { base64: btoa('RIFF....WAVE'), mediaType: 'audio/wav' }

/** Each call, the model it fits, and what the provider must get. */
const CALLS: readonly [keyof Capabilities, string, (client: ModelClient) => unknown, object][] = [
  [
    'generateImage',
    'painter',
    c => c.generateImage('A cat', { images: [BYTES], mask: BYTES, n: 2 }),
    { prompt: 'A cat', images: [PNG], mask: PNG, n: 2 },
  ],
  ['streamImage', 'painter', c => c.streamImage('A cat', { images: [BYTES] }), { prompt: 'A cat', images: [PNG] }],
  ['generateSpeech', 'speaker', c => c.generateSpeech('Hi', { voice: 'a' }), { text: 'Hi', voice: 'a' }],
  ['streamSpeech', 'speaker', c => c.streamSpeech('Hi'), { text: 'Hi' }],
  ['transcribe', 'listener', c => c.transcribe(WAV, { language: 'en' }), { audio: SOUND, language: 'en' }],
  ['streamTranscription', 'listener', c => c.streamTranscription(WAV), { audio: SOUND }],
  ['generateVideo', 'filmer', c => c.generateVideo('A cat', { image: BYTES }), { prompt: 'A cat', image: PNG }],
  ['moderate', 'writer', c => c.moderate(['Hi']), { input: ['Hi'] }],
  ['rerank', 'writer', c => c.rerank('Hi', { documents: ['a'] }), { query: 'Hi', documents: ['a'] }],
  ['embed', 'embedder', c => c.embed('Hi', { dimensions: 2 }), { input: ['Hi'], dimensions: 2 }],
]

/** Makes a call, to the end of its stream. */
async function settle(made: unknown): Promise<unknown> {
  if (made instanceof Promise) return made
  const pieces: unknown[] = []
  for await (const piece of made as AsyncIterable<unknown>) pieces.push(piece)
  return pieces
}

describe.each(CALLS)('%s', (...row) => {
  const [name, model, make, expected] = row
  test('goes to the provider, with the name that the host has for the model', async () => {
    const { client: made, calls } = client(model, [name])
    await settle(make(made))
    expect(calls).toEqual([{ name, request: expect.objectContaining({ ...expected, model: `host-${model}` }) }])
  })

  test('is refused where the provider has none, with what to do', async () => {
    const failure = settle(make(client(model, []).client))
    await expect(failure).rejects.toMatchObject({ code: 'unsupported_operation', hint: expect.stringMatching(/./) })
  })
})

describe('a model that is known not to fit is refused, and the hint names the call that does', () => {
  test.each<[keyof Capabilities, string, (client: ModelClient) => unknown, string]>([
    ['generateImage', 'writer', c => c.generateImage('A cat'), 'complete()'],
    ['streamImage', 'speaker', c => c.streamImage('A cat'), 'generateSpeech()'],
    ['generateSpeech', 'writer', c => c.generateSpeech('Hi'), 'complete()'],
    ['streamSpeech', 'painter', c => c.streamSpeech('Hi'), 'generateImage()'],
    ['transcribe', 'writer', c => c.transcribe(WAV), 'complete()'],
    ['generateVideo', 'embedder', c => c.generateVideo('A cat'), 'embed()'],
    ['embed', 'writer', c => c.embed('Hi'), 'complete()'],
    ['embed', 'writer', c => c.embedMany(['Hi']), 'complete()'],
  ])('%s on %s', async (...row) => {
    const [name, model, make, call] = row
    const { client: made, calls } = client(model, [name])
    const failure = settle(make(made))
    await expect(failure).rejects.toMatchObject({ code: 'unsupported_operation', hint: expect.stringContaining(call) })
    expect(calls).toEqual([])
  })

  test('of one that is not known nothing is said', async () => {
    const { client: made, calls } = client('painter-99', ['generateImage'])
    await made.generateImage('A cat')
    expect(calls[0]?.request['model']).toBe('painter-99')
  })

  test('another model may be named for one call', async () => {
    const { client: made, calls } = client('writer', ['generateImage'])
    await made.generateImage('A cat', { model: 'painter' })
    expect(calls[0]?.request['model']).toBe('host-painter')
  })
})

describe('embeddings', () => {
  test('of one text are one vector', async () => {
    const embedding = await client('embedder', ['embed']).client.embed('Hi')
    expect(embedding.vector).toEqual(Float32Array.of(1, 2))
    expect(embedding).not.toHaveProperty('vectors')
    expectTypeOf(embedding.vector).toExtend<Float32Array>()
  })

  test('of a model that writes come from the one that its provider was lent', async () => {
    const { client: made, calls } = client('writer', ['embed'], { embeddingModel: 'lent' })
    await made.embed('Hi')
    await made.embedMany(['Hi'])
    expect(calls.map(({ request }) => request['model'])).toEqual(['lent', 'lent'])
  })

  test('of a model that embeds are its own', async () => {
    const { client: made, calls } = client('embedder', ['embed'], { embeddingModel: 'lent' })
    await made.embed('Hi')
    expect(calls[0]?.request['model']).toBe('host-embedder')
  })
})

test('files that cannot be read are named by their field', async () => {
  const { client: made } = client('painter', ['generateImage'])
  const failure = made.generateImage('A cat', { mask: { path: 'no-such-file.png' } })
  await expect(failure).rejects.toMatchObject({ code: 'validation', parameter: 'mask' })
  const large = made.generateImage('A cat', { images: [BYTES], media: { maxBytes: 4 } })
  await expect(large).rejects.toMatchObject({ code: 'validation', parameter: 'images' })
})
