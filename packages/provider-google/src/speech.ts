import { apiError, defined, type Speech, type SpeechRequest, type Warning } from '@llm/core'
import { dropped, withOptions, type CapabilityHost } from './google-calls.ts'

/** Speech of models that answer with sound. Reference: https://ai.google.dev/gemini-api/docs/speech-generation */
export async function generateSpeech(host: CapabilityHost, request: SpeechRequest): Promise<Speech> {
  const { model, text, voice, instructions, language, format, speed, signal, timeout } = request
  const completion = await host.complete({
    ...defined({ signal, timeout }),
    model,
    messages: [{ role: 'user', content: instructions === undefined ? text : `${instructions}:\n${text}` }],
    providerOptions: withOptions(host, request, ({ speech }) => ({
      modalities: ['audio'],
      speech: { ...speech, ...defined({ voice, language }) },
    })),
  })
  const source = completion.content.find(part => part.type === 'audio')?.source
  if (source === undefined || !('base64' in source)) {
    const kind = completion.finishReason === 'content-filter' ? 'content-filter' : 'malformed-response'
    throw apiError({ kind, message: 'no sound came.' }, { provider: host.id, model })
  }
  const { provider, usage, response } = completion
  const warnings = [...completion.warnings, ...dropped(host, { speed }), ...formatWarning(format)]
  return { provider, model: completion.model, ...toFile(source), usage, warnings, response }
}

function formatWarning(format: string | undefined): readonly Warning[] {
  if (format === undefined || format === 'wav') return []
  return [{ code: 'parameter-changed', message: `There is no ${format} here; the sound is WAV.`, parameter: 'format' }]
}

/** Bare samples become a WAV file, which players know. */
function toFile(sound: { readonly base64: string; readonly mediaType: string }): Pick<Speech, 'audio' | 'mediaType'> {
  const bytes = Uint8Array.from(atob(sound.base64), character => character.charCodeAt(0))
  if (!/^audio\/(?:l16|pcm)/i.test(sound.mediaType)) return { audio: bytes, mediaType: sound.mediaType }
  const rate = Number(/rate=(\d+)/.exec(sound.mediaType)?.[1] ?? 24_000)
  const audio = new Uint8Array(44 + bytes.length)
  audio.set(wavHeader(bytes.length, rate))
  audio.set(bytes, 44)
  return { audio, mediaType: 'audio/wav' }
}

/** One channel of 16-bit samples. Format: http://soundfile.sapp.org/doc/WaveFormat */
function wavHeader(length: number, rate: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(44))
  const word = (at: number, text: string): void => {
    for (let index = 0; index < 4; index++) view.setUint8(at + index, text.charCodeAt(index))
  }
  word(0, 'RIFF')
  view.setUint32(4, 36 + length, true)
  word(8, 'WAVE')
  word(12, 'fmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  word(36, 'data')
  view.setUint32(40, length, true)
  return new Uint8Array(view.buffer)
}
