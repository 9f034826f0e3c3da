import {
  TransformationError,
  type Capabilities,
  type ImagePart,
  type Moderation,
  type ModerationRequest,
  type ModerationResult,
  type TextPart,
} from '@llm/core'
import { callJson, toUrl, type CapabilityHost } from '@llm/protocol-openai'

/**
 * What OpenAI's policy says of texts and images. Texts alone are judged one by one; with an image among them, everything
 * is judged together. Reference: https://platform.openai.com/docs/api-reference/moderations
 */
export function createModerate<Options>(host: CapabilityHost<Options>): Capabilities['moderate'] {
  return async request => {
    const { model } = request
    const call = { request, model, path: '/moderations', body: { model, input: renderInput(request) } }
    return callJson(host, call, (body: WireModeration, { response }): Moderation => {
      return { provider: host.id, model: body.model || model, results: body.results.map(readResult), response }
    })
  }
}

function renderInput({ input }: ModerationRequest): readonly (string | object)[] {
  const texts = input.flatMap(item => (typeof item === 'string' ? item : item.type === 'text' ? item.text : []))
  return texts.length === input.length ? texts : input.map(renderPart)
}

function renderPart(part: string | TextPart | ImagePart): object {
  if (typeof part === 'string') return { type: 'text', text: part }
  if (part.type === 'text') return { type: 'text', text: part.text }
  const url = toUrl(part.source)
  if (url !== undefined) return { type: 'image_url', image_url: { url } }
  throw new TransformationError({
    message: 'OpenAI judges no images that were uploaded.',
    hint: 'Give the image as { url } or as { base64, mediaType }.',
  })
}

interface WireModeration {
  readonly model?: string | null
  readonly results: readonly WireResult[]
}

interface WireResult {
  readonly flagged: boolean
  readonly categories: Readonly<Record<string, boolean | null>>
  readonly category_scores: Readonly<Record<string, number>>
}

function readResult({ flagged, categories, category_scores: scores }: WireResult): ModerationResult {
  return { flagged, scores, categories: Object.keys(categories).filter(name => categories[name] === true) }
}
