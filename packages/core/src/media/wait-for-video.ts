import { systemClock, type Clock } from '../clock.ts'
import { TimeoutError } from '../errors/timeout-error.ts'
import type { VideoJob, VideoStatus } from './video.ts'

const INTERVAL = 10_000

/**
 * Asks a job for its status until it is done, every ten seconds unless `interval` says otherwise.
 *
 * @throws {@link TimeoutError} where it is not done within `timeout`.
 * @example
 * ```ts
 * import { waitForVideo, type VideoJob } from '@llm/core'
 *
 * declare const job: VideoJob
 *
 * const { state } = await waitForVideo(job.status, { interval: 5000, timeout: 600_000 })
 * ```
 */
export async function waitForVideo(
  status: VideoJob['status'],
  options: NonNullable<Parameters<VideoJob['wait']>[0]> = {},
  clock: Clock = systemClock,
): Promise<VideoStatus> {
  const { interval = INTERVAL, onProgress, timeout = Infinity, ...call } = options
  const end = clock.now() + timeout
  for (;;) {
    const now = await status(call)
    onProgress?.(now)
    if (now.state === 'completed' || now.state === 'failed') return now
    if (clock.now() + interval > end) {
      const message = `The video was not done within ${String(timeout)} ms.`
      throw new TimeoutError({ message, hint: 'Wait longer: the video is still being made.', timer: 'total' })
    }
    // An abort ends the wait, and the next call reports it.
    await clock.sleep(interval, call.signal).catch(() => undefined)
  }
}
