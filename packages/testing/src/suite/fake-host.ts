import { createRandom, cutBytes } from '@llm/core/testing'

/** What a host answers with. */
export interface Reply {
  /** Defaults to 200. */
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly pieces: readonly (string | Uint8Array)[]
  /** What follows the last piece: the end, nothing ever, or a broken connection. Defaults to the end. */
  readonly then?: 'end' | 'hang' | 'break' | undefined
  /** Where the bytes are cut. Absent: each piece is one chunk. */
  readonly seed?: number | undefined
  /** Nothing is answered at all. */
  readonly silent?: boolean | undefined
}

/** A request as the host got it. */
interface ReceivedRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string
}

/** A host in memory: a `fetch` that behaves as the real one does, aborts included. */
export interface FakeHost {
  readonly fetch: typeof globalThis.fetch
  readonly requests: readonly ReceivedRequest[]
  /** How many bodies were cancelled before their end. */
  readonly cancelled: number
}

/** Gives the replies in turn, the last one again and again. */
export function createFakeHost(replies: readonly Reply[]): FakeHost {
  const requests: ReceivedRequest[] = []
  const host = { cancelled: 0 }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { signal, ...rest } = init ?? {}
    signal?.throwIfAborted()
    const request = new Request(input, rest)
    const body = await request.text()
    requests.push({ url: request.url, method: request.method, headers: request.headers, body })
    const reply = replies[Math.min(requests.length, replies.length) - 1]
    if (reply === undefined) throw new Error('The suite has no reply to this request.')
    const { status = 200, headers = {} } = reply
    if (reply.silent === true) await untilAborted(signal)
    signal?.throwIfAborted()
    return new Response(
      bodyOf(reply, signal, () => (host.cancelled += 1)),
      { status, headers },
    )
  }
  return {
    fetch,
    requests,
    get cancelled() {
      return host.cancelled
    },
  }
}

/** The bytes of a reply as the network would cut them. */
export function chunksOf({ pieces, seed }: Reply): readonly Uint8Array[] {
  const chunks = pieces.map(piece => (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece))
  if (seed === undefined) return chunks.filter(chunk => chunk.length > 0)
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return cutBytes(bytes, createRandom(seed), 24)
}

function bodyOf(
  reply: Reply,
  signal: AbortSignal | null | undefined,
  onCancel: () => void,
): ReadableStream<Uint8Array> {
  const chunks = [...chunksOf(reply)]
  let abort: (() => void) | undefined
  const leave = (): void => {
    if (abort !== undefined) signal?.removeEventListener('abort', abort)
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        abort = () => {
          controller.error(signal?.reason)
        }
        signal?.addEventListener('abort', abort, { once: true })
      },
      pull(controller) {
        const chunk = chunks.shift()
        if (chunk !== undefined) return controller.enqueue(chunk)
        if (reply.then === 'hang') return untilAborted(signal).catch(() => undefined)
        leave()
        if (reply.then === 'break') controller.error(new TypeError('terminated'))
        else controller.close()
      },
      cancel() {
        leave()
        onCancel()
      },
    },
    { highWaterMark: 0 },
  )
}

function untilAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error)
      },
      { once: true },
    )
  })
}
