import { createHostCalls, MalformedResponseError } from '@llm/core'
import { expect, test } from 'vitest'
import { createEmbed } from './capabilities/embeddings.ts'
import { createFiles } from './capabilities/files.ts'
import type { BuildCall, CapabilityHost } from './capabilities/host.ts'
import { createGenerateImage } from './capabilities/images.ts'
import { createListModels } from './capabilities/models.ts'
import { createRerank } from './capabilities/rerank.ts'
import { createGenerateSpeech, createStreamSpeech } from './capabilities/speech.ts'
import { createTranscribe } from './capabilities/transcription.ts'

/** A host that answers everything with one response, and what it was asked to build. */
function hostOf(answer: unknown): { readonly host: CapabilityHost<object>; readonly built: BuildCall[] } {
  const built: BuildCall[] = []
  const fetch = (): Promise<Response> =>
    Promise.resolve(answer instanceof Response ? answer : new Response(JSON.stringify(answer)))
  const calls = createHostCalls({ id: 'host', transport: { fetch, readError: () => ({}) } })
  const build: CapabilityHost<object>['build'] = call => {
    built.push(call)
    return Promise.resolve({ url: 'http://localhost/' })
  }
  return { host: { id: 'host', calls, build }, built }
}

test('embeddings come in the order of the texts, from numbers or from bytes', async () => {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(new Float32Array([0.5, -2]).buffer)))
  const { host, built } = hostOf({
    model: 'm-1',
    data: [
      { index: 1, embedding: base64 },
      { index: 0, embedding: [1, 2] },
    ],
    usage: { prompt_tokens: 3, total_tokens: 3 },
  })
  const { vectors, model, usage, warnings } = await createEmbed(host)({
    model: 'm',
    input: ['a', 'b'],
    dimensions: 2,
    task: 'query',
  })
  expect(built).toEqual([{ path: '/embeddings', model: 'm', body: { model: 'm', input: ['a', 'b'], dimensions: 2 } }])
  expect(vectors).toEqual([new Float32Array([1, 2]), new Float32Array([0.5, -2])])
  expect({ model, ...usage }).toMatchObject({ model: 'm-1', inputTokens: 3, totalTokens: 3, source: 'reported' })
  expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'task' }])
})

test('a missing vector and an error inside a success are errors', async () => {
  const request = { model: 'm', input: ['a', 'b'] }
  const missing = createEmbed(hostOf({ data: [{ embedding: [1] }] }).host)(request)
  await expect(missing).rejects.toBeInstanceOf(MalformedResponseError)
  const failed = createEmbed(hostOf({ error: { message: 'Slow down.', code: 429 } }).host)(request)
  await expect(failed).rejects.toMatchObject({ status: 429, retryable: true })
})

test('models are listed with the limits that the host gives', async () => {
  const listed = [
    { id: 'a', name: 'A', created: 86_400, context_length: 10, top_provider: { max_completion_tokens: 4 } },
    { id: 'b', max_model_len: 20, max_completion_tokens: null },
  ]
  const models = [
    { id: 'a', name: 'A', createdAt: '1970-01-02T00:00:00.000Z', contextWindow: 10, maxOutputTokens: 4 },
    { id: 'b', contextWindow: 20 },
  ]
  const { host, built } = hostOf({ data: listed })
  expect(await createListModels(host)()).toEqual(models)
  expect(built).toEqual([{ path: '/models' }])
  expect(await createListModels(hostOf(listed).host)()).toEqual(models)
})

test('speech is bytes of the type that the host names, whole or as they arrive', async () => {
  const sound = (): Response => new Response(new Uint8Array([1, 2]), { headers: { 'content-type': 'audio/wav' } })
  const { host, built } = hostOf(sound())
  const request = { model: 'm', text: 'Hi', voice: 'v', format: 'wav', language: 'en' }
  const { audio, mediaType, warnings } = await createGenerateSpeech(host)(request)
  expect({ audio, mediaType }).toEqual({ audio: new Uint8Array([1, 2]), mediaType: 'audio/wav' })
  expect(warnings).toMatchObject([{ parameter: 'language' }])
  expect(built[0]).toMatchObject({
    path: '/audio/speech',
    body: { model: 'm', input: 'Hi', voice: 'v', response_format: 'wav' },
  })
  const pieces: number[] = []
  for await (const piece of createStreamSpeech(hostOf(sound()).host)(request)) pieces.push(...piece)
  expect(pieces).toEqual([1, 2])
})

test('speech inside JSON is unpacked', async () => {
  const { audio, mediaType } = await createGenerateSpeech(
    hostOf(Response.json({ audio_data: btoa('\u0001\u0002') })).host,
  )({ model: 'm', text: 'Hi' })
  expect({ audio, mediaType }).toEqual({ audio: new Uint8Array([1, 2]), mediaType: 'audio/mpeg' })
})

test('a transcription is a form, and gives segments or words with their speakers', async () => {
  const { host, built } = hostOf({
    text: 'Hi you',
    duration: 2,
    language: 'en',
    words: [
      { word: 'Hi', start: 0, end: 1 },
      { text: 'you', start: 1, end: 2, speaker: 0 },
    ],
    usage: { input_tokens: 5, output_tokens: 2 },
  })
  const audio = { base64: btoa('sound'), mediaType: 'audio/mpeg' }
  const result = await createTranscribe(host)({ model: 'm', audio, timestamps: 'word', speakers: true })
  expect(result).toMatchObject({
    text: 'Hi you',
    duration: 2,
    language: 'en',
    segments: [
      { text: 'Hi', start: 0, end: 1 },
      { text: 'you', start: 1, end: 2, speaker: '0' },
    ],
    usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 },
    warnings: [{ parameter: 'speakers' }],
  })
  const form = built[0]?.body as FormData
  const fields = [...form].map(([name, value]) => [name, typeof value === 'string' ? value : value.name])
  expect(Object.fromEntries(fields)).toEqual({
    model: 'm',
    response_format: 'verbose_json',
    'timestamp_granularities[]': 'word',
    file: 'audio.mp3',
  })
  expect(await (form.get('file') as File).text()).toBe('sound')
})

test('a transcription may be of what the host fetches, and may be plain text', async () => {
  const answer = new Response(' Hi.\n', { headers: { 'content-type': 'text/plain; charset=UTF-8' } })
  const { host, built } = hostOf(answer)
  const audio = { url: 'https://example.com/a.mp3' }
  expect(await createTranscribe(host, { urlField: 'url' })({ model: 'm', audio })).toMatchObject({ text: 'Hi.' })
  expect([...(built[0]?.body as FormData)]).toEqual([
    ['model', 'm'],
    ['url', 'https://example.com/a.mp3'],
  ])
  await expect(createTranscribe(host)({ model: 'm', audio })).rejects.toMatchObject({ code: 'transformation' })
})

test('a transcription that is none, and an error inside a success, are errors', async () => {
  const audio = { base64: 'UklGRg==', mediaType: 'audio/wav' }
  const page = new Response('<html>', { headers: { 'content-type': 'text/html' } })
  await expect(createTranscribe(hostOf(page).host)({ model: 'm', audio })).rejects.toBeInstanceOf(
    MalformedResponseError,
  )
  const failed = createTranscribe(hostOf({ error: { message: 'Slow down.', code: 429 } }).host)({ model: 'm', audio })
  await expect(failed).rejects.toMatchObject({ status: 429 })
})

test('images come as bytes or addresses, and none is an error', async () => {
  const data = [
    { b64_json: 'AA==', media_type: 'image/jpeg', revised_prompt: 'A cat, sitting' },
    { url: 'https://a.com/b.png' },
  ]
  const { host, built } = hostOf({ data })
  const { images, revisedPrompt, warnings } = await createGenerateImage(host)({
    model: 'm',
    prompt: 'A cat',
    n: 2,
    seed: 1,
  })
  expect(images.map(({ source }) => source)).toEqual([
    { base64: 'AA==', mediaType: 'image/jpeg' },
    { url: 'https://a.com/b.png', mediaType: 'image/png' },
  ])
  expect(revisedPrompt).toBe('A cat, sitting')
  expect(warnings).toMatchObject([{ parameter: 'seed' }])
  expect(built[0]).toMatchObject({ path: '/images/generations', body: { model: 'm', prompt: 'A cat', n: 2 } })
  const none = createGenerateImage(hostOf({ data: [] }).host)({ model: 'm', prompt: 'A cat' })
  await expect(none).rejects.toBeInstanceOf(MalformedResponseError)
})

test('files are uploaded as a form, read, listed, deleted and downloaded', async () => {
  const wire = { id: 'f', filename: 'a.txt', bytes: 2, status: 'processed', expires_at: 86_400 }
  const file = { id: 'f', filename: 'a.txt', size: 2, state: 'ready', expiresAt: '1970-01-02T00:00:00.000Z' }
  const { host, built } = hostOf(wire)
  expect(await createFiles(host).upload({ data: new Uint8Array([72, 105]), filename: 'a.txt' })).toEqual(file)
  const form = built[0]?.body as FormData
  expect([built[0]?.path, form.get('purpose'), (form.get('file') as File).name]).toEqual([
    '/files',
    'user_data',
    'a.txt',
  ])
  expect(await createFiles(hostOf({ data: [wire] }).host).list()).toEqual([file])
  expect(await createFiles(hostOf(wire).host).get('f')).toEqual(file)
  const deleting = hostOf(wire)
  await createFiles(deleting.host).delete('f/../x')
  expect(deleting.built).toEqual([{ path: '/files/f%2F..%2Fx', method: 'delete' }])
  const content = hostOf(new Response('Hi'))
  const pieces: Uint8Array[] = []
  for await (const piece of createFiles(content.host).download?.('f') ?? []) pieces.push(piece)
  expect(new TextDecoder().decode(pieces[0])).toBe('Hi')
  expect(content.built).toEqual([{ path: '/files/f/content' }])
})

test('documents come best first', async () => {
  const results = [
    { index: 0, relevance_score: 0.2 },
    { index: 1, relevance_score: 0.9, document: { text: 'b' } },
  ]
  const { host, built } = hostOf({ results, usage: { total_tokens: 3 } })
  const ranked = await createRerank(host)({ model: 'm', query: 'q', documents: ['a', 'b'], topN: 2 })
  expect(ranked).toMatchObject({
    model: 'm',
    results: [
      { index: 1, score: 0.9 },
      { index: 0, score: 0.2 },
    ],
    usage: { totalTokens: 3 },
  })
  expect(built[0]?.body).toEqual({ model: 'm', query: 'q', documents: ['a', 'b'], top_n: 2 })
})
