import type { Capabilities, Transcription, TranscriptionEvent, TranscriptionSegment } from '@llm/core'
import { callEvents, type CapabilityHost, type EventReader } from './host.ts'
import {
  readSegment,
  readTranscription,
  renderTranscription,
  type TranscriptionBody,
  type TranscriptionDialect,
  type WireSegment,
} from './transcription.ts'

/**
 * Sound to text, as it is written down. Reference: https://platform.openai.com/docs/api-reference/audio
 *
 * @example
 * ```ts
 * import { createStreamTranscription, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const audio = { base64: 'UklGRg==', mediaType: 'audio/wav' }
 * for await (const event of createStreamTranscription(host)({ model: 'some-model', audio })) {
 *   if (event.type === 'text-delta') console.log(event.text)
 * }
 * ```
 */
export function createStreamTranscription<Options>(
  host: CapabilityHost<Options>,
  dialect: TranscriptionDialect = {},
): Capabilities['streamTranscription'] {
  return async function* (request) {
    const { model } = request
    const { call, warnings } = renderTranscription(request, host.id, dialect)
    call.body.append('stream', 'true')
    yield* callEvents(
      host,
      { request, ...call },
      ({ response }) => new TranscriptionReader({ provider: host.id, model, warnings, response }),
    )
  }
}

/** An event of the stream, or the whole answer of a model that does not stream. */
type WireEvent = TranscriptionBody &
  Partial<WireSegment> & {
    readonly type?: string
    readonly delta?: string
  }

class TranscriptionReader implements EventReader<WireEvent, TranscriptionEvent> {
  done = false
  #segments: TranscriptionSegment[] = []
  #about: Parameters<typeof readTranscription>[1]

  constructor(about: Parameters<typeof readTranscription>[1]) {
    this.#about = about
  }

  push(event: WireEvent): readonly TranscriptionEvent[] {
    switch (event.type) {
      case 'transcript.text.delta':
        return [{ type: 'text-delta', text: event.delta ?? '' }]
      case 'transcript.text.segment':
        return [{ type: 'segment', segment: this.#segment(event) }]
      case 'transcript.text.done':
      case undefined:
        this.done = true
        return [{ type: 'finish', transcription: this.#whole(event) }]
      default:
        return []
    }
  }

  #segment({ start = 0, end = 0, ...event }: WireEvent): TranscriptionSegment {
    const segment = readSegment({ ...event, text: event.text ?? '', start, end })
    this.#segments.push(segment)
    return segment
  }

  #whole(event: WireEvent): Transcription {
    const whole = readTranscription(event, this.#about)
    return whole.segments.length > 0 ? whole : { ...whole, segments: this.#segments }
  }
}
