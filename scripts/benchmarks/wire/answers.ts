import type { Api } from '../contestants/contestant.ts'
import { PAYLOADS } from './payloads/index.ts'

const WORDS = ' the of and a story once upon time in land far away, there lived\n an old "fox" who.'.split(/(?= )/)

/** The deltas of an answer of that many tokens. */
function deltas(count: number): string[] {
  return Array.from({ length: count }, (_, index) => WORDS[index % WORDS.length] ?? '')
}

/** How many tokens a streamed answer has, each in an event of its own. */
export const EVENTS = 2000

/** The text of a streamed answer. */
export const STREAMED_TEXT = deltas(EVENTS).join('')

/** The text of an answer that is not streamed: a short one, as then the cost of the call itself is seen. */
export const WHOLE_TEXT = deltas(50).join('')

/** A streamed answer as the network delivers it, that many events to a chunk. */
export function streamChunks(api: Api, perChunk: number): Uint8Array[] {
  const events = PAYLOADS[api].events(deltas(EVENTS)).map(event => Buffer.from(event))
  const chunks: Uint8Array[] = []
  for (let at = 0; at < events.length; at += perChunk) {
    chunks.push(new Uint8Array(Buffer.concat(events.slice(at, at + perChunk))))
  }
  return chunks
}

export function wholeAnswer(api: Api): string {
  return JSON.stringify(PAYLOADS[api].body(WHOLE_TEXT))
}

/** Whether a stream was asked for: some hosts read it in the body, some in the path. */
export function isStreamed(path: string, body: string): boolean {
  return body.includes('"stream":true') || /:streamGenerateContent|\/converse-stream/.test(path)
}

/** The headers of an answer: about as many as hosts send. */
export function headersOf(api: Api, streamed: boolean): Readonly<Record<string, string>> {
  const { streamType = 'text/event-stream' } = PAYLOADS[api]
  return { ...HEADERS, 'content-type': streamed ? streamType : 'application/json' }
}

const HEADERS: Readonly<Record<string, string>> = {
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
