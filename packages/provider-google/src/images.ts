import {
  apiError,
  defined,
  reportedUsage,
  UnsupportedOperationError,
  type GeneratedImages,
  type ImagePart,
  type ImageRequest,
  type Warning,
} from '@llm/core'
import { callJson, dropped, withOptions, type CapabilityHost } from './google-calls.ts'
import { modelPath } from './settings.ts'

/** Images of Gemini models, which answer with them, and of Imagen, which has an API of its own. */
export async function generateImage(host: CapabilityHost, request: ImageRequest): Promise<GeneratedImages> {
  const imagen = request.model.includes('imagen')
  if (request.mask !== undefined || (imagen && request.images !== undefined)) {
    throw new UnsupportedOperationError({
      message: `${host.id} takes no ${request.mask === undefined ? 'images for Imagen' : 'mask'}.`,
      hint: 'Describe the change to a Gemini image model, and give it the images.',
    })
  }
  return imagen ? predict(host, request) : answer(host, request)
}

async function answer(host: CapabilityHost, request: ImageRequest): Promise<GeneratedImages> {
  const { model, prompt, images = [], n, seed, signal, timeout } = request
  const pictures = images.map((source): ImagePart => ({ type: 'image', source }))
  const completion = await host.complete({
    ...defined({ signal, timeout, seed }),
    model,
    messages: [{ role: 'user', content: [...pictures, { type: 'text', text: prompt }] }],
    providerOptions: withOptions(host, request, ({ image }) => ({
      modalities: ['text', 'image'],
      image: defined({ ...image, aspectRatio: aspectRatio(request) ?? image?.aspectRatio }),
    })),
  })
  const made = completion.content.filter(part => part.type === 'image')
  if (made.length === 0) {
    const kind = completion.finishReason === 'content-filter' ? 'content-filter' : 'malformed-response'
    const said = completion.text || completion.rawFinishReason || 'nothing'
    throw apiError({ kind, message: `no image came, but: ${said}` }, { provider: host.id, model })
  }
  const { provider, usage, response } = completion
  const warnings = [...completion.warnings, ...sizeWarnings(request), ...dropped(host, { n: n === 1 ? undefined : n })]
  return { provider, model: completion.model, images: made, usage, warnings, response }
}

interface Prediction {
  readonly bytesBase64Encoded?: string
  readonly mimeType?: string
  readonly prompt?: string
  readonly raiFilteredReason?: string
}

/** Reference: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api */
function predict(host: CapabilityHost, request: ImageRequest): Promise<GeneratedImages> {
  const { model, prompt, n = 1, seed } = request
  const call = {
    request,
    model,
    send: ({ parameters = {} }) =>
      ({
        method: 'POST',
        path: `${modelPath(host.id, model)}:predict`,
        body: {
          instances: [{ prompt }],
          parameters: defined({ sampleCount: n, aspectRatio: aspectRatio(request), seed, ...parameters }),
        },
      }) as const,
  }
  return callJson(host, call, ({ predictions = [] }: { readonly predictions?: readonly Prediction[] }, info) => {
    const images = predictions.flatMap(({ bytesBase64Encoded: base64, mimeType: mediaType = 'image/png' }) =>
      base64 === undefined ? [] : [{ type: 'image', source: { base64, mediaType } } as const],
    )
    const reason = predictions.find(({ raiFilteredReason }) => raiFilteredReason)?.raiFilteredReason
    if (images.length === 0) info.fail({ kind: 'content-filter', message: reason ?? 'all images were filtered.' })
    const revisedPrompt = predictions.find(item => item.prompt)?.prompt
    return {
      ...{ provider: host.id, model, images, usage: reportedUsage({}), response: info.response },
      ...(revisedPrompt && { revisedPrompt }),
      warnings: [...sizeWarnings(request), ...(reason ? [{ code: 'other', message: reason } as const] : [])],
    }
  })
}

/** Models take a shape and no size: `1024x1536` is `2:3`. */
function aspectRatio({ aspectRatio: given, size }: ImageRequest): string | undefined {
  if (given !== undefined || size === undefined) return given
  const [width = 1, height = 1] = size.split('x').map(Number)
  const divisor = greatestCommonDivisor(width, height)
  return `${String(width / divisor)}:${String(height / divisor)}`
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

function sizeWarnings(request: ImageRequest): readonly Warning[] {
  const { size } = request
  if (size === undefined) return []
  const message = `Sizes are not taken here; ${size} was sent as the aspect ratio ${aspectRatio(request) ?? ''}.`
  return [{ code: 'parameter-changed', message, parameter: 'size' }]
}
