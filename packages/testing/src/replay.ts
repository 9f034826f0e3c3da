import { loadCassette, loadCassettes, type CassetteBody, type Exchange } from './cassette.ts'
import { cassetteBody, cassetteForm } from './cassette-body.ts'
import { jsonDifferences } from './json-differences.ts'
import { replayedResponse } from './replay-fetch.ts'
import { credentialsOf, scrubJson, scrubUrl } from './scrub.ts'

/** How to replay. */
export interface ReplayOptions {
  /**
   * Compare the bodies of requests too: JSON by meaning, and everything else by its text.
   *
   * @default false
   */
  readonly strict?: boolean | undefined
  /** Places in a JSON body that may differ, such as `metadata.user_id`; everything below them as well. */
  readonly ignore?: readonly string[] | undefined
  /**
   * Chooses where the bytes of answers are cut: a correct client gives the same result for every seed.
   *
   * @default 1
   */
  readonly seed?: number | undefined
}

/** Recorded answers, served. */
export interface Replay {
  /** Give this to a provider. A request that was not recorded is answered with status 400, and a message that says why. */
  readonly fetch: typeof globalThis.fetch
  /** What was asked that was not recorded, in words. */
  readonly problems: readonly string[]
  /**
   * Checks that each recorded exchange was asked for, and nothing else.
   *
   * @throws an Error that says what was not asked for, and what was asked besides.
   */
  readonly done: () => void
}

/**
 * Serves recorded traffic: a cassette, or all those of a folder. Each request is answered once, by the first recorded one
 * of the same method, path and query that is left; the host does not matter.
 *
 * @throws an Error where there is no recording.
 * @example
 * ```ts
 * import { replay } from '@llm/testing'
 * import type { Provider, ProviderSettings } from '@llm/core'
 *
 * declare function example(settings: ProviderSettings): Provider
 *
 * const { fetch, done } = await replay('cassettes/hello.json', { strict: true })
 * const provider = example({ apiKey: 'none', fetch })
 * await provider.complete({ model: 'some-model', messages: [{ role: 'user', content: 'Hello.' }] })
 * done()
 * ```
 */
export async function replay(path: string, options: ReplayOptions = {}): Promise<Replay> {
  const cassettes = path.endsWith('.json') ? [await loadCassette(path)] : await loadCassettes(path)
  if (cassettes.length === 0) throw new Error(`There is no recording in ${path}.`)
  return replayExchanges(
    cassettes.flatMap(cassette => cassette.exchanges),
    options,
  )
}

/**
 * Serves exchanges that are already in memory, such as those of a recorder.
 *
 * @example
 * ```ts
 * import { replayExchanges, type Exchange } from '@llm/testing'
 *
 * declare const exchanges: readonly Exchange[]
 *
 * const { fetch, done } = replayExchanges(exchanges, { strict: true })
 * await fetch('https://api.example.com/v1/models')
 * done()
 * ```
 */
export function replayExchanges(exchanges: readonly Exchange[], options: ReplayOptions = {}): Replay {
  const left = [...exchanges]
  const problems: string[] = []
  return {
    problems,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      request.signal.throwIfAborted()
      const found = choose(await requestOf(request), left, options)
      if (typeof found === 'string') {
        problems.push(found)
        return refusal(found)
      }
      left.splice(left.indexOf(found), 1)
      return replayedResponse(found, options.seed ?? 1)
    },
    done: () => {
      const unasked = left.map(({ request }) => `not asked for: ${request.method} ${placeOf(request.url)}`)
      if (problems.length + unasked.length > 0) throw new Error([...problems, ...unasked].join('\n'))
    },
  }
}

type CassetteRequest = Exchange['request']

/** The recorded exchange for a request, or why there is none. */
function choose(request: CassetteRequest, left: readonly Exchange[], options: ReplayOptions): Exchange | string {
  const place = `${request.method} ${placeOf(request.url)}`
  const candidates = left.filter(({ request: recorded }) => `${recorded.method} ${placeOf(recorded.url)}` === place)
  const [first] = candidates
  if (first === undefined) return `not recorded: ${place}`
  if (options.strict !== true) return first
  const exact = candidates.find(({ request: recorded }) => compare(recorded, request, options).length === 0)
  return exact ?? `${place} differs from what was recorded: ${compare(first.request, request, options).join('; ')}`
}

/** A recording without a body says nothing of it. Both sides are scrubbed, so that what was taken out is no difference. */
function compare(
  recorded: CassetteRequest,
  request: CassetteRequest,
  { ignore = [] }: ReplayOptions,
): readonly string[] {
  const expected = contentOf(recorded)
  if (expected === undefined) return []
  const ignored = (difference: string): boolean =>
    ignore.some(place => difference.startsWith(place) && /^[.[:]/.test(difference.slice(place.length)))
  return jsonDifferences(scrubJson(expected, []), contentOf(request)).filter(difference => !ignored(difference))
}

/** Of the files of a form only their names count: recordings keep their bytes short. */
function contentOf({ json, text, base64, multipart }: CassetteRequest): unknown {
  const fields = multipart?.map(({ name, filename, text: value }) =>
    filename === undefined ? { name, text: value } : { name, filename },
  )
  return json ?? text ?? base64 ?? fields
}

async function requestOf(request: Request): Promise<CassetteRequest> {
  const secrets = credentialsOf(request)
  const type = request.headers.get('content-type') ?? ''
  const { method } = request
  const url = scrubUrl(request.url, secrets)
  if (type.startsWith('multipart/form-data')) {
    return { method, url, multipart: await cassetteForm(await request.formData(), secrets) }
  }
  const body: CassetteBody = cassetteBody(new Uint8Array(await request.arrayBuffer()), type, secrets)
  return { method, url, ...body }
}

/** Path and query, the query's parameters in order of their names. */
function placeOf(address: string): string {
  const { pathname, searchParams } = new URL(address)
  searchParams.sort()
  const query = searchParams.toString()
  return decodeURIComponent(pathname) + (query === '' ? '' : `?${query}`)
}

/** An error body that clients of every API can read. */
function refusal(message: string): Response {
  const error = { message, type: 'invalid_request_error', code: 'not_recorded' }
  return Response.json({ type: 'error', message, error }, { status: 400 })
}
