import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkMediaPlace, createMediaWriter } from './media.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-media-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')
const source = { base64: PNG.toString('base64'), mediaType: 'image/png' }

test('media in a result becomes files, the same media one file', async () => {
  const place = join(folder, 'new', 'place')
  const answer = {
    text: 'A cat.',
    content: [{ type: 'image', source }, null, 7],
    message: { content: [{ type: 'image', source: { ...source } }] },
  }
  const kept = await createMediaWriter({ folder: place }, 'job-1').extract(answer)
  const url = (kept.content[0] as { source: { url?: string } }).source.url ?? ''
  expect(kept).toEqual({
    text: 'A cat.',
    content: [{ type: 'image', source: { url, mediaType: 'image/png' } }, null, 7],
    message: { content: [{ type: 'image', source: { url, mediaType: 'image/png' } }] },
  })
  expect(readdirSync(place)).toEqual(['job-1-1.png'])
  expect(readFileSync(fileURLToPath(url))).toEqual(PNG)
  expect(answer.content[0]).toEqual({ type: 'image', source })
})

test('media goes elsewhere where a function takes it', async () => {
  const files: string[] = []
  const writer = createMediaWriter(({ name, mediaType, data }) => {
    files.push(`${name} ${mediaType} ${String(data.length)}`)
    return `https://cdn.example.com/${name}`
  }, 'job')
  expect(await writer.save(PNG, 'audio/mpeg')).toEqual({
    url: 'https://cdn.example.com/job-1.mp3',
    mediaType: 'audio/mpeg',
  })
  expect(await writer.save(PNG, 'audio/x-wav')).toMatchObject({ url: 'https://cdn.example.com/job-2.wav' })
  expect(await writer.save(PNG, 'odd')).toMatchObject({ url: 'https://cdn.example.com/job-3.bin' })
  expect(files).toEqual(['job-1.mp3 audio/mpeg 8', 'job-2.wav audio/x-wav 8', 'job-3.bin odd 8'])
})

test('without a place, media stays in the result, and jobs that make it are refused before they cost', async () => {
  expect(await createMediaWriter(undefined, 'job').extract({ source })).toEqual({ source })
  await expect(checkMediaPlace(undefined)).rejects.toMatchObject({ code: 'configuration' })
  await expect(checkMediaPlace(() => '')).resolves.toBeUndefined()
})

test('a place that cannot be written to says so', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const refused = { code: 'job_store', retryable: true, message: expect.stringContaining(file) }
  await expect(checkMediaPlace({ folder: file })).rejects.toMatchObject(refused)
  await expect(createMediaWriter({ folder: file }, 'job').save(PNG, 'image/png')).rejects.toMatchObject(refused)
})
