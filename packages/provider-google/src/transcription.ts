import { defined, type Transcription, type TranscriptionRequest } from '@llm/core'
import { dropped, type CapabilityHost } from './google-calls.ts'

/** Sound written down by a model that hears: it has no API of its own, so times and speakers are not told. */
export async function transcribe(host: CapabilityHost, request: TranscriptionRequest): Promise<Transcription> {
  const { model, audio, language, prompt, temperature, timestamps, speakers, signal, timeout } = request
  const task = [
    'Transcribe the provided audio and respond with only the transcript text.',
    language === undefined ? '' : `The language is ${language}.`,
    prompt === undefined ? '' : `Words and style to expect: ${prompt}`,
  ]
  const text = task.filter(sentence => sentence !== '').join(' ')
  const completion = await host.complete({
    ...defined({ temperature, signal, timeout, providerOptions: request.providerOptions }),
    model,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text },
          { type: 'audio', source: audio },
        ],
      },
    ],
  })
  const { provider, usage, response } = completion
  const warnings = [...completion.warnings, ...dropped(host, { timestamps, speakers })]
  return { provider, model: completion.model, text: completion.text.trim(), segments: [], usage, warnings, response }
}
