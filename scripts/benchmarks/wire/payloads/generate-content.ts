import { MODELS } from '../../contestants/contestant.ts'
import type { Payload } from './payload.ts'

/** Google's generateContent: usage in every chunk, and lines that end in CRLF. */
export const google: Payload = {
  events: texts =>
    texts.map((text, index) => {
      const last = index === texts.length - 1
      return `data: ${JSON.stringify(answer(text, index + 1, last ? { finishReason: 'STOP' } : {}))}\r\n\r\n`
    }),
  body: text => answer(text, 50, { finishReason: 'STOP' }),
}

function answer(text: string, tokens: number, finish: object): object {
  return {
    candidates: [{ content: { parts: [{ text }], role: 'model' }, ...finish, index: 0 }],
    usageMetadata: {
      promptTokenCount: 12,
      candidatesTokenCount: tokens,
      totalTokenCount: tokens + 12,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 12 }],
      serviceTier: 'standard',
    },
    modelVersion: MODELS.google,
    responseId: 'Bb-Fapr3DvG_nsEPhfTU6Ag',
  }
}
