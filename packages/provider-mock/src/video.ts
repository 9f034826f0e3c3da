import { TimeoutError, type VideoJob, type VideoRequest, type VideoStatus } from '@llm/core'
import type { Clock } from '@llm/core/testing'
import { ascii, hashText, joinBytes } from './mock-bytes.ts'

const INTERVAL = 1000
/** How often a job must be asked until it is done. */
const STAGES = 3

/** A job that is done at the third time that it is asked; its video is the head of an MP4 file that plays nothing. */
export function generateVideo({ model, prompt }: VideoRequest, provider: string, clock: Clock): VideoJob {
  let asked = 0
  const status = async (): Promise<VideoStatus> => {
    const progress = Math.min(1, ++asked / STAGES)
    return progress === 1 ? { state: 'completed', progress } : { state: 'running', progress }
  }
  return {
    id: `video-${String(hashText(prompt))}`,
    provider,
    model,
    status,
    async wait({ interval = INTERVAL, onProgress, timeout = Infinity, signal } = {}) {
      const end = clock.now() + timeout
      for (;;) {
        signal?.throwIfAborted()
        const now = await status()
        onProgress?.(now)
        if (now.state === 'completed') return now
        if (clock.now() + interval > end) throw tooLong(timeout)
        await clock.sleep(interval, signal)
      }
    },
    async *download() {
      yield joinBytes(Uint8Array.of(0, 0, 0, 16), ascii('ftypisom'), Uint8Array.of(0, 0, 2, 0))
    },
  }
}

function tooLong(timeout: number): TimeoutError {
  const message = `The video was not done within ${String(timeout)} ms.`
  return new TimeoutError({ message, hint: 'Wait longer: the video is still being made.', timer: 'total' })
}
