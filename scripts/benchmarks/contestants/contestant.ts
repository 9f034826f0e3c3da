/** What a contestant is made for. */
export interface Setup {
  readonly api: Api
  readonly baseURL: string
  readonly apiKey: string
  /** Absent for the runtime's own fetch. */
  readonly fetch: typeof globalThis.fetch | undefined
}

export type Api = 'responses' | 'chat'

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

export const MODEL = 'gpt-4.1-mini'
export const PROMPT = 'Tell me a story.'
