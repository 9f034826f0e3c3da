import { ValidationError, type GeneratedImages, type ImageEvent, type ImagePart, type ImageRequest } from '@llm/core'
import { createRandom } from '@llm/core/testing'
import { hashText, toBase64 } from './mock-bytes.ts'
import { encodePng } from './mock-png.ts'
import { estimateTokens } from './mock-tokens.ts'

/** PNG images of one colour each, which the prompt and the seed decide. 16 pixels square unless a size is asked for. */
export function generateImage(request: ImageRequest, provider: string): GeneratedImages {
  const { model, prompt, n = 1, seed = 0 } = request
  const [width, height] = readSize(request.size ?? '16x16')
  const random = createRandom(hashText(prompt) ^ seed)
  const colour = (): number => random.integer(0, 255)
  const images = Array.from({ length: n }, (): ImagePart => {
    const base64 = toBase64(encodePng(width, height, [colour(), colour(), colour()]))
    return { type: 'image', source: { base64, mediaType: 'image/png' } }
  })
  const inputTokens = estimateTokens(prompt)
  return {
    provider,
    model,
    images,
    usage: { inputTokens, outputImageTokens: n, outputTokens: n, totalTokens: inputTokens + n, source: 'estimated' },
    warnings: [],
    response: { headers: {} },
  }
}

/** Two stages of an image and the image. */
export function imageStages(request: ImageRequest, provider: string): readonly ImageEvent[] {
  const { images, usage, warnings } = generateImage({ ...request, n: 1 }, provider)
  const last = images.map((image): ImageEvent => ({ type: 'image', index: 2, image, usage, warnings }))
  const stages = [0, 1].flatMap(index =>
    generateImage({ ...request, n: 1, seed: index + 1 }, provider).images.map((image): ImageEvent => ({
      type: 'partial-image',
      index,
      image,
    })),
  )
  return [...stages, ...last]
}

const LARGEST = 4096

function readSize(size: string): readonly [number, number] {
  const [width = 0, height = 0] = size.split('x').map(Number)
  const fits = (length: number): boolean => Number.isInteger(length) && length > 0 && length <= LARGEST
  if (fits(width) && fits(height)) return [width, height]
  throw new ValidationError({
    message: `The mock makes no image of the size ${size}.`,
    hint: `Write width and height in pixels, such as 64x64, up to ${String(LARGEST)} each.`,
    parameter: 'size',
  })
}
