import { MODELS } from '../../contestants/contestant.ts'
import type { Payload } from './payload.ts'

/** OpenAI's Responses API. */
export const responses: Payload = { events, body: text => response('completed', text) }

const ID = '0123456789abcdef0123456789abcdef0123456789abcdef01'

function events(texts: readonly string[]): string[] {
  const text = texts.join('')
  const at = { item_id: `msg_${ID}`, output_index: 0, content_index: 0 }
  const part = { type: 'output_text', annotations: [], logprobs: [], text: '' }
  const all: object[] = [
    { type: 'response.created', response: response('in_progress') },
    { type: 'response.in_progress', response: response('in_progress') },
    { type: 'response.output_item.added', output_index: 0, item: messageItem('in_progress') },
    { type: 'response.content_part.added', ...at, part },
    ...texts.map(delta => ({
      type: 'response.output_text.delta',
      ...at,
      delta,
      logprobs: [],
      obfuscation: 'Xq3kPz9a',
    })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: { ...part, text } },
    { type: 'response.output_item.done', output_index: 0, item: messageItem('completed', text) },
    { type: 'response.completed', response: response('completed', text) },
  ]
  return all.map((event, index) => {
    const { type } = event as { type: string }
    return `event: ${type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`
  })
}

function response(status: string, text?: string): object {
  const output = text === undefined ? [] : [messageItem('completed', text)]
  const usage = {
    input_tokens: 12,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 50,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 62,
  }
  return {
    id: `resp_${ID}`,
    object: 'response',
    created_at: 1_790_000_000,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model: MODELS.responses,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: text === undefined ? null : usage,
    user: null,
    metadata: {},
  }
}

function messageItem(status: string, text?: string): object {
  const content = text === undefined ? [] : [{ type: 'output_text', annotations: [], logprobs: [], text }]
  return { id: `msg_${ID}`, type: 'message', status, content, role: 'assistant' }
}
