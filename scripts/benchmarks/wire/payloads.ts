import { MODEL, type Api } from '../contestants/contestant.ts'

const WORDS = ' the of and a story once upon time in land far away, there lived\n an old "fox" who.'.split(/(?= )/)

/** The deltas of an answer of that many tokens. */
export function deltas(count: number): string[] {
  return Array.from({ length: count }, (_, index) => WORDS[index % WORDS.length] ?? '')
}

/** The server-sent events of a streamed answer, in full as the host sends them. */
export function streamEvents(api: Api, texts: readonly string[]): string[] {
  return api === 'chat' ? chatEvents(texts) : responseEvents(texts)
}

/** The body of an answer that is not streamed. */
export function wholeBody(api: Api, text: string): string {
  if (api === 'responses') return JSON.stringify(response('completed', text))
  const message = { role: 'assistant', content: text, refusal: null, annotations: [] }
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }]
  return JSON.stringify({ ...chatHead('chat.completion'), choices, usage: chatUsage(50) })
}

const ID = '0123456789abcdef0123456789abcdef0123456789abcdef01'

function responseEvents(texts: readonly string[]): string[] {
  const text = texts.join('')
  const at = { item_id: `msg_${ID}`, output_index: 0, content_index: 0 }
  const part = { type: 'output_text', annotations: [], logprobs: [], text: '' }
  const events: object[] = [
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
  return events.map((event, index) => {
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
    model: MODEL,
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

function chatEvents(texts: readonly string[]): string[] {
  const head = chatHead('chat.completion.chunk')
  const chunk = (delta: object, finish_reason: string | null) => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    usage: null,
    obfuscation: 'Xq3kPz9a',
  })
  const chunks = [
    chunk({ role: 'assistant', content: '', refusal: null }, null),
    ...texts.map(content => chunk({ content }, null)),
    chunk({}, 'stop'),
    { ...head, choices: [], usage: chatUsage(texts.length), obfuscation: '' },
  ]
  return [...chunks.map(body => `data: ${JSON.stringify(body)}\n\n`), 'data: [DONE]\n\n']
}

function chatHead(object: string): object {
  const id = 'chatcmpl-ABCDEFGHIJKLMNOPQRSTUVWXYZabc'
  return {
    id,
    object,
    created: 1_790_000_000,
    model: MODEL,
    service_tier: 'default',
    system_fingerprint: 'fp_0123456789',
  }
}

function chatUsage(tokens: number): object {
  return {
    prompt_tokens: 12,
    completion_tokens: tokens,
    total_tokens: tokens + 12,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  }
}
