/** Server-sent events with JSON in them, from a host that is known to end its events in one way. */
export function readEvents<Event>(body: ReadableStream<Uint8Array>, end = '\n\n'): AsyncIterable<Event> {
  const decoder = new TextDecoder()
  let rest = ''
  return readChunks(body, chunk => {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(end)
    rest = blocks.pop() ?? ''
    const events: Event[] = []
    for (const block of blocks) {
      const at = block.indexOf('data: ')
      const data = block.slice(at + 6)
      if (at !== -1 && data !== '[DONE]') events.push(JSON.parse(data) as Event)
    }
    return events
  })
}

/** Frames of AWS's event streams with JSON in them; what their checksums and headers say is not asked. */
export function readFrames<Event>(body: ReadableStream<Uint8Array>): AsyncIterable<Event> {
  const decoder = new TextDecoder()
  let rest = new Uint8Array()
  return readChunks(body, chunk => {
    const bytes = rest.length === 0 ? chunk : concat(rest, chunk)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const events: Event[] = []
    let start = 0
    while (bytes.length - start >= 12 && bytes.length - start >= view.getUint32(start)) {
      const end = start + view.getUint32(start)
      const payload = bytes.subarray(start + 12 + view.getUint32(start + 4), end - 4)
      events.push(JSON.parse(decoder.decode(payload)) as Event)
      start = end
    }
    rest = bytes.slice(start)
    return events
  })
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}

/** The events of a body, chunk by chunk. */
function readChunks<Event>(
  body: ReadableStream<Uint8Array>,
  decode: (chunk: Uint8Array) => Event[],
): AsyncIterable<Event> {
  const reader = body.getReader()
  let events: Event[] = []
  let index = 0
  const next = (): Promise<IteratorResult<Event, undefined>> => {
    const value = events[index++]
    return value === undefined ? read() : Promise.resolve({ done: false, value })
  }
  const read = async (): Promise<IteratorResult<Event, undefined>> => {
    const { done, value } = await reader.read()
    if (done) return { done: true, value: undefined }
    events = decode(value)
    index = 0
    return next()
  }
  const leave = async (): Promise<IteratorReturnResult<undefined>> => {
    await reader.cancel()
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) }
}
