import type { Transcription, TranscriptionEvent, TranscriptionRequest, TranscriptionSegment } from '@llm/core'
import { createRandom } from '@llm/core/testing'
import { hashText } from './mock-bytes.ts'
import { estimateTokens } from './mock-tokens.ts'
import { words } from './mock-words.ts'

const WORDS = 8
const SECONDS_PER_WORD = 0.5

/** Words made up from where the sound is: the same for the same source. Half a second each, where times are asked for. */
export function transcribe(request: TranscriptionRequest, provider: string): Transcription {
  const { model, audio, language, timestamps } = request
  const text = words(WORDS, createRandom(hashText(JSON.stringify(audio))))
  const spoken = timestamps === undefined ? [] : timestamps === 'word' ? text.split(' ') : [text]
  return {
    provider,
    model,
    text,
    ...(language === undefined ? {} : { language }),
    duration: WORDS * SECONDS_PER_WORD,
    segments: segments(spoken, request.speakers === true),
    usage: { outputTokens: estimateTokens(text), source: 'estimated' },
    warnings: [],
    response: { headers: {} },
  }
}

/** The same, word by word; then the segments, and the whole. */
export function transcriptionEvents(request: TranscriptionRequest, provider: string): readonly TranscriptionEvent[] {
  const transcription = transcribe(request, provider)
  const words = transcription.text.match(/\S+\s*/g) ?? []
  return [
    ...words.map((text): TranscriptionEvent => ({ type: 'text-delta', text })),
    ...transcription.segments.map((segment): TranscriptionEvent => ({ type: 'segment', segment })),
    { type: 'finish', transcription },
  ]
}

function segments(spoken: readonly string[], speakers: boolean): readonly TranscriptionSegment[] {
  const seconds = (WORDS * SECONDS_PER_WORD) / spoken.length
  return spoken.map((text, index) => ({
    text,
    start: index * seconds,
    end: (index + 1) * seconds,
    ...(speakers ? { speaker: 'speaker-1' } : {}),
  }))
}
