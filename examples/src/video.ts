import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { gemini } from '@llm/client-gemini'
import { google } from '@llm/provider-google'
import { mock } from '@llm/provider-mock'

/** A video: a job that takes minutes, its progress, and its bytes as they arrive. */
const offline = process.env['GEMINI_API_KEY'] === undefined
const client = gemini('veo-3.1-fast-generate-001', { provider: offline ? mock() : google() })

const job = await client.generateVideo('A calm wave at sunset', { duration: 4, aspectRatio: '16:9' })
const { state, message } = await job.wait({
  interval: offline ? 10 : 10_000,
  timeout: 600_000,
  onProgress: ({ state: now, progress }) => {
    console.log(now, progress === undefined ? '' : `${String(Math.round(progress * 100))} %`)
  },
})
if (state === 'failed') throw new Error(message)

const folder = await mkdtemp(join(tmpdir(), 'video-'))
try {
  await pipeline(job.download(), createWriteStream(join(folder, 'wave.mp4')))
  console.log('downloaded')
} finally {
  await rm(folder, { recursive: true })
}
