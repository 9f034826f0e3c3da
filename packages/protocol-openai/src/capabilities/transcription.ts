import {
  isRecord,
  tryParseJson,
  type Capabilities,
  type ResponseInfo,
  type Transcription,
  type TranscriptionRequest,
  type TranscriptionSegment,
} from '@llm/core'
import { isErrorBody, readError } from '../errors.ts'
import { audioFormat, toBase64 } from '../media.ts'
import { dropped, readUsage, type CapabilityHost } from './host.ts'

/** How one host's transcriptions differ from the plain ones. */
export interface TranscriptionDialect {
  /** Where it is. Defaults to `/audio/transcriptions`. */
  readonly path?: string
  /** The form's field for the address of the sound, where the host fetches it by itself. */
  readonly urlField?: string
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
  dialect: TranscriptionDialect = {},
): Capabilities['transcribe'] {
  const { path = '/audio/transcriptions', unsupported = ['speakers'] } = dialect
  return async request => {
    const { model } = request
    const asked: TranscriptionRequest = { ...request, ...Object.fromEntries(unsupported.map(key => [key, undefined])) }
    const body = renderForm(asked, dialect)
    const build = (options: Options) => host.build({ path, body, model }, options)
    const { bytes, info } = await host.calls.bytes({ request, model, build })
    return readTranscription(readAnswer(bytes, host, info), {
      provider: host.id,
      model,
      warnings: dropped(host.id, Object.fromEntries(unsupported.map(key => [key, request[key]]))),
      response: info.response,
    })
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
  const { base64, mediaType } = toBase64(audio)
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  form.append('file', new Blob([bytes], { type: mediaType }), filename ?? `audio.${audioFormat(mediaType)}`)
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
