import type { Capabilities, Transcription, TranscriptionRequest, TranscriptionSegment } from '@llm/core'
import { audioFormat, toBase64 } from '../media.ts'
import { callJson, dropped, readUsage, type CapabilityHost } from './host.ts'

/** How one host's transcriptions differ from the plain ones. */
export interface TranscriptionDialect {
  /** Where it is. Defaults to `/audio/transcriptions`. */
  readonly path?: string
  /** The form's fields for times and speakers. Defaults to those of OpenAI's, which tell no speakers apart. */
  readonly renderDetail?: (request: TranscriptionRequest) => Readonly<Record<string, string>>
  /** Our names of the parameters that it has no place for. Defaults to `speakers`. */
  readonly unsupported?: readonly (keyof TranscriptionRequest)[]
}

/**
 * Sound to text. Reference: https://platform.openai.com/docs/api-reference/audio/createTranscription
 *
 * @example
 * ```ts
 * import { createTranscribe, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const audio = { base64: 'UklGRg==', mediaType: 'audio/wav' }
 * const { text } = await createTranscribe(host)({ model: 'some-model', audio })
 * ```
 */
export function createTranscribe<Options>(
  host: CapabilityHost<Options>,
  { path = '/audio/transcriptions', renderDetail = renderTimes, unsupported = ['speakers'] }: TranscriptionDialect = {},
): Capabilities['transcribe'] {
  return request => {
    const asked: TranscriptionRequest = { ...request, ...Object.fromEntries(unsupported.map(key => [key, undefined])) }
    const body = renderForm(asked, renderDetail(asked))
    return callJson(host, { request, model: request.model, path, body }, (answer: TranscriptionBody, info) =>
      readTranscription(answer, {
        provider: host.id,
        model: request.model,
        warnings: dropped(host.id, Object.fromEntries(unsupported.map(key => [key, request[key]]))),
        response: info.response,
      }),
    )
  }
}

function renderForm(
  { model, audio, filename, language, prompt, temperature }: TranscriptionRequest,
  detail: Readonly<Record<string, string>>,
): FormData {
  const { base64, mediaType } = toBase64(audio)
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  const form = new FormData()
  for (const [name, value] of Object.entries({ model, language, prompt, temperature, ...detail })) {
    if (value !== undefined) form.append(name, String(value))
  }
  form.append('file', new Blob([bytes], { type: mediaType }), filename ?? `audio.${audioFormat(mediaType)}`)
  return form
}

function renderTimes({ timestamps }: TranscriptionRequest): Readonly<Record<string, string>> {
  if (timestamps === undefined) return {}
  return { response_format: 'verbose_json', 'timestamp_granularities[]': timestamps }
}

interface TranscriptionBody {
  readonly model?: string | null
  readonly text?: string | null
  readonly language?: string | null
  readonly duration?: number | null
  readonly segments?: readonly WireSegment[] | null
  readonly words?: readonly WireSegment[] | null
  readonly usage?: Readonly<Record<string, unknown>> | null
}

interface WireSegment {
  readonly text?: string
  readonly word?: string
  readonly start: number
  readonly end: number
  readonly speaker?: string | number | null
  readonly speaker_id?: string | null
}

function readTranscription(
  body: TranscriptionBody,
  about: Pick<Transcription, 'provider' | 'model' | 'warnings' | 'response'>,
): Transcription {
  const { language, duration, segments, words } = body
  const stretches = segments == null || segments.length === 0 ? (words ?? []) : segments
  return {
    ...about,
    model: body.model || about.model,
    text: body.text ?? '',
    ...(language && { language }),
    ...(typeof duration === 'number' && { duration }),
    segments: stretches.map(readSegment),
    usage: readUsage(body.usage),
  }
}

function readSegment({ text, word, start, end, speaker, speaker_id: id }: WireSegment): TranscriptionSegment {
  const who = speaker ?? id
  return { text: text ?? word ?? '', start, end, ...(who != null && { speaker: String(who) }) }
}
