import { MODELS } from '../../contestants/contestant.ts'
import type { Payload } from './payload.ts'

const MESSAGE = {
  model: MODELS.anthropic,
  id: 'msg_0123456789abcdefghijklmn',
  type: 'message',
  role: 'assistant',
  stop_sequence: null,
  stop_details: null,
}

const USAGE = {
  input_tokens: 12,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  service_tier: 'standard',
}

/** Anthropic's messages. */
export const anthropic: Payload = {
  events: texts => {
    const stop = { stop_reason: 'end_turn', stop_sequence: null, stop_details: null }
    const all: { readonly type: string; readonly [field: string]: unknown }[] = [
      {
        type: 'message_start',
        message: { ...MESSAGE, content: [], stop_reason: null, usage: { ...USAGE, output_tokens: 1 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'ping' },
      ...texts.map(text => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: stop, usage: { ...USAGE, output_tokens: texts.length } },
      { type: 'message_stop' },
    ]
    return all.map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  },
  body: text => ({
    ...MESSAGE,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { ...USAGE, output_tokens: 50 },
  }),
}
