import {
  defined,
  UnsupportedOperationError,
  waitForVideo,
  type CallOptions,
  type MediaSource,
  type VideoJob,
  type VideoRequest,
  type VideoStatus,
} from '@llm/core'
import { readError } from './errors.ts'
import { callJson, type CapabilityHost } from './google-calls.ts'
import { modelPath, type ApiRequest } from './settings.ts'

/** Veo's videos. Reference: https://ai.google.dev/gemini-api/docs/video */
export function generateVideo(host: CapabilityHost, request: VideoRequest): Promise<VideoJob> {
  const { model, prompt, image, duration: durationSeconds, aspectRatio, size, seed } = request
  const call = {
    request,
    model,
    send: ({ parameters = {} }) =>
      ({
        method: 'POST',
        path: `${modelPath(host.id, model)}:predictLongRunning`,
        body: {
          instances: [defined({ prompt, image: image && renderImage(image) })],
          parameters: defined({ durationSeconds, aspectRatio, seed, resolution: resolutionOf(size), ...parameters }),
        },
      }) as const,
  }
  return callJson(host, call, ({ name }: Operation, info) => {
    if (name !== undefined) return createJob(host, model, name)
    return info.fail({ kind: 'malformed-response', message: 'the answer names no operation.' })
  })
}

interface Operation {
  readonly name?: string
  readonly done?: boolean
  readonly error?: object
  readonly response?: {
    readonly generateVideoResponse?: {
      readonly generatedSamples?: readonly { readonly video?: WireVideo }[]
      readonly raiMediaFilteredReasons?: readonly string[]
    }
    readonly videos?: readonly WireVideo[]
    readonly raiMediaFilteredReasons?: readonly string[]
  }
}

interface WireVideo {
  readonly uri?: string
  readonly gcsUri?: string
  readonly bytesBase64Encoded?: string
}

function renderImage(source: MediaSource): object {
  const inline = 'url' in source ? /^data:([^;,]+)[^,]*;base64,(.*)$/s.exec(source.url) : null
  if (inline !== null) return { bytesBase64Encoded: inline[2], mimeType: inline[1] }
  if ('base64' in source) return { bytesBase64Encoded: source.base64, mimeType: source.mediaType }
  if ('url' in source && source.url.startsWith('gs:'))
    return defined({ gcsUri: source.url, mimeType: source.mediaType })
  throw new UnsupportedOperationError({
    message: 'Veo takes the first frame as bytes, not by address or id.',
    hint: 'Give { base64, mediaType }.',
  })
}

/** The shorter side: `1280x720` is `720p`. */
function resolutionOf(size: VideoRequest['size']): string | undefined {
  return size === undefined ? undefined : `${String(Math.min(...size.split('x').map(Number)))}p`
}

function createJob(host: CapabilityHost, model: string, id: string): VideoJob {
  const poll: ApiRequest =
    host.id === 'google'
      ? { method: 'GET', path: id }
      : { method: 'POST', path: `${modelPath(host.id, model)}:fetchPredictOperation`, body: { operationName: id } }
  const operation = (request: CallOptions): Promise<Operation> =>
    host.calls.json({ request, model, build: () => host.build(poll) }, body => body as Operation)
  const status = async (options: CallOptions = {}): Promise<VideoStatus> => statusOf(await operation(options))
  return {
    ...{ id, provider: host.id, model, status },
    wait: options => waitForVideo(status, options),
    async *download(options = {}) {
      yield* download(host, videoOf(await operation(options)), options)
    },
  }
}

function videoOf({ response }: Operation): WireVideo | undefined {
  return response?.generateVideoResponse?.generatedSamples?.[0]?.video ?? response?.videos?.[0]
}

function statusOf(operation: Operation): VideoStatus {
  if (operation.error !== undefined) {
    return { state: 'failed', message: readError(operation.error).message ?? 'Google does not say why.' }
  }
  if (operation.done !== true) return { state: 'running' }
  if (videoOf(operation) !== undefined) return { state: 'completed' }
  const { generateVideoResponse, raiMediaFilteredReasons } = operation.response ?? {}
  const reasons = generateVideoResponse?.raiMediaFilteredReasons ?? raiMediaFilteredReasons ?? []
  return { state: 'failed', message: reasons.join(' ') || 'No video came.' }
}

async function* download(
  host: CapabilityHost,
  video: WireVideo | undefined,
  request: CallOptions,
): AsyncGenerator<Uint8Array, void> {
  if (video?.bytesBase64Encoded !== undefined) {
    yield Uint8Array.from(atob(video.bytesBase64Encoded), character => character.charCodeAt(0))
    return
  }
  const path = /files\/[^?]+/.exec(video?.uri ?? '')?.[0]
  if (path === undefined) {
    throw new UnsupportedOperationError({
      message: `The video is not at Google's files${video?.gcsUri === undefined ? '' : `, but at ${video.gcsUri}`}.`,
      hint: 'Wait until it is completed; fetch one in a bucket from there.',
    })
  }
  yield* host.calls.byteStream({ request, build: () => host.build({ method: 'GET', path, query: { alt: 'media' } }) })
}
