import type { CallOptions } from '../call-options.ts'
import type { MediaSource } from '../message.ts'

/** A video to make. */
export interface VideoRequest extends CallOptions {
  readonly model: string
  readonly prompt: string
  /** The first frame. */
  readonly image?: MediaSource | undefined
  /** Length, in seconds. */
  readonly duration?: number | undefined
  /** Width and height in pixels, such as `1280x720`, on models that take a size. */
  readonly size?: `${number}x${number}` | undefined
  /** Width to height, such as `16:9`, on models that take no size. */
  readonly aspectRatio?: `${number}:${number}` | undefined
  /** Ask for the same video each time, where the host tries to. */
  readonly seed?: number | undefined
}

/** Where a video is on its way. */
export interface VideoStatus {
  readonly state: 'queued' | 'running' | 'completed' | 'failed'
  /** From 0 to 1, where the host says. */
  readonly progress?: number
  /** Why it failed. */
  readonly message?: string
}

/** A video in the making. It takes minutes: ask for its status, or wait. */
export interface VideoJob {
  readonly id: string
  readonly provider: string
  readonly model: string
  status(options?: CallOptions): Promise<VideoStatus>
  /** Polls until the video is done. `interval` is in milliseconds. */
  wait(
    options?: CallOptions & { readonly interval?: number; readonly onProgress?: (status: VideoStatus) => void },
  ): Promise<VideoStatus>
  /** The bytes of the finished video, as they arrive. */
  download(options?: CallOptions): AsyncIterable<Uint8Array>
}
