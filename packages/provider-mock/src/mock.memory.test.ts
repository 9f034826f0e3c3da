import { AbortedError, NotFoundError, TimeoutError, ValidationError, type CompletionRequest } from '@llm/core'
import { createManualClock } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import { fail, mock } from './index.ts'

const ask = (content: string): CompletionRequest => ({ model: 'm', messages: [{ role: 'user', content }] })
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('batches', () => {
  test('are queued, run and are answered in the order of the requests, each failure its own', async () => {
    const provider = mock({ replies: ['one', fail(500), 'three'] })
    const { id, state, total } = await provider.batches.create({ requests: [ask('1'), ask('2'), ask('3')] })
    expect([state, total]).toEqual(['queued', 3])
    await expect(provider.batches.results(id)).rejects.toBeInstanceOf(ValidationError)
    expect((await provider.batches.get(id)).state).toBe('running')
    expect(await provider.batches.get(id)).toEqual({ id, state: 'completed', total: 3, succeeded: 2, failed: 1 })
    const items = await provider.batches.results(id)
    expect(items.map(item => (item.ok ? item.value.text : item.error.code))).toEqual(['one', 'server', 'three'])
    expect((await provider.batches.list()).map(batch => batch.id)).toEqual([id])
  })

  test('that are cancelled have no answers, and one that is done stays so', async () => {
    const provider = mock()
    const { id } = await provider.batches.create({ requests: [ask('1')] })
    expect((await provider.batches.cancel(id)).state).toBe('cancelled')
    const [item] = await provider.batches.results(id)
    expect(item?.ok === false && item.error).toBeInstanceOf(AbortedError)
    const done = await provider.batches.create({ requests: [ask('1')] })
    await provider.batches.get(done.id)
    await provider.batches.get(done.id)
    expect((await provider.batches.cancel(done.id)).state).toBe('completed')
  })

  test('are checked when they are made, and not found where there are none', async () => {
    const { batches } = mock()
    await expect(batches.create({ requests: [{ model: 'm', messages: [] }] })).rejects.toBeInstanceOf(ValidationError)
    await expect(batches.get('batch-9')).rejects.toBeInstanceOf(NotFoundError)
  })
})

test('batches of embeddings are those of the call', async () => {
  const provider = mock()
  const request = { model: 'e', input: ['Mars is red.'] }
  const { id } = await provider.embeddingBatches.create({ requests: [request] })
  await provider.embeddingBatches.get(id)
  await provider.embeddingBatches.get(id)
  expect(await provider.embeddingBatches.results(id)).toEqual([{ ok: true, value: await provider.embed(request) }])
})

test('code is filled in from the replies', async () => {
  const provider = mock({ replies: ['a + b'] })
  expect((await provider.completeCode({ model: 'c', prefix: 'return ', suffix: '\n' })).text).toBe('a + b')
  expect(provider.requests[0]?.messages).toEqual([{ role: 'user', content: 'return ' }])
})

describe('files', () => {
  test('are kept, listed, given back and deleted', async () => {
    const { files } = mock()
    const told: object[] = []
    const blob = new Blob(['Hello.'], { type: 'text/plain' })
    const file = await files.upload({ data: blob, filename: 'a.txt', onProgress: at => told.push(at) })
    expect(file).toEqual({ id: 'file-1', filename: 'a.txt', mediaType: 'text/plain', size: 6, state: 'ready' })
    expect(told).toEqual([{ sent: 6, total: 6 }])
    expect(await files.list()).toEqual([file])
    expect(await files.get('file-1')).toEqual(file)
    const bytes = await collect(files.download?.('file-1') ?? new Blob().stream())
    expect(new TextDecoder().decode(bytes[0])).toBe('Hello.')
    await files.delete('file-1')
    await expect(files.get('file-1')).rejects.toBeInstanceOf(NotFoundError)
    await expect(files.delete('file-1')).rejects.toBeInstanceOf(NotFoundError)
  })
})

describe('vector stores', () => {
  test('find the paragraphs that share words, best first', async () => {
    const { files, vectorStores } = mock()
    const planets = await files.upload({ data: encode('Mars is red.\n\nJupiter is large.'), filename: 'planets.md' })
    const bread = await files.upload({ data: encode('Bread needs flour.'), filename: 'bread.md' })
    const store = await vectorStores.create({ name: 'notes', fileIds: [planets.id] })
    await vectorStores.addFile(store.id, bread.id, { attributes: { topic: 'food' } })
    expect(await vectorStores.get(store.id)).toEqual({ id: 'store-1', name: 'notes', fileCount: 2, state: 'ready' })
    const found = (await vectorStores.search?.(store.id, { query: 'flour in bread', maxResults: 2 })) ?? []
    expect(found).toHaveLength(2)
    expect(found[0]).toMatchObject({ fileId: bread.id, text: 'Bread needs flour.', attributes: { topic: 'food' } })
    expect(found[0]?.score).toBeGreaterThan(found[1]?.score ?? 1)
    await vectorStores.removeFile(store.id, bread.id)
    expect((await vectorStores.listFiles(store.id)).map(({ id }) => id)).toEqual([planets.id])
    await vectorStores.delete(store.id)
    expect(await vectorStores.list()).toEqual([])
  })

  test('know only what is there', async () => {
    const { vectorStores } = mock()
    await expect(vectorStores.create({ name: 'x', fileIds: ['file-1'] })).rejects.toBeInstanceOf(NotFoundError)
    const { id } = await vectorStores.create({ name: 'x' })
    await expect(vectorStores.getFile(id, 'file-1')).rejects.toBeInstanceOf(NotFoundError)
    await expect(vectorStores.search?.('store-9', { query: 'x' })).rejects.toBeInstanceOf(NotFoundError)
  })
})

test('caches are kept as long as they are asked to be, by the mock’s clock', async () => {
  const clock = createManualClock()
  const { caches } = mock({ clock })
  const made = await caches.create({ ...ask('one two three'), ttlMs: 60_000 })
  expect(made).toMatchObject({ id: 'cache-1', model: 'm', tokens: 7 })
  await clock.advance(50_000)
  expect(Date.parse((await caches.extend(made.id, { ttlMs: 60_000 })).expiresAt ?? '')).toBe(clock.now() + 60_000)
  await clock.advance(50_000)
  expect((await caches.list()).map(({ id }) => id)).toEqual(['cache-1'])
  await clock.advance(10_000)
  expect(await caches.list()).toEqual([])
  await expect(caches.get(made.id)).rejects.toBeInstanceOf(NotFoundError)
  const { id } = await caches.create(ask('Long.'))
  await caches.delete(id)
  await expect(caches.delete(id)).rejects.toBeInstanceOf(NotFoundError)
})

describe('video', () => {
  test('is done after a while, which the mock’s clock tells', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const job = await mock({ clock }).generateVideo({ model: 'v', prompt: 'A wave' })
    const seen: (number | undefined)[] = []
    const done = await job.wait({ interval: 5000, onProgress: ({ progress }) => seen.push(progress) })
    expect(done.state).toBe('completed')
    expect(seen).toEqual([1 / 3, 2 / 3, 1])
    expect(clock.now()).toBe(10_000)
    const [bytes] = await collect(job.download())
    expect(new TextDecoder().decode(bytes?.subarray(4, 8))).toBe('ftyp')
  })

  test('is not waited for longer than that', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const job = await mock({ clock }).generateVideo({ model: 'v', prompt: 'A wave' })
    await expect(job.wait({ interval: 5000, timeout: 6000 })).rejects.toBeInstanceOf(TimeoutError)
    await expect(job.wait({ signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError)
  })
})

describe('as it is made', () => {
  test('an image has its stages, and ends as the whole one', async () => {
    const provider = mock()
    const request = { model: 'i', prompt: 'A square' }
    const events = await collect(provider.streamImage(request))
    expect(events.map(({ type, index }) => [type, index])).toEqual([
      ['partial-image', 0],
      ['partial-image', 1],
      ['image', 2],
    ])
    expect(events[2]?.image).toEqual((await provider.generateImage(request)).images[0])
    expect(provider.calls.map(({ operation }) => operation)).toEqual(['streamImage', 'generateImage'])
  })

  test('sound is that of the whole', async () => {
    const provider = mock()
    const request = { model: 's', text: 'Hello there, all of you.' }
    const pieces = await collect(provider.streamSpeech(request))
    expect(pieces.length).toBeGreaterThan(1)
    expect(Buffer.concat(pieces).equals((await provider.generateSpeech(request)).audio)).toBe(true)
  })

  test('a transcription is that of the whole', async () => {
    const provider = mock({ failures: { streamTranscription: [fail(503), undefined] } })
    const request = { model: 't', audio: { fileId: 'f' }, timestamps: 'segment' } as const
    await expect(collect(provider.streamTranscription(request))).rejects.toMatchObject({ status: 503 })
    const events = await collect(provider.streamTranscription(request))
    const text = events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')
    const whole = await provider.transcribe(request)
    expect(text).toBe(whole.text)
    expect(events.at(-1)).toEqual({ type: 'finish', transcription: whole })
    expect(events.filter(({ type }) => type === 'segment')).toHaveLength(1)
  })
})
