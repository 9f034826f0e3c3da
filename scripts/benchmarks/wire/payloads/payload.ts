/** What a host answers. */
export interface Payload {
  /** A streamed answer: a token each, in full as the host sends it, with what comes before and after. */
  readonly events: (texts: readonly string[]) => readonly (string | Uint8Array)[]
  /** The body of an answer that is not streamed. */
  readonly body: (text: string) => object
  /** @default 'text/event-stream' */
  readonly streamType?: string
}
