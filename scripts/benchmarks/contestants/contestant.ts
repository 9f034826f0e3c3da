/** What a contestant is made for. */
export interface Setup {
  readonly api: Api
  readonly model: string
  /** Where the API is, without the path that is its own. */
  readonly origin: string
  readonly apiKey: string
}

/** OpenAI's own APIs. */
export type OpenAIApi = 'responses' | 'chat'

/** Other hosts, each over the API that is its own. */
export type Host = 'anthropic' | 'google' | 'groq' | 'bedrock' | 'azure' | 'openrouter' | 'compatible'

export const HOSTS: readonly Host[] = ['anthropic', 'google', 'groq', 'bedrock', 'azure', 'openrouter', 'compatible']

/** What answers are made for: an API of OpenAI, or that of another host. */
export type Api = OpenAIApi | Host

export interface CallOptions {
  readonly signal?: AbortSignal
  /** In milliseconds. Libraries without a time limit leave it out. */
  readonly timeout?: number
}

/** A library, called the way its documentation calls it. */
export interface Contestant<Event = unknown> {
  /** Streams the answer to {@link PROMPT}. */
  stream(options: CallOptions): AsyncIterable<Event> | Promise<AsyncIterable<Event>>
  /** The text in one of the stream's events. */
  textOf(event: Event): string
  /** The whole answer's text. */
  complete(options: CallOptions): Promise<string>
}

export const PROMPT = 'Tell me a story.'

/** Who is asked, in the order of the tables. */
export const MODELS: Readonly<Record<Api, string>> = {
  responses: 'gpt-4.1-mini',
  chat: 'gpt-4.1-mini',
  anthropic: 'claude-haiku-4-5',
  google: 'gemini-2.5-flash',
  groq: 'llama-3.3-70b-versatile',
  bedrock: 'amazon.nova-lite-v1:0',
  azure: 'gpt-4.1-mini',
  openrouter: 'openai/gpt-4.1-mini',
  compatible: 'deepseek-chat',
}
