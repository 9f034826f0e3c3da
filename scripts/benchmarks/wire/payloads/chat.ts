import { MODELS, type Api } from '../../contestants/contestant.ts'
import type { Payload } from './payload.ts'

/** What a host adds to chat completions. */
interface Dialect {
  /** Before the first chunk that has text. */
  readonly opening?: readonly object[]
  readonly comment?: string
  /** Fields of every chunk. */
  readonly chunk?: object
  /** Fields of every choice. */
  readonly choice?: object
  /** Fields of the chunk with the usage, which has no choices where a host sends it apart. */
  readonly last?: object
}

function payload(api: Api, { opening = [], comment, chunk = {}, choice = {}, last = {} }: Dialect): Payload {
  const head = {
    id: 'chatcmpl-ABCDEFGHIJKLMNOPQRSTUVWXYZabc',
    created: 1_790_000_000,
    model: MODELS[api],
    system_fingerprint: 'fp_0123456789',
  }
  const part = (delta: object, finish_reason: string | null) => ({
    ...head,
    object: 'chat.completion.chunk',
    ...chunk,
    choices: [{ index: 0, delta, logprobs: null, finish_reason, ...choice }],
  })
  return {
    events: texts => {
      const chunks = [
        ...opening.map(fields => ({ ...head, object: 'chat.completion.chunk', ...fields })),
        part({ role: 'assistant', content: '', refusal: null }, null),
        ...texts.map(content => part({ content }, null)),
        part({}, 'stop'),
        { ...part({}, null), choices: [], usage: usage(texts.length), ...last },
      ]
      const events = [...chunks.map(body => `data: ${JSON.stringify(body)}\n\n`), 'data: [DONE]\n\n']
      return comment === undefined ? events : [`: ${comment}\n\n`, ...events]
    },
    body: content => {
      const message = { role: 'assistant', content, refusal: null, annotations: [] }
      const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop', ...choice }]
      return { ...head, object: 'chat.completion', choices, usage: usage(50), ...last }
    },
  }
}

function usage(tokens: number): object {
  return {
    prompt_tokens: 12,
    completion_tokens: tokens,
    total_tokens: tokens + 12,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  }
}

/** OpenAI itself. */
export const chat: Payload = payload('chat', {
  chunk: { service_tier: 'default', usage: null, obfuscation: 'Xq3kPz9a' },
})

export const groq: Payload = payload('groq', {
  last: { x_groq: { id: 'req_0123456789abcdefghijklmnop', usage: usage(50) } },
})

const SAFE = { filtered: false, severity: 'safe' }
const FILTERS = { hate: SAFE, self_harm: SAFE, sexual: SAFE, violence: SAFE }

/** With the results of content filters, on the prompt before all and on every chunk. */
export const azure: Payload = payload('azure', {
  opening: [{ choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: FILTERS }] }],
  chunk: { usage: null, obfuscation: 'Xq3kPz9a' },
  choice: { content_filter_results: FILTERS },
})

export const openrouter: Payload = payload('openrouter', {
  comment: 'OPENROUTER PROCESSING',
  chunk: { provider: 'OpenAI' },
  choice: { native_finish_reason: null },
})

export const compatible: Payload = payload('compatible', {})
