import type { Exchange } from './cassette.ts'
import { cassetteBody, cassetteForm } from './cassette-body.ts'
import { credentialsOf, scrubHeaders, scrubUrl } from './scrub.ts'

/** How to record. */
export interface RecordOptions {
  /** Who answers, for the cassette. Defaults to the host name of the first request. */
  readonly provider?: string | undefined
  /** What is called, such as `chat_completions`. Defaults to the path of the first request. */
  readonly api?: string | undefined
  /** Further values that must not be recorded. The credentials that a request carries are known by themselves. */
  readonly secrets?: readonly string[] | undefined
  /** What sends the requests. Defaults to the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** A `fetch` that remembers what passed through it. */
export interface Recorder {
  /** Give this to a provider. */
  readonly fetch: typeof globalThis.fetch
  /** What was recorded so far, without credentials. A body that was left early has what was read of it. */
  readonly exchanges: () => Promise<readonly Exchange[]>
  /** Writes a cassette, its folder included. */
  readonly save: (file: string) => Promise<void>
}

/**
 * Records the traffic of a provider, for tests that replay it without a key. Headers are taken from an allow-list;
 * credentials are taken out of URLs and bodies, also where the host repeats them.
 *
 * @example
 * ```ts
 * import { record } from '@llm/testing'
 * import type { Provider, ProviderSettings } from '@llm/core'
 *
 * declare function example(settings: ProviderSettings): Provider
 *
 * const recorder = record()
 * const provider = example({ fetch: recorder.fetch })
 * await provider.complete({ model: 'some-model', messages: [{ role: 'user', content: 'Hello.' }] })
 * await recorder.save('cassettes/hello.json')
 * ```
 */
export function record({ provider, api, secrets = [], fetch = globalThis.fetch }: RecordOptions = {}): Recorder {
  const taken: Take[] = []
  const exchanges = (): Promise<readonly Exchange[]> => {
    const known = [...secrets, ...taken.flatMap(take => take.credentials)]
    return Promise.all(taken.filter(take => take.response !== undefined).map(take => exchangeOf(take, known)))
  }
  return {
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const take: Take = { request: request.clone(), credentials: credentialsOf(request) }
      taken.push(take)
      const response = (take.response = await fetch(request))
      if (response.body === null) return response
      take.body = copied(response.body)
      return new Response(take.body.stream, response)
    },
    exchanges,
    save: async file => {
      const { mkdir, writeFile } = await import('node:fs/promises')
      const path = await import('node:path')
      const all = await exchanges()
      const first = new URL(all[0]?.request.url ?? 'about:blank')
      const cassette = { provider: provider ?? first.hostname, api: api ?? first.pathname, exchanges: all }
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, `${JSON.stringify(cassette, undefined, 2)}\n`)
    },
  }
}

interface Take {
  readonly request: Request
  readonly credentials: readonly string[]
  response?: Response
  body?: Copy
}

async function exchangeOf({ request, response, body }: Take, secrets: readonly string[]): Promise<Exchange> {
  const sent = request.clone()
  const type = sent.headers.get('content-type') ?? ''
  const content = type.startsWith('multipart/form-data')
    ? { multipart: await cassetteForm(await sent.formData(), secrets) }
    : cassetteBody(new Uint8Array(await sent.arrayBuffer()), type, secrets)
  await body?.ended
  const headers = response?.headers ?? new Headers()
  return {
    request: {
      method: request.method,
      url: scrubUrl(request.url, secrets),
      headers: scrubHeaders(request.headers, secrets),
      ...content,
    },
    response: {
      status: response?.status ?? 0,
      headers: scrubHeaders(headers, secrets),
      ...cassetteBody(body?.bytes() ?? new Uint8Array(), headers.get('content-type') ?? '', secrets),
    },
  }
}

interface Copy {
  readonly stream: ReadableStream<Uint8Array>
  /** Resolves when the body was read or left, and in any case after a second, for one that nobody reads. */
  readonly ended: Promise<void>
  bytes(): Uint8Array
}

const PATIENCE = 1000

/** Passes a body on as it is read, and keeps what passed. */
function copied(body: ReadableStream<Uint8Array>): Copy {
  const reader = body.getReader()
  const pieces: Uint8Array[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          resolve()
          throw error
        })
        if (done) {
          resolve()
          return controller.close()
        }
        pieces.push(value)
        controller.enqueue(value)
      },
      cancel(reason) {
        resolve()
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return {
    stream,
    get ended() {
      const timer = setTimeout(resolve, PATIENCE)
      return promise.finally(() => {
        clearTimeout(timer)
      })
    },
    bytes: () => joined(pieces),
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
