import {
  defined,
  type Capabilities,
  type GeneratedImages,
  type ImagePart,
  type ImageRequest,
  type MediaSource,
} from '@llm/core'
import { fileIdOf, toBlob, toUrl } from '../media.ts'
import { callJson, dropped, readUsage, type BuildCall, type CapabilityHost } from './host.ts'

/** How one host's images differ from the plain ones. */
export interface ImageDialect {
  /** The path and the body. Defaults to `/images/generations`, from a prompt alone. */
  readonly render?: (request: ImageRequest) => BuildCall
  /** Our names of the parameters that it has no place for. Defaults to what the plain API has none for. */
  readonly unsupported?: readonly (keyof ImageRequest)[]
}

/** From a prompt alone. */
export const PLAIN_IMAGES: Required<ImageDialect> = {
  render: ({ prompt, n, size, model }) => ({ path: '/images/generations', body: defined({ model, prompt, n, size }) }),
  unsupported: ['images', 'mask', 'aspectRatio', 'seed'],
}

/**
 * Images that may be edited, given as JSON: by address, as data or as uploads. Reference:
 * https://platform.openai.com/docs/api-reference/images/createEdit
 *
 * @example
 * ```ts
 * import { createGenerateImage, IMAGE_EDITS, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const images = [{ base64: 'iVBORw0KGgo=', mediaType: 'image/png' }]
 * await createGenerateImage(host, IMAGE_EDITS)({ model: 'some-image-model', prompt: 'Make it red.', images })
 * ```
 */
export const IMAGE_EDITS: Required<ImageDialect> = {
  render(request) {
    const { images = [], mask } = request
    const call = PLAIN_IMAGES.render(request)
    if (images.length === 0 && mask === undefined) return call
    const edits = defined({ images: images.map(toReference), mask: mask && toReference(mask) })
    return { ...call, path: '/images/edits', body: { ...call.body, ...edits } }
  },
  unsupported: ['aspectRatio', 'seed'],
}

/**
 * Images that may be edited, given as a form: as bytes.
 *
 * @example
 * ```ts
 * import { createGenerateImage, IMAGE_EDITS_FORM, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const images = [{ base64: 'iVBORw0KGgo=', mediaType: 'image/png' }]
 * await createGenerateImage(host, IMAGE_EDITS_FORM)({ model: 'some-image-model', prompt: 'Make it red.', images })
 * ```
 */
export const IMAGE_EDITS_FORM: Required<ImageDialect> = {
  render(request) {
    const { images = [], mask } = request
    const call = PLAIN_IMAGES.render(request)
    if (images.length === 0 && mask === undefined) return call
    const form = new FormData()
    for (const [name, value] of Object.entries(call.body ?? {})) form.append(name, String(value))
    for (const [index, image] of images.entries()) form.append('image[]', ...toFile(image, `image-${String(index)}`))
    if (mask !== undefined) form.append('mask', ...toFile(mask, 'mask'))
    return { ...call, path: '/images/edits', body: form }
  },
  unsupported: ['aspectRatio', 'seed'],
}

function toReference(source: MediaSource): object {
  return defined({ image_url: toUrl(source), file_id: fileIdOf(source) })
}

/** The bytes and a name with the right ending, by which some hosts tell the type. */
function toFile(source: MediaSource, name: string): [Blob, string] {
  const blob = toBlob(source, name === 'mask' ? 'mask' : 'images')
  return [blob, `${name}.${blob.type.split('/')[1] ?? 'png'}`]
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
  { render = PLAIN_IMAGES.render, unsupported = PLAIN_IMAGES.unsupported }: ImageDialect = {},
): Capabilities['generateImage'] {
  return async request => {
    const { model } = request
    return callJson(host, { request, model, ...render(request) }, (body: ImageBody, info): GeneratedImages => {
      const images = readImages(body)
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

/** The answer, whole. */
export interface ImageBody {
  readonly data?: readonly WireImage[] | null
  readonly output_format?: string | null
  readonly usage?: Readonly<Record<string, unknown>> | null
}

/** One image, in an answer or on its way. */
export interface WireImage {
  readonly b64_json?: string | null
  readonly url?: string | null
  readonly media_type?: string | null
  readonly mime_type?: string | null
  readonly output_format?: string | null
  readonly revised_prompt?: string | null
}

/** The images of a whole answer. */
export function readImages({ data, output_format }: ImageBody): readonly ImagePart[] {
  return data?.flatMap(image => readImage({ output_format: output_format ?? null, ...image })) ?? []
}

/** An image, where there is one. */
export function readImage(image: WireImage): readonly ImagePart[] {
  const { b64_json: base64, url, media_type, mime_type, output_format: format } = image
  const mediaType = media_type ?? mime_type ?? `image/${format === 'svg' ? 'svg+xml' : (format ?? 'png')}`
  if (base64) return [{ type: 'image', source: { base64, mediaType } }]
  return url ? [{ type: 'image', source: { url, mediaType } }] : []
}
