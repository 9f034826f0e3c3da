import type { Api } from '../contestants/contestant.ts'
import { headersOf, isStreamed, streamChunks, wholeAnswer } from './answers.ts'

/** A fetch without a network. */
export function stubFetch(api: Api, perChunk: number): typeof globalThis.fetch {
  const chunks = streamChunks(api, perChunk)
  const whole = wholeAnswer(api)
  return async (input, init) => {
    const { url, body } =
      input instanceof Request ? { url: input.url, body: await input.text() } : { url: input, ...init }
    const streamed = isStreamed(url.toString(), typeof body === 'string' ? body : '')
    return new Response(streamed ? bodyOf(chunks) : whole, { headers: headersOf(api, streamed) })
  }
}

function bodyOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let index = 0
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks[index++]
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
  })
}

/** A fetch whose answers begin and never go on. `open` counts the connections that nobody has closed. */
export function stalledFetch(
  api: Api,
  eventsFirst: number,
): { readonly fetch: typeof globalThis.fetch; readonly open: () => number } {
  const [first] = streamChunks(api, eventsFirst)
  let open = 0
  const fetch: typeof globalThis.fetch = () => {
    open += 1
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        if (first !== undefined) controller.enqueue(first)
      },
      cancel() {
        open -= 1
      },
    })
    return Promise.resolve(new Response(body, { headers: headersOf(api, true) }))
  }
  return { fetch, open: () => open }
}
