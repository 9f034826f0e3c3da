import type { Speech, SpeechRequest, Warning } from '@llm/core'
import { ascii, hashText, joinBytes } from './mock-bytes.ts'
import { estimateTokens } from './mock-tokens.ts'

const SAMPLE_RATE = 8000
const SECONDS_PER_TOKEN = 0.05
const LONGEST_SECONDS = 2

/** A WAV file with a tone, which text and voice decide; a twentieth of a second a token, two seconds at most. */
export function generateSpeech(request: SpeechRequest, provider: string): Speech {
  const { model, text, voice = '', format, speed = 1 } = request
  const inputTokens = estimateTokens(text)
  const seconds = Math.min(LONGEST_SECONDS, (Math.max(1, inputTokens) * SECONDS_PER_TOKEN) / speed)
  return {
    provider,
    model,
    audio: encodeWav(tone(220 + (hashText(voice + text) % 660), seconds)),
    mediaType: 'audio/wav',
    usage: { inputTokens, source: 'estimated' },
    warnings: format === undefined || format === 'wav' ? [] : [onlyWav(format)],
    response: { headers: {} },
  }
}

const PIECE = 1024

/** The same file in pieces of a kilobyte. */
export function* speechPieces(request: SpeechRequest, provider: string): Generator<Uint8Array, void> {
  const { audio } = generateSpeech(request, provider)
  for (let at = 0; at < audio.length; at += PIECE) yield audio.slice(at, at + PIECE)
}

function onlyWav(format: string): Warning {
  return { code: 'unsupported-option', message: `The mock makes WAV files, not ${format}.`, parameter: 'format' }
}

function tone(hertz: number, seconds: number): Uint8Array {
  const wave = (_: unknown, index: number): number => 128 + 64 * Math.sin((2 * Math.PI * hertz * index) / SAMPLE_RATE)
  return Uint8Array.from({ length: Math.round(seconds * SAMPLE_RATE) }, wave)
}

/** Eight bits, one channel. The data of a chunk is padded to an even length. */
function encodeWav(samples: Uint8Array): Uint8Array {
  const format = joinBytes(uint(1, 2), uint(1, 2), uint(SAMPLE_RATE, 4), uint(SAMPLE_RATE, 4), uint(1, 2), uint(8, 2))
  const body = joinBytes(
    ascii('WAVEfmt '),
    uint(format.length, 4),
    format,
    ascii('data'),
    uint(samples.length, 4),
    samples,
    new Uint8Array(samples.length % 2),
  )
  return joinBytes(ascii('RIFF'), uint(body.length, 4), body)
}

/** Little endian, as RIFF has it. */
function uint(value: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => value >>> (8 * index))
}
