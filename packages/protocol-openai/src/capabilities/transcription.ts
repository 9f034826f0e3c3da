import {
  isRecord,
  tryParseJson,
  type Capabilities,
  type ResponseInfo,
  type Transcription,
  type TranscriptionRequest,
  type TranscriptionSegment,
  type Warning,
} from '@llm/core'
import { isErrorBody, readError } from '../errors.ts'
import { audioFormat, toBlob } from '../media.ts'
import { dropped, readUsage, type BuildCall, type CapabilityHost } from './host.ts'

/** How one host's transcriptions differ from the plain ones. */
export interface TranscriptionDialect {
  /** Where it is. Defaults to `/audio/transcriptions`. */
  readonly path?: string
  /** The form's field for the address of the sound, where the host fetches it by itself. */
  readonly urlField?: string
  /** The form's fields for times and speakers. Defaults to those of OpenAI's. */
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
  dialect: TranscriptionDialect = {},
): Capabilities['transcribe'] {
  return async request => {
    const { model } = request
    const { call, warnings } = renderTranscription(request, host.id, dialect)
    const build = (options: Options) => host.build(call, options)
    const { bytes, info } = await host.calls.bytes({ request, model, build })
    const about = { provider: host.id, model, warnings, response: info.response }
    return readTranscription(readAnswer(bytes, host, info), about)
  }
}

/** The call, and what it has no place for. */
export function renderTranscription(
  request: TranscriptionRequest,
  host: string,
  dialect: TranscriptionDialect,
): { readonly call: BuildCall & { readonly body: FormData }; readonly warnings: readonly Warning[] } {
  const { path = '/audio/transcriptions', unsupported = ['speakers'] } = dialect
  const asked: TranscriptionRequest = { ...request, ...Object.fromEntries(unsupported.map(key => [key, undefined])) }
  return {
    call: { path, model: request.model, body: renderForm(asked, dialect) },
    warnings: dropped(host, Object.fromEntries(unsupported.map(key => [key, request[key]]))),
  }
}

function renderForm(
  request: TranscriptionRequest,
  { renderDetail = renderTimes, urlField }: TranscriptionDialect,
): FormData {
  const { model, audio, filename, language, prompt, temperature } = request
  const detail = renderDetail(request)
  const form = new FormData()
  for (const [name, value] of Object.entries({ model, language, prompt, temperature, ...detail })) {
    if (value !== undefined) form.append(name, String(value))
  }
  if (urlField !== undefined && 'url' in audio && !audio.url.startsWith('data:')) {
    form.append(urlField, audio.url)
    return form
  }
  const blob = toBlob(audio, 'audio')
  form.append('file', blob, filename ?? `audio.${audioFormat(blob.type)}`)
  return form
}

/** JSON, or the text alone. */
function readAnswer<Options>(bytes: Uint8Array, host: CapabilityHost<Options>, info: ResponseInfo): TranscriptionBody {
  const text = new TextDecoder().decode(bytes)
  const body = tryParseJson(text)
  if (isErrorBody(body)) info.fail((host.readError ?? readError)(body))
  if (isRecord(body)) return body
  if (info.response.headers['content-type']?.startsWith('text/plain') === true) return { text: text.trim() }
  return info.fail({ kind: 'malformed-response', message: 'the answer is no transcription.' })
}

/** Speakers come with the times of their segments. Sound of more than 30 seconds must be cut up for them. */
function renderTimes({ timestamps, speakers }: TranscriptionRequest): Readonly<Record<string, string>> {
  if (speakers === true) return { response_format: 'diarized_json', chunking_strategy: 'auto' }
  if (timestamps === undefined) return {}
  return { response_format: 'verbose_json', 'timestamp_granularities[]': timestamps }
}

/** The answer, whole. */
export interface TranscriptionBody {
  readonly model?: string | null
  readonly text?: string | null
  readonly language?: string | null
  readonly duration?: number | null
  readonly segments?: readonly WireSegment[] | null
  readonly words?: readonly WireSegment[] | null
  readonly usage?: Readonly<Record<string, unknown>> | null
}

/** A stretch of the answer. */
export interface WireSegment {
  readonly text?: string
  readonly word?: string
  readonly start: number
  readonly end: number
  readonly speaker?: string | number | null
  readonly speaker_id?: string | null
}

/** The transcription that an answer holds. */
export function readTranscription(
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

/** A stretch, of segments or words. */
export function readSegment({ text, word, start, end, speaker, speaker_id: id }: WireSegment): TranscriptionSegment {
  const who = speaker ?? id
  return { text: text ?? word ?? '', start, end, ...(who != null && { speaker: String(who) }) }
}
