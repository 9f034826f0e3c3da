import type { Capabilities, ImageEvent, Warning } from '@llm/core'
import { callEvents, dropped, readUsage, type BuildCall, type CapabilityHost, type EventReader } from './host.ts'
import { PLAIN_IMAGES, readImage, readImages, type ImageBody, type ImageDialect, type WireImage } from './images.ts'

/**
 * An image as it is made: two stages before the last one, unless the host's options say otherwise. Reference:
 * https://platform.openai.com/docs/api-reference/images-streaming
 *
 * @example
 * ```ts
 * import { createStreamImage, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const stages = createStreamImage(host)({ model: 'some-image-model', prompt: 'A cat.' })
 * for await (const { type, index } of stages) console.log(type, index)
 * ```
 */
export function createStreamImage<Options>(
  host: CapabilityHost<Options>,
  { render = PLAIN_IMAGES.render, unsupported = PLAIN_IMAGES.unsupported }: ImageDialect = {},
): Capabilities['streamImage'] {
  return async function* (request) {
    const { model } = request
    const warnings = dropped(host.id, Object.fromEntries(unsupported.map(key => [key, request[key]])))
    yield* callEvents(host, { request, model, ...streamed(render(request)) }, () => new ImageReader(warnings))
  }
}

function streamed({ body, ...call }: BuildCall): BuildCall {
  const asked = { stream: true, partial_images: 2 }
  if (!(body instanceof FormData)) return { ...call, body: { ...body, ...asked } }
  for (const [name, value] of Object.entries(asked)) body.append(name, String(value))
  return { ...call, body }
}

/** An event of the stream, or the whole answer of a host that does not stream. */
interface WireEvent extends WireImage, ImageBody {
  readonly type?: string
  readonly partial_image_index?: number | null
}

class ImageReader implements EventReader<WireEvent, ImageEvent> {
  done = false
  #stage = 0
  #warnings: readonly Warning[]

  constructor(warnings: readonly Warning[]) {
    this.#warnings = warnings
  }

  push(event: WireEvent): readonly ImageEvent[] {
    const isPartial = event.type?.endsWith('.partial_image') === true
    const images = event.data == null ? readImage(event) : readImages(event)
    if (isPartial) this.#stage = event.partial_image_index ?? this.#stage
    const events = images.map(image => ({ index: this.#stage++, image }))
    if (isPartial) return events.map(stage => ({ type: 'partial-image', ...stage }))
    this.done ||= events.length > 0
    const usage = readUsage(event.usage)
    const more = { usage, ...(this.#warnings.length > 0 && { warnings: this.#warnings }) }
    return events.map(stage => ({ type: 'image', ...stage, ...more }))
  }
}
