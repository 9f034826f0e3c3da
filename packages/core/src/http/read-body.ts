/** A body that is larger than anything a host's API sends: reading on would only fill the memory. */
export class BodyTooLargeError extends Error {
  override readonly name: string = 'BodyTooLargeError'

  constructor(limit: number) {
    super(`the body is larger than ${String(Math.round(limit / 2 ** 20))} MiB`)
  }
}

/** The largest answer that is read: images and sound come as text in JSON, and are large. */
const BODY_LIMIT: number = 256 * 2 ** 20
/** The largest completion, and the largest message of a stream: some images, as text. A line without an end is an attack. */
export const COMPLETION_LIMIT: number = 64 * 2 ** 20
/** Of the answer to a call that failed, this is more than enough. */
export const ERROR_BODY_LIMIT: number = 2 ** 20

/**
 * A response's text, read no further than a limit. What counts is what comes out: a small body may unpack to a large one.
 *
 * @throws {@link BodyTooLargeError}
 */
export async function readText(response: Response, limit: number = BODY_LIMIT): Promise<string> {
  const { body, headers } = response
  const length = Number(headers.get('content-length') ?? Number.NaN)
  if (body === null || (length <= limit && !headers.has('content-encoding'))) return response.text()
  if (length > limit) {
    void body.cancel().catch(() => undefined)
    throw new BodyTooLargeError(limit)
  }
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let text = ''
  let read = 0
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      read += piece.value.length
      if (read > limit) throw new BodyTooLargeError(limit)
      text += decoder.decode(piece.value, { stream: true })
    }
    return text + decoder.decode()
  } finally {
    void reader.cancel().catch(() => undefined)
  }
}
