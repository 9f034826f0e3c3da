import {
  AbortedError,
  waitForVideo,
  type CallOptions,
  type VideoJob,
  type VideoRequest,
  type VideoStatus,
} from '@llm/core'
import type { Clock } from '@llm/core/testing'
import { ascii, hashText, joinBytes } from './mock-bytes.ts'

const INTERVAL = 1000
/** How often a job must be asked until it is done. */
const STAGES = 3

/** A job that is done at the third time that it is asked; its video is the head of an MP4 file that plays nothing. */
export function generateVideo({ model, prompt }: VideoRequest, provider: string, clock: Clock): VideoJob {
  let asked = 0
  const status = async ({ signal }: CallOptions = {}): Promise<VideoStatus> => {
    if (signal?.aborted === true)
      throw new AbortedError({ message: 'The call was aborted by its signal.', cause: signal.reason })
    const progress = Math.min(1, ++asked / STAGES)
    return progress === 1 ? { state: 'completed', progress } : { state: 'running', progress }
  }
  return {
    id: `video-${String(hashText(prompt))}`,
    provider,
    model,
    status,
    wait: (options = {}) => waitForVideo(status, { interval: INTERVAL, ...options }, clock),
    async *download() {
      yield joinBytes(Uint8Array.of(0, 0, 0, 16), ascii('ftypisom'), Uint8Array.of(0, 0, 2, 0))
    },
  }
}
