import { createSSEDecoder, tryParseJson, type DecoderListener, type StreamDecoder } from '@llm/core'

/** What stands after the last event and is no event: JSON on lines of its own. */
const BARE_JSON = /\n\s*([[{][\s\S]*)$/

/**
 * Decodes server-sent events, and an error that the service wrote into the stream as bare JSON, which a decoder of events
 * ignores.
 */
export function createDecoder(listener: DecoderListener): StreamDecoder {
  let tail: Uint8Array[] = [new TextEncoder().encode('\n')]
  let heard = false
  const events = createSSEDecoder({
    onMessage: message => {
      heard = true
      listener.onMessage(message)
    },
  })
  return {
    push(bytes) {
      heard = false
      events.push(bytes)
      if (heard) tail = [bytes]
      else tail.push(bytes)
    },
    end() {
      events.end()
      const data = BARE_JSON.exec(new TextDecoder().decode(join(tail)))?.[1]
      if (data !== undefined && tryParseJson(data) !== undefined) listener.onMessage({ data })
    },
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}
