import { isRecord, tryParseJson } from '@llm/core'

/** JSON-RPC's code for a connection that is gone, as the SDK uses it. */
const CONNECTION_CLOSED = -32000

type Bytes = Uint8Array<ArrayBuffer>

/**
 * Makes a cut answer an error. An answer comes in a stream of events; where the stream breaks or ends before it, the SDK
 * waits on for ever unless the stream can be resumed (its events have ids). So such a stream gets an error as its last event.
 */
export function guardFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (url, init) => {
    const response = await fetch(url, init)
    const id = requestId(init?.body)
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (id === undefined || !isStream || response.body === null) return response
    const { status, statusText, headers } = response
    return new Response(toStream(withEnd(response.body, id)), { status, statusText, headers })
  }
}

function requestId(body: unknown): string | number | undefined {
  const message = typeof body === 'string' ? tryParseJson(body) : undefined
  if (!isRecord(message) || !('method' in message)) return undefined
  const { id } = message
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

async function* withEnd(body: ReadableStream<Bytes>, id: string | number): AsyncGenerator<Bytes, void> {
  const decoder = new TextDecoder()
  let resumable = false
  let tail = '\n'
  try {
    for await (const bytes of body) {
      const text = tail + decoder.decode(bytes, { stream: true })
      resumable ||= /[\r\n]id:/.test(text)
      tail = text.slice(-3)
      yield bytes
    }
  } catch (error) {
    if (resumable) throw error
  }
  if (resumable) return
  const error = { code: CONNECTION_CLOSED, message: 'The answer was cut.' }
  yield new TextEncoder().encode(`\n\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, error })}\n\n`)
}

function toStream(chunks: AsyncGenerator<Bytes, void>): ReadableStream<Bytes> {
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    },
    async cancel() {
      await chunks.return(undefined)
    },
  })
}
