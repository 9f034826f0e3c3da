import { RateLimitError, TimeoutError, ValidationError, type ImagePart, type MediaSource } from '@llm/core'
import { createManualClock } from '@llm/core/testing'
import { crc32, inflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { callTool, echo, fail, fromSchema, lorem, mock, stall } from './index.ts'

const dot = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
  Array.from(a ?? []).reduce((sum: number, value: number, index: number) => sum + value * (b?.[index] ?? 0), 0)

describe('embed', () => {
  test('gives vectors of length 1, the same for the same text', async () => {
    const input = ['The cat sat.', '', '!?', 'Der Hund läuft.']
    const { vectors, usage, provider, model } = await mock().embed({ model: 'e', input, dimensions: 48 })
    expect(vectors.map(({ length }) => length)).toEqual([48, 48, 48, 48])
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 5)
    expect((await mock().embed({ model: 'e', input, dimensions: 48 })).vectors).toEqual(vectors)
    expect({ provider, model, source: usage.source }).toEqual({ provider: 'mock', model: 'e', source: 'estimated' })
  })

  test('texts that share words are nearer to each other', async () => {
    const { vectors } = await mock().embed({
      model: 'e',
      input: ['red apples and pears', 'apples and red wine', 'quantum physics'],
    })
    expect(vectors[0]).toHaveLength(256)
    expect(dot(vectors[0], vectors[1])).toBeGreaterThan(dot(vectors[0], vectors[2]) + 0.2)
  })

  test.each([0, 1.5])('refuses %d dimensions', async dimensions => {
    await expect(mock().embed({ model: 'e', input: ['x'], dimensions })).rejects.toBeInstanceOf(ValidationError)
  })
})

test('rerank puts the documents that share words first', async () => {
  const documents = ['quantum physics', 'how to bake bread', 'bread and butter']
  const all = await mock().rerank({ model: 'r', query: 'bake some bread', documents })
  expect(all.results.map(({ index }) => index)[0]).toBe(1)
  expect(all.results).toHaveLength(3)
  expect((await mock().rerank({ model: 'r', query: 'bake some bread', documents, topN: 1 })).results).toEqual([
    all.results[0],
  ])
})

test('countTokens counts all that a request holds', async () => {
  const provider = mock()
  const count = async (request: Partial<Parameters<typeof provider.countTokens>[0]>): Promise<number> => {
    const result = await provider.countTokens({ model: 'm', messages: [], ...request })
    expect(result.source).toBe('heuristic')
    return result.inputTokens
  }
  expect(await count({ messages: [{ role: 'user', content: 'one two three' }] })).toBe(7)
  expect(await count({ messages: [{ role: 'user', content: 'internationalization' }] })).toBe(8)
  expect(await count({ messages: [{ role: 'user', content: [{ type: 'image', source: { fileId: 'f' } }] }] })).toBe(104)
  const turn = [
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'hm' },
        { type: 'tool-call', id: 'a', name: 'f', arguments: {} },
        { type: 'source' },
      ],
    },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', content: 'it is so' }] },
  ] as const
  expect(await count({ messages: turn })).toBe(4 + 1 + 1 + 1 + 4 + 3)
  // 'f', 'does', ' it', 'g', and '{"type', '":"obj', 'ect"}'
  expect(
    await count({ tools: [{ name: 'f', description: 'does it', parameters: { type: 'object' } }, { name: 'g' }] }),
  ).toBe(7)
  expect(await count({ output: { type: 'object' } })).toBe(3)
  expect(await count({ output: 'json' })).toBe(0)
})

test('listModels lists what it is told, else models of its own', async () => {
  expect((await mock().listModels()).map(({ id }) => id)).toEqual(['mock-model', 'mock-model-small'])
  expect(await mock({ models: [{ id: 'x' }] }).listModels()).toEqual([{ id: 'x' }])
})

describe('generateImage', () => {
  const bytesOf = (image: ImagePart | undefined): Buffer =>
    Buffer.from((image?.source as { base64: string }).base64, 'base64')

  test.each([
    [undefined, 16, 16],
    ['33x7', 33, 7],
    ['4096x300', 4096, 300],
  ] as const)('makes a valid PNG of the size %s', async (size, width, height) => {
    const { images } = await mock().generateImage({ model: 'i', prompt: 'a cat', size })
    const png = bytesOf(images[0])
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    const chunks: Record<string, Buffer> = {}
    for (let at = 8; at < png.length;) {
      const length = png.readUInt32BE(at)
      const body = png.subarray(at + 4, at + 8 + length)
      expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body))
      chunks[body.subarray(0, 4).toString('latin1')] = body.subarray(4)
      at += 12 + length
    }
    expect(Object.keys(chunks)).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND'])
    expect([chunks['IHDR']?.readUInt32BE(0), chunks['IHDR']?.readUInt32BE(4)]).toEqual([width, height])
    // zlib itself checks the sum at the end
    expect(inflateSync(chunks['IDAT'] ?? '')).toHaveLength(height * (1 + Math.ceil(width / 8)))
    expect(chunks['PLTE']).toHaveLength(3)
  })

  test('the same prompt and seed make the same image, others make others', async () => {
    const provider = mock()
    const make = async (prompt: string, seed?: number): Promise<readonly ImagePart[]> =>
      (await provider.generateImage({ model: 'i', prompt, seed, n: 3 })).images
    const images = await make('a cat', 1)
    expect(new Set(images.map(image => bytesOf(image).toString('hex'))).size).toBe(3)
    expect(await make('a cat', 1)).toEqual(images)
    expect(await make('a cat', 2)).not.toEqual(images)
    expect(await make('a dog', 1)).not.toEqual(images)
  })

  test.each(['0x10', '10', 'axb', '9999x10'])('refuses the size %s', async size => {
    await expect(mock().generateImage({ model: 'i', prompt: 'x', size: size as '1x1' })).rejects.toBeInstanceOf(
      ValidationError,
    )
  })
})

test('generateSpeech makes a valid WAV file, and warns where another format is asked for', async () => {
  const { audio, mediaType, warnings } = await mock().generateSpeech({ model: 's', text: 'Hello there.' })
  const wav = Buffer.from(audio)
  expect(mediaType).toBe('audio/wav')
  expect(warnings).toEqual([])
  expect([wav.toString('latin1', 0, 4), wav.toString('latin1', 8, 16), wav.toString('latin1', 36, 40)]).toEqual([
    'RIFF',
    'WAVEfmt ',
    'data',
  ])
  expect(wav.readUInt32LE(4)).toBe(wav.length - 8)
  expect(wav.readUInt32LE(16)).toBe(16)
  expect([wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)]).toEqual([
    1, 1, 8000, 8,
  ])
  // two tokens, a twentieth of a second each
  expect(wav.readUInt32LE(40)).toBe(800)
  expect(wav).toHaveLength(44 + 800)
  const odd = await mock().generateSpeech({ model: 's', text: 'Hello', format: 'mp3', voice: 'deep', speed: 1.9 })
  expect(odd.audio.length % 2).toBe(0)
  expect(odd.warnings).toEqual([expect.objectContaining({ code: 'unsupported-option', parameter: 'format' })])
  expect((await mock().generateSpeech({ model: 's', text: 'word '.repeat(500), format: 'wav' })).audio).toHaveLength(
    44 + 16_000,
  )
})

test('transcribe gives the same words for the same source, and times where asked for', async () => {
  const provider = mock()
  const audio: MediaSource = { base64: 'UklGRg==', mediaType: 'audio/wav' }
  const plain = await provider.transcribe({ model: 't', audio })
  expect(plain.text.split(' ')).toHaveLength(8)
  expect(plain.segments).toEqual([])
  expect((await provider.transcribe({ model: 't', audio })).text).toBe(plain.text)
  expect((await provider.transcribe({ model: 't', audio: { fileId: 'x' } })).text).not.toBe(plain.text)
  const segments = await provider.transcribe({ model: 't', audio, timestamps: 'segment', language: 'en' })
  expect(segments).toMatchObject({ language: 'en', segments: [{ text: plain.text, start: 0, end: 4 }] })
  const spoken = await provider.transcribe({ model: 't', audio, timestamps: 'word', speakers: true })
  expect(spoken.segments).toHaveLength(8)
  expect(spoken.segments[3]).toEqual({ text: plain.text.split(' ')[3], start: 1.5, end: 2, speaker: 'speaker-1' })
})

test('moderate flags what a text names', async () => {
  const { results } = await mock().moderate({
    model: 'm',
    input: [
      'A walk.',
      { type: 'text', text: 'Violence and HATE.' },
      { type: 'image', source: { url: 'https://example.com/a.png' } },
    ],
  })
  expect(results.map(({ flagged, categories }) => [flagged, categories])).toEqual([
    [false, []],
    [true, ['hate', 'violence']],
    [false, []],
  ])
  expect(results[1]?.scores).toMatchObject({ hate: 0.99, sexual: 0.01 })
})

test('other operations fail as they are told to, call by call', async () => {
  const clock = createManualClock({ autoAdvance: true })
  const provider = mock({
    id: 'host',
    clock,
    failures: { embed: [fail('rate-limit', { retryAfterMs: 5 }), undefined, stall()] },
  })
  const embed = (): Promise<unknown> => provider.embed({ model: 'e', input: ['x'], timeout: 1000 })
  const error = await embed().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(RateLimitError)
  expect(error).toMatchObject({ retryAfterMs: 5, provider: 'host', model: 'e' })
  await embed()
  await expect(embed()).rejects.toBeInstanceOf(TimeoutError)
  await embed()
  await provider.listModels()
  expect(provider.calls.map(call => call.error?.code)).toEqual([
    'rate_limit',
    undefined,
    'timeout',
    undefined,
    undefined,
  ])
})

describe('generators', () => {
  const messages = [{ role: 'user', content: 'hello' }] as const

  test('echo gives the last thing said, also that of tools', async () => {
    const provider = mock({ replies: [echo()] })
    const content = [
      { type: 'tool-result', toolCallId: 'a', content: 'sunny' },
      { type: 'tool-result', toolCallId: 'b', content: [{ type: 'text', text: 'cold' }] },
    ] as const
    expect((await provider.complete({ model: 'm', messages: [...messages, { role: 'tool', content }] })).text).toBe(
      'sunny\ncold',
    )
    await expect(provider.complete({ model: 'm', messages: [] })).rejects.toThrow('messages must be a list')
    expect(
      await provider.complete({ model: 'm', messages: [{ role: 'user', content: 'a b c' }], maxTokens: 2 }),
    ).toMatchObject({
      text: 'a b',
      finishReason: 'length',
    })
  })

  test('lorem has the length and the seed that it is given', async () => {
    const text = async (options: Parameters<typeof lorem>[0], seed?: number): Promise<string> => {
      const { text, usage } = await mock({ replies: [lorem(options)] }).complete({ model: 'm', messages, seed })
      expect(usage.outputTokens).toBe(options?.tokens ?? 50)
      return text
    }
    const seven = await text({ tokens: 200, seed: 7 })
    expect(await text({ tokens: 200, seed: 7 })).toBe(seven)
    expect(await text({ tokens: 200, seed: 8 })).not.toBe(seven)
    expect(await text({ tokens: 200 }, 7)).toBe(seven)
    expect(await text(undefined)).not.toBe('')
  })

  test('fromSchema answers with JSON for a Standard Schema, a JSON Schema and for any JSON', async () => {
    const provider = mock({ replies: [fromSchema({ seed: 3 })] })
    const output = z.object({ city: z.string().min(1), tags: z.array(z.enum(['a', 'b'])).max(2) })
    expect(output.safeParse((await provider.complete({ model: 'm', messages, output })).object).success).toBe(true)
    const picky = z.object({ n: z.int().refine(n => n % 4 === 3) })
    expect(picky.safeParse((await provider.complete({ model: 'm', messages, output: picky })).object).success).toBe(
      true,
    )
    const never = z.int().refine(() => false)
    expect((await provider.complete({ model: 'm', messages, output: never })).object).toBeTypeOf('number')
    expect((await provider.complete({ model: 'm', messages, output: { const: 5 } })).object).toBe(5)
    expect((await provider.complete({ model: 'm', messages, output: 'json' })).object).toEqual({
      answer: expect.any(String),
    })
    await expect(provider.complete({ model: 'm', messages })).rejects.toThrow('the request has none')
  })

  test('callTool calls with the arguments it is given, else with some that fit', async () => {
    const tools = [{ name: 'f', parameters: z.object({ n: z.int().min(3).max(3) }) }, { name: 'g' }]
    const call = async (reply: ReturnType<typeof callTool>): Promise<unknown> =>
      (await mock({ replies: [reply] }).complete({ model: 'm', messages, tools })).toolCalls[0]
    expect(await call(callTool('f', { n: 1 }))).toEqual({
      type: 'tool-call',
      id: 'mock-1-call-1',
      name: 'f',
      arguments: { n: 1 },
    })
    expect(await call(callTool('f', '{"n":'))).toMatchObject({ status: 'invalid' })
    expect(await call(callTool('f'))).toMatchObject({ arguments: { n: 3 } })
    expect(await call(callTool('g'))).toMatchObject({ name: 'g', arguments: {} })
    expect(await call(callTool('unknown'))).toMatchObject({ name: 'unknown', arguments: {} })
  })
})
