import { createRandom, cutBytes } from '@llm/core/testing'
import { tryParseJson } from '@llm/core'
import { bodyBytes, type Exchange } from './cassette.ts'
import { cassetteForm } from './cassette-body.ts'

/** A `fetch` that answers from a recording, and what it was asked. */
export interface ReplayFetch {
  readonly fetch: typeof globalThis.fetch
  /** Every request that came: its body parsed where that is JSON, and a list of fields, as in a cassette, of a form. */
  readonly requests: readonly ReplayedRequest[]
}

/** One request that came to a replay. */
export interface ReplayedRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/**
 * Answers each request with the next recorded response, its body cut into pieces at seeded places: a correct client gives
 * the same result for every seed.
 *
 * @example
 * ```ts
 * import { replayFetch, type Exchange } from '@llm/testing'
 *
 * declare const exchanges: readonly Exchange[]
 *
 * const { fetch, requests } = replayFetch(exchanges, { seed: 1 })
 * ```
 */
export function replayFetch(
  exchanges: readonly Exchange[],
  { seed = 1 }: { readonly seed?: number } = {},
): ReplayFetch {
  const requests: ReplayedRequest[] = []
  return {
    requests,
    fetch: async (input, init) => {
      const exchange = exchanges[requests.length]
      const request = new Request(input, init)
      const { url, method, headers } = request
      requests.push({ url, method, headers: Object.fromEntries(headers), body: await bodyOf(request) })
      if (exchange === undefined) throw new Error('The recording has no further exchange.')
      return replayedResponse(exchange, seed)
    },
  }
}

/**
 * A recorded response, its body cut at seeded places.
 *
 * @example
 * ```ts
 * import { loadCassette, replayedResponse } from '@llm/testing'
 *
 * const { exchanges } = await loadCassette('cassettes/hello.json')
 * for (const exchange of exchanges) console.log(await replayedResponse(exchange, 1).text())
 * ```
 */
export function replayedResponse({ response }: Exchange, seed: number): Response {
  const pieces = [...cutBytes(bodyBytes(response), createRandom(seed), 400)]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(piece)
    },
  })
  const { status, headers } = response
  return new Response(status === 204 ? null : body, { status, headers: { ...headers } })
}

async function bodyOf(request: Request): Promise<unknown> {
  const isForm = request.headers.get('content-type')?.startsWith('multipart/form-data') === true
  if (isForm) return cassetteForm(await request.formData(), [])
  const text = await request.text()
  return tryParseJson(text) ?? text
}
