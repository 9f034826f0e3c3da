import {
  defined,
  waitForVideo,
  type CallOptions,
  type ResponseInfo,
  type VideoJob,
  type VideoRequest,
  type VideoStatus,
} from '@llm/core'
import { callJson, toUrl, type CapabilityHost } from '@llm/protocol-openai'

interface WireVideo {
  readonly status?: string | null
  /** Of a hundred. */
  readonly progress?: number | null
  readonly video?: { readonly url?: string | null } | null
  readonly error?: { readonly message?: string | null } | string | null
}

/** Videos in xAI's form. Reference: https://docs.x.ai/docs/guides/video-generations */
export function createGenerateVideo<Options>(
  host: CapabilityHost<Options>,
): (request: VideoRequest) => Promise<VideoJob> {
  return request => {
    const { model, prompt, image, duration, aspectRatio, size } = request
    const body = defined({
      ...{ model, prompt, duration },
      aspect_ratio: aspectRatio,
      resolution: size && `${String(Math.min(...size.split('x').map(Number)))}p`,
      image: image && { url: toUrl(image) },
    })
    const call = { request, path: '/videos/generations', model, body }
    return callJson(host, call, ({ request_id: id }: { readonly request_id?: string }, info) => {
      if (id !== undefined) return createJob(host, model, id)
      return info.fail({ kind: 'malformed-response', message: 'the answer names no video.' })
    })
  }
}

function createJob<Options>(host: CapabilityHost<Options>, model: string, id: string): VideoJob {
  const path = `/videos/${encodeURIComponent(id)}`
  // Not `callJson`: the error of a video that failed is its status.
  const get = <T>(request: CallOptions, read: (body: WireVideo, info: ResponseInfo) => T): Promise<T> =>
    host.calls.json({ request, model, build: options => host.build({ path, model }, options) }, (body, info) =>
      read(body as WireVideo, info),
    )
  const status: VideoJob['status'] = (request = {}) => get(request, readStatus)
  return {
    ...{ id, provider: host.id, model, status },
    wait: options => waitForVideo(status, options),
    async *download(request = {}) {
      const url = await get(
        request,
        ({ video }, info) => video?.url ?? info.fail({ kind: 'invalid-request', message: 'the video is not done.' }),
      )
      // It lies elsewhere, open to whoever has the address: the key is not for that host.
      yield* host.calls.byteStream({ request, model, build: () => Promise.resolve({ url, method: 'GET' }) })
    },
  }
}

function readStatus({ status, progress, error }: WireVideo): VideoStatus {
  const how = typeof progress === 'number' ? { progress: progress / 100 } : {}
  if (status === 'done') return { state: 'completed', ...how }
  if (status === 'pending') return { state: 'running', ...how }
  const message = typeof error === 'string' ? error : error?.message
  return { state: 'failed', message: message ?? `The video is ${status ?? 'lost'}.` }
}
