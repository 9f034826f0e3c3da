import type { Provider, VideoJob, VideoStatus } from '@llm/core'
import { mock } from '@llm/provider-mock'
import { expect, test } from 'vitest'
import { createMediaWriter } from './media.ts'
import { runOperation, type OperationContext } from './operations.ts'

const files: string[] = []

function context(provider: Provider): OperationContext {
  const media = createMediaWriter(({ name, data }) => {
    files.push(`${name} ${String(data.length > 0)}`)
    return `s3://bucket/${name}`
  }, 'job')
  return { provider, media, signal: new AbortController().signal, stream: false, progress: () => undefined }
}

test('speech is put where media goes', async () => {
  const speech = await runOperation('generateSpeech', { model: 'any', text: 'Hello!' }, context(mock()))
  expect(speech).toMatchObject({
    audio: { url: expect.stringMatching(/^s3:\/\/bucket\/job-1\./), mediaType: expect.stringMatching(/^audio/) },
  })
  expect(JSON.stringify(speech).length).toBeLessThan(2000)
})

test('images are put where media goes', async () => {
  const made = await runOperation('generateImage', { model: 'any', prompt: 'A cat.', n: 2 }, context(mock()))
  const urls = (made as { images: { source: { url: string } }[] }).images.map(({ source }) => source.url)
  expect(urls).toEqual([expect.stringMatching(/^s3:\/\/bucket\/job-\d\.png$/), expect.stringMatching(/\.png$/)])
  expect(JSON.stringify(made)).not.toContain('base64')
})

test.each([['It was refused.'], [undefined]])('a video that was not made says why: %s', async message => {
  const status: VideoStatus = { state: 'failed', ...(message !== undefined && { message }) }
  const video = { id: 'v', provider: 'mock', model: 'any', wait: async () => status } as unknown as VideoJob
  const failed = runOperation('generateVideo', {}, context({ ...mock(), generateVideo: async () => video }))
  await expect(failed).rejects.toThrow(message ?? /says no more/)
})

test.each(['embed', 'transcribe', 'generateImage'] as const)('a provider without %s says so', async operation => {
  const missing = runOperation(operation, {}, context({ ...mock(), [operation]: undefined }))
  await expect(missing).rejects.toMatchObject({
    code: 'unsupported_operation',
    message: `The provider mock has no ${operation}.`,
  })
})
