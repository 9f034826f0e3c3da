import { defined, isRecord, tryParseJson, type Capabilities, type SpeechRequest } from '@llm/core'
import { dropped, type BuildCall, type CapabilityHost } from './host.ts'

/** How one host's speech differs from the plain one. */
export interface SpeechDialect {
  /** The path and the body. Defaults to those of `/audio/speech`. */
  readonly render?: (request: SpeechRequest) => BuildCall
  /** Our names of the parameters that it has no place for. Defaults to `language`. */
  readonly unsupported?: readonly (keyof SpeechRequest)[]
  /** The sound comes inside JSON, so that its bytes cannot be passed on as they arrive. */
  readonly whole?: true
}

/**
 * Spoken text, whole. Reference: https://platform.openai.com/docs/api-reference/audio/createSpeech
 *
 * @example
 * ```ts
 * import { createGenerateSpeech, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const { audio } = await createGenerateSpeech(host)({ model: 'some-model', text: 'Hello.' })
 * ```
 */
export function createGenerateSpeech<Options>(
  host: CapabilityHost<Options>,
  { render = renderSpeech, unsupported = ['language'] }: SpeechDialect = {},
): Capabilities['generateSpeech'] {
  return async request => {
    const { model } = request
    const build = (options: Options) => host.build(render(request), options)
    const { bytes, info } = await host.calls.bytes({ request, model, build })
    const mediaType = info.response.headers['content-type'] ?? 'audio/mpeg'
    return {
      provider: host.id,
      model,
      ...(mediaType.startsWith('application/json') ? readSound(bytes, request) : { audio: bytes, mediaType }),
      usage: { source: 'reported' },
      warnings: dropped(host.id, Object.fromEntries(unsupported.map(key => [key, request[key]]))),
      response: info.response,
    }
  }
}

/**
 * Spoken text, as it arrives.
 *
 * @example
 * ```ts
 * import { createStreamSpeech, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * for await (const bytes of createStreamSpeech(host)({ model: 'some-model', text: 'Hi.' })) console.log(bytes.length)
 * ```
 */
export function createStreamSpeech<Options>(
  host: CapabilityHost<Options>,
  { render = renderSpeech }: SpeechDialect = {},
): Capabilities['streamSpeech'] {
  return request =>
    host.calls.byteStream({
      request,
      model: request.model,
      build: options => host.build(render(request), options),
    })
}

function renderSpeech({ model, text, voice, format, instructions, speed }: SpeechRequest): BuildCall {
  const body = defined({ model, input: text, voice, response_format: format, instructions, speed })
  return { path: '/audio/speech', model, body }
}

/** Some hosts give the sound as base64 inside JSON. */
function readSound(bytes: Uint8Array, { format = 'mp3' }: SpeechRequest): { audio: Uint8Array; mediaType: string } {
  const body = tryParseJson(new TextDecoder().decode(bytes))
  const base64 = isRecord(body) && typeof body['audio_data'] === 'string' ? body['audio_data'] : ''
  const audio = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  return { audio, mediaType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}` }
}
