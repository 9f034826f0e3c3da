import type { Capabilities, GeneratedImages, ImagePart, ImageRequest } from '@llm/core'
import { defined } from '../defined.ts'
import { callJson, dropped, readUsage, type BuildCall, type CapabilityHost } from './host.ts'

/** How one host's images differ from the plain ones. */
export interface ImageDialect {
  /** The path and the body. Defaults to `/images/generations`, from a prompt alone. */
  readonly render?: (request: ImageRequest) => BuildCall
  /** Our names of the parameters that it has no place for. Defaults to what the plain API has none for. */
  readonly unsupported?: readonly (keyof ImageRequest)[]
}

const PLAIN: Required<ImageDialect> = {
  render: ({ prompt, n, size, model }) => ({ path: '/images/generations', body: defined({ model, prompt, n, size }) }),
  unsupported: ['images', 'mask', 'aspectRatio', 'seed'],
}

/**
 * Images from a prompt. Reference: https://platform.openai.com/docs/api-reference/images/create
 *
 * @example
 * ```ts
 * import { createGenerateImage, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const { images } = await createGenerateImage(host)({ model: 'some-image-model', prompt: 'A cat.' })
 * ```
 */
export function createGenerateImage<Options>(
  host: CapabilityHost<Options>,
  { render = PLAIN.render, unsupported = PLAIN.unsupported }: ImageDialect = {},
): Capabilities['generateImage'] {
  return request => {
    const { model } = request
    return callJson(host, { request, model, ...render(request) }, (body: ImageBody, info): GeneratedImages => {
      const images = body.data?.flatMap(readImage) ?? []
      if (images.length === 0) info.fail({ kind: 'malformed-response', message: 'the answer has no image.' })
      const revisedPrompt = body.data?.[0]?.revised_prompt
      return {
        provider: host.id,
        model,
        images,
        ...(revisedPrompt && { revisedPrompt }),
        usage: readUsage(body.usage),
        warnings: dropped(host.id, Object.fromEntries(unsupported.map(key => [key, request[key]]))),
        response: info.response,
      }
    })
  }
}

interface ImageBody {
  readonly data?: readonly WireImage[] | null
  readonly usage?: Readonly<Record<string, unknown>> | null
}

interface WireImage {
  readonly b64_json?: string | null
  readonly url?: string | null
  readonly media_type?: string | null
  readonly mime_type?: string | null
  readonly revised_prompt?: string | null
}

function readImage({ b64_json: base64, url, media_type, mime_type }: WireImage): readonly ImagePart[] {
  const mediaType = media_type ?? mime_type ?? 'image/png'
  if (base64) return [{ type: 'image', source: { base64, mediaType } }]
  return url ? [{ type: 'image', source: { url, mediaType } }] : []
}
