import type { CallOptions } from '../call-options.ts'
import type { RawResponse } from '../completion.ts'
import type { ImagePart, MediaSource } from '../message.ts'
import type { Usage } from '../usage.ts'
import type { Warning } from '../warning.ts'

/** An image to make, or to change where `images` are given. */
export interface ImageRequest extends CallOptions {
  readonly model: string
  readonly prompt: string
  /** Images to edit or to take as reference. */
  readonly images?: readonly MediaSource[] | undefined
  /** Where to edit: the transparent part. */
  readonly mask?: MediaSource | undefined
  /** How many. Defaults to 1. */
  readonly n?: number | undefined
  /** Width and height in pixels, such as `1024x1024`. */
  readonly size?: `${number}x${number}` | undefined
  /** Width to height, such as `16:9`, on models that take no size. */
  readonly aspectRatio?: `${number}:${number}` | undefined
  /** Ask for the same image each time, where the host tries to. */
  readonly seed?: number | undefined
}

/** The images that were made. */
export interface GeneratedImages {
  readonly provider: string
  readonly model: string
  readonly images: readonly ImagePart[]
  /** What the host made of the prompt, where it rewrote it. */
  readonly revisedPrompt?: string
  readonly usage: Usage
  readonly warnings: readonly Warning[]
  /** Whether a cache had the answer, where it was asked. On a `hit` no host was called. */
  readonly cache?: 'hit' | 'miss'
  readonly response: RawResponse
}

/** A stage of an image as it is made; the last one is final. */
export interface ImageEvent {
  readonly type: 'partial-image' | 'image'
  /** Which stage, from 0. */
  readonly index: number
  readonly image: ImagePart
  /** With the last one. */
  readonly usage?: Usage
  /** With the last one, where there are any. */
  readonly warnings?: readonly Warning[]
}
