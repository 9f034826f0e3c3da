import { ContentFilterError, MalformedResponseError, UnsupportedOperationError } from '@llm/core'
import { describe, expect, test } from 'vitest'
import { google, vertex, type GoogleProvider } from './google.ts'

const sound = { candidates: [{ finishReason: 'SAFETY' }] }
const silent = { candidates: [{ content: { parts: [{ text: 'Hm.' }] }, finishReason: 'STOP' }] }
const data = new Uint8Array([1])
const messages = [{ role: 'user', content: 'Hi' }] as const

/** A provider whose host answers everything in one way. */
function answering(json: unknown): GoogleProvider {
  return google({ apiKey: 'AIza-test', fetch: () => Promise.resolve(Response.json(json)) })
}

describe('an answer that is not what was asked for is an error', () => {
  const cases: readonly [
    string,
    unknown,
    (provider: GoogleProvider) => Promise<unknown>,
    new (...of: never) => Error,
  ][] = [
    [
      'a video without an operation',
      {},
      host => host.generateVideo({ model: 'veo-3', prompt: 'x' }),
      MalformedResponseError,
    ],
    ['a count without a number', {}, host => host.countTokens({ model: 'm', messages }), MalformedResponseError],
    [
      'vectors without values',
      { embeddings: [{}] },
      host => host.embed({ model: 'm', input: ['a'] }),
      MalformedResponseError,
    ],
    ['speech without sound', silent, host => host.generateSpeech({ model: 'tts', text: 'x' }), MalformedResponseError],
    ['speech that was refused', sound, host => host.generateSpeech({ model: 'tts', text: 'x' }), ContentFilterError],
    ['an upload without a place', {}, host => host.files.upload({ data, filename: 'a.pdf' }), MalformedResponseError],
  ]

  test.each(cases)('%s', async (...row) => {
    const [, json, call, type] = row
    await expect(call(answering(json))).rejects.toBeInstanceOf(type)
  })
})

describe('videos', () => {
  const host = vertex({ project: 'p', accessToken: () => 'ya29.test-token', fetch: startThenBucket() })

  /** Starts an operation, which is done at the first look, with a video in a bucket. */
  function startThenBucket(): typeof globalThis.fetch {
    let asked = 0
    const video = { gcsUri: 'gs://bucket/video.mp4' }
    return () =>
      Promise.resolve(
        Response.json(asked++ === 0 ? { name: 'operations/1' } : { done: true, response: { videos: [video] } }),
      )
  }

  test('in a bucket are fetched from there', async () => {
    const job = await host.generateVideo({ model: 'veo-3', prompt: 'x' })
    const download = async (): Promise<void> => {
      for await (const piece of job.download()) expect(piece).toBeUndefined()
    }
    await expect(download()).rejects.toThrow('gs://bucket/video.mp4')
    await expect(download()).rejects.toBeInstanceOf(UnsupportedOperationError)
  })

  test.each([
    [
      { url: 'gs://bucket/frame.png', mediaType: 'image/png' },
      { gcsUri: 'gs://bucket/frame.png', mimeType: 'image/png' },
    ],
    [{ url: 'data:image/png;base64,AAAA' }, { bytesBase64Encoded: 'AAAA', mimeType: 'image/png' }],
  ])('may begin with the frame %j', async (image, sent) => {
    const bodies: unknown[] = []
    const fetch: typeof globalThis.fetch = (_, init) => {
      bodies.push(JSON.parse(init?.body as string))
      return Promise.resolve(Response.json({ name: 'operations/1' }))
    }
    await google({ apiKey: 'AIza-test', fetch }).generateVideo({ model: 'veo-3', prompt: 'x', image })
    expect(bodies).toMatchObject([{ instances: [{ image: sent }] }])
  })

  test.each([{ url: 'https://example.com/frame.png' }, { fileId: 'files/1' }])(
    'cannot begin with the frame %j',
    async image => {
      await expect(answering({}).generateVideo({ model: 'veo-3', prompt: 'x', image })).rejects.toBeInstanceOf(
        UnsupportedOperationError,
      )
    },
  )
})
