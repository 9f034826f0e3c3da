import { PROMPT, type Api, type CallOptions, type Contestant, type Setup } from './contestant.ts'
import { readEvents, readFrames } from './minimum-readers.ts'

/** What anybody would write for one host and one kind of answer: no errors, no usage, no tools, nothing collected. */
export function create({ api, model, origin, apiKey }: Setup): Contestant<never> {
  const { path, streamPath = path, input, read, textOf, wholeText } = FORMATS[api]
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` }
  const post = (stream: boolean, { signal }: CallOptions) =>
    fetch(`${origin}${(stream ? streamPath : path).replace('MODEL', model)}`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model, ...input, stream }),
      signal: signal ?? null,
    })
  return {
    stream: async options => read<never>((await post(true, options)).body as ReadableStream<Uint8Array>),
    textOf,
    complete: async options => wholeText((await (await post(false, options)).json()) as never),
  }
}

/** A wire format: where it is asked, what for, and where in its answers the text is. */
interface Format {
  readonly path: string
  readonly streamPath?: string
  readonly input: object
  readonly read: <Event>(body: ReadableStream<Uint8Array>) => AsyncIterable<Event>
  readonly textOf: (event: never) => string
  readonly wholeText: (body: never) => string
}

interface Text {
  readonly text?: string
}

const messages = [{ role: 'user', content: PROMPT }]

const CHAT: Format = {
  path: '/v1/chat/completions',
  input: { messages },
  read: readEvents,
  textOf: (event: { choices?: { delta?: { content?: string } }[] }) => event.choices?.[0]?.delta?.content ?? '',
  wholeText: (body: { choices: { message: { content: string } }[] }) => body.choices[0]?.message.content ?? '',
}

const FORMATS: Readonly<Record<Api, Format>> = {
  responses: {
    path: '/v1/responses',
    input: { input: PROMPT },
    read: readEvents,
    textOf: (event: { type: string; delta?: string }) =>
      event.type === 'response.output_text.delta' ? (event.delta ?? '') : '',
    wholeText: (body: { output: { content: Text[] }[] }) => body.output[0]?.content[0]?.text ?? '',
  },
  chat: CHAT,
  anthropic: {
    path: '/v1/messages',
    input: { messages, max_tokens: 4096 },
    read: readEvents,
    textOf: (event: { type: string; delta?: Text }) =>
      event.type === 'content_block_delta' ? (event.delta?.text ?? '') : '',
    wholeText: (body: { content: Text[] }) => body.content[0]?.text ?? '',
  },
  google: {
    path: '/v1beta/models/MODEL:generateContent',
    streamPath: '/v1beta/models/MODEL:streamGenerateContent?alt=sse',
    input: { contents: [{ role: 'user', parts: [{ text: PROMPT }] }] },
    read: body => readEvents(body, '\r\n\r\n'),
    textOf: answerText,
    wholeText: answerText,
  },
  groq: { ...CHAT, path: '/openai/v1/chat/completions' },
  bedrock: {
    path: '/model/MODEL/converse',
    streamPath: '/model/MODEL/converse-stream',
    input: { messages: [{ role: 'user', content: [{ text: PROMPT }] }] },
    read: readFrames,
    textOf: (event: { delta?: Text }) => event.delta?.text ?? '',
    wholeText: (body: { output: { message: { content: Text[] } } }) => body.output.message.content[0]?.text ?? '',
  },
  azure: { ...CHAT, path: '/openai/v1/chat/completions' },
  openrouter: { ...CHAT, path: '/api/v1/chat/completions' },
  compatible: CHAT,
}

function answerText({ candidates }: { candidates?: { content?: { parts?: Text[] } }[] }): string {
  return candidates?.[0]?.content?.parts?.[0]?.text ?? ''
}
