import type { Api } from '../contestants/contestant.ts'
import { deltas, streamEvents, wholeBody } from './payloads.ts'

/** How many tokens a streamed answer has, each in an event of its own. */
export const EVENTS = 2000

/** The text of a streamed answer. */
export const STREAMED_TEXT = deltas(EVENTS).join('')

/** The text of an answer that is not streamed: a short one, as then the cost of the call itself is seen. */
export const WHOLE_TEXT = deltas(50).join('')

/** A streamed answer as the network delivers it, that many events to a chunk. */
export function streamChunks(api: Api, perChunk: number): Uint8Array[] {
  const events = streamEvents(api, deltas(EVENTS))
  const encoder = new TextEncoder()
  const chunks: Uint8Array[] = []
  for (let at = 0; at < events.length; at += perChunk) {
    chunks.push(encoder.encode(events.slice(at, at + perChunk).join('')))
  }
  return chunks
}

export function wholeAnswer(api: Api): string {
  return wholeBody(api, WHOLE_TEXT)
}

/** Where each API is asked. */
export const API_OF_PATH: Readonly<Record<string, Api>> = {
  '/v1/responses': 'responses',
  '/v1/chat/completions': 'chat',
}

/** Of every answer. About as many headers as the host sends. */
export const HEADERS: Readonly<Record<string, string>> = {
  date: 'Fri, 20 Nov 2026 08:00:00 GMT',
  'openai-version': '2020-10-01',
  'openai-organization': 'example',
  'openai-processing-ms': '712',
  'x-ratelimit-limit-requests': '5000',
  'x-ratelimit-limit-tokens': '2000000',
  'x-ratelimit-remaining-requests': '4999',
  'x-ratelimit-remaining-tokens': '1999000',
  'x-request-id': 'req_0123456789abcdef0123456789abcdef',
  'x-content-type-options': 'nosniff',
  server: 'example',
}
