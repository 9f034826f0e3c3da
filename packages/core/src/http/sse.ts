import { createParser } from 'eventsource-parser'
import { COMPLETION_LIMIT } from './read-body.ts'

/** One message of a stream: what a server-sent event, or a frame of another transport, carries. */
export interface StreamMessage {
  readonly event?: string | undefined
  readonly data: string
}

/** Takes bytes as the network cuts them, and gives whole messages. */
export interface StreamDecoder {
  push(bytes: Uint8Array): void
  /** The bytes have ended: gives a last message that was not closed. */
  end(): void
}

/** Told of what a decoder finds. */
export interface DecoderListener {
  onMessage(message: StreamMessage): void
}

/**
 * An incremental decoder of server-sent events: any line ends, comments, fields in any order, data over several lines, a
 * byte order mark, cuts anywhere (inside a UTF-8 character too), and a last event without its blank line.
 *
 * Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @example
 * ```ts
 * import { createSSEDecoder } from '@llm/core'
 *
 * const decoder = createSSEDecoder({ onMessage: message => console.log(message.data) })
 * decoder.push(new TextEncoder().encode('data: hel'))
 * decoder.push(new TextEncoder().encode('lo\n\n')) // prints hello
 * decoder.end()
 * ```
 */
export function createSSEDecoder(listener: DecoderListener): StreamDecoder {
  const parser = createParser({
    maxBufferSize: COMPLETION_LIMIT,
    onError: error => {
      if (error.type === 'max-buffer-size-exceeded') throw error
    },
    onEvent: message => {
      listener.onMessage(message)
    },
  })
  const text = new TextDecoder()
  return {
    push(bytes) {
      parser.feed(text.decode(bytes, { stream: true }))
    },
    end() {
      parser.feed(text.decode() + '\n\n')
    },
  }
}
