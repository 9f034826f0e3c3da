import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MediaInput } from './media-input.ts'
import { readMedia } from './read-media.ts'

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const IMAGE = { base64: PNG.toString('base64'), mediaType: 'image/png' }
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-'))
  await writeFile(join(folder, 'cat.png'), PNG)
  await writeFile(join(folder, 'notes.md'), '# Notes')
  await writeFile(join(folder, 'empty.png'), '')
})
afterAll(() => rm(folder, { recursive: true }))

describe('every form of an image', () => {
  test.each<[string, () => MediaInput]>([
    ['bytes', () => new Uint8Array(PNG)],
    ['a Buffer', () => PNG],
    ['an ArrayBuffer', () => new Uint8Array(PNG).buffer],
    ['a Blob without a type', () => new Blob([PNG])],
    ['a File of a wrong type', () => new File([PNG], 'cat.jpg', { type: 'image/jpeg' })],
    ['data', () => ({ data: new Uint8Array(PNG) })],
    ['a path', () => ({ path: join(folder, 'cat.png') })],
    ['a file: URL', () => pathToFileURL(join(folder, 'cat.png'))],
    ['a data: URL', () => `data:image/png;base64,${IMAGE.base64}`],
    ['a data: URL object', () => new URL(`data:image/png;base64,${IMAGE.base64}`)],
    ['a data: URL without a type', () => ({ url: `data:;base64,${IMAGE.base64}` })],
    ['base64', () => IMAGE],
  ])('%s', async (_, input) => {
    expect(await readMedia(input(), { kind: 'image' })).toEqual(IMAGE)
  })

  test.each<[MediaInput, object]>([
    ['https://example.com/cat.png', { url: 'https://example.com/cat.png' }],
    [new URL('https://example.com/cat.png'), { url: 'https://example.com/cat.png' }],
    ['gs://bucket/cat.png', { url: 'gs://bucket/cat.png' }],
    [
      { url: 'https://example.com/cat', mediaType: 'image/png' },
      { url: 'https://example.com/cat', mediaType: 'image/png' },
    ],
    [{ fileId: 'file-1' }, { fileId: 'file-1' }],
  ])('%j is kept, as who fetches it is decided later', async (input, expected) => {
    expect(await readMedia(input, { kind: 'image' })).toEqual(expected)
  })
})

test.each<[string, MediaInput, string]>([
  ['what the caller says is believed', { data: Uint8Array.of(1, 2), mediaType: 'audio/pcm' }, 'audio/pcm'],
  ['text in a data: URL', 'data:text/csv,a%2Cb', 'text/csv'],
  ['a file by its name', new File(['# Hi'], 'a.md'), 'text/markdown'],
])('%s', async (_, input, mediaType) => {
  expect(await readMedia(input, { kind: 'file' })).toMatchObject({ mediaType })
})

test('text files by their extension', async () => {
  const source = await readMedia({ path: join(folder, 'notes.md') }, { kind: 'file' })
  expect(source).toEqual({ base64: btoa('# Notes'), mediaType: 'text/markdown' })
})

test('what a browser records is sound, though its container is that of a video', async () => {
  const webm = Buffer.from('1a45dfa39f4286810142828477656 26d'.replace(' ', ''), 'hex')
  expect(await readMedia(webm, { kind: 'audio' })).toMatchObject({ mediaType: 'audio/webm' })
})

describe('what cannot be read says so', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a path as a text', () => join(folder, 'cat.png'), /no URL/],
    ['a file: URL as a text, as it may come from a user', () => pathToFileURL(join(folder, 'cat.png')).href, /no URL/],
    ['the same as { url }', () => ({ url: 'file:///etc/passwd' }), /no URL/],
    ['a file that is missing', () => ({ path: join(folder, 'dog.png') }), /ENOENT/],
    ['a folder', () => ({ path: folder }), /not a file/],
    ['an empty file', () => ({ path: join(folder, 'empty.png') }), /empty/],
    ['another kind', () => new TextEncoder().encode('%PDF-1.7'), /application\/pdf, not image/],
    ['a broken image', () => Uint8Array.of(0, 1, 2, 3), /type of a file cannot be told/],
    ['text', () => new TextEncoder().encode('Hello'), /text\/plain, not image/],
    ['a broken data: URL', () => 'data:image/png', /no data/],
    ['broken base64', () => 'data:;base64,%%%', /broken/],
    ['a number', () => 7, /no form/],
    ['nothing', () => null, /no form/],
  ])('%s', async (_, input, message) => {
    const failure = readMedia(input() as MediaInput, { kind: 'image', parameter: 'images' })
    await expect(failure).rejects.toMatchObject({
      code: 'validation',
      parameter: 'images',
      message: expect.stringMatching(message),
    })
  })
})

test('a file that is too large is not read', async () => {
  const inputs = [new Uint8Array(PNG), new Blob([PNG]), { path: join(folder, 'cat.png') }]
  for (const input of inputs) {
    const failure = readMedia(input, { kind: 'image', maxBytes: PNG.length - 1 })
    await expect(failure).rejects.toMatchObject({ code: 'validation', hint: expect.stringMatching(/fileId/) })
    expect(await readMedia(input, { kind: 'image', maxBytes: PNG.length })).toEqual(IMAGE)
  }
  const huge = new Uint8Array(100 * 2 ** 20)
  await expect(readMedia(huge, { kind: 'file' })).rejects.toMatchObject({
    message: expect.stringMatching(/100\.0 MiB; the limit is 20\.0/),
  })
})

test('a data: URL whose text is not encoded rightly says so', async () => {
  await expect(readMedia('data:text/plain,%E0%A4%A', { kind: 'file' })).rejects.toThrow('A data: URL is broken.')
})
