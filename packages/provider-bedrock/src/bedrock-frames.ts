import type { DecoderListener, StreamDecoder, StreamMessage } from '@llm/core'

/** Two lengths and their checksum, which stand before every frame; a checksum of all stands behind it. */
const PRELUDE = 12
const CHECKSUM = 4
const SMALLEST = PRELUDE + CHECKSUM
/** The most that a frame may hold, with room for its headers: nothing longer is ever waited for. */
const LARGEST = 25 * 1024 * 1024

/**
 * An incremental decoder of AWS event streams: frames of headers and a payload, each with two CRC-32 checksums. An
 * exception that comes as a frame becomes a message named after it, `throttlingException`; a failure of the transport
 * becomes one named `error`. A frame that was cut off at the end is left out: whether the answer was complete is for its
 * own last event to say.
 *
 * Format: https://smithy.io/2.0/aws/amazon-eventstream.html
 *
 * @throws Error for a frame whose lengths or checksums are wrong.
 */
export function createFrameDecoder(listener: DecoderListener): StreamDecoder {
  const readHeaders = createHeaderReader()
  let pieces: Uint8Array[] = []
  let size = 0
  let needed = PRELUDE
  return {
    push(bytes) {
      pieces.push(bytes)
      size += bytes.length
      if (size < needed) return
      const data = join(pieces, size)
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
      let start = 0
      for (needed = frameLength(view, 0); size - start >= needed; needed = frameLength(view, start)) {
        const end = start + needed - CHECKSUM
        check(view.getUint32(end) === crc32(view, start, end), 'its checksum')
        const payload = start + PRELUDE + view.getUint32(start + 4)
        const headers = readHeaders(view, start + PRELUDE, payload)
        listener.onMessage(toMessage(headers, text.decode(data.subarray(payload, end))))
        start += needed
      }
      size -= start
      pieces = size === 0 ? [] : [data.subarray(start)]
    },
    end() {
      pieces = []
    },
  }
}

function join(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = pieces
  if (first?.length === size) return first
  const joined = new Uint8Array(size)
  let offset = 0
  for (const piece of pieces) {
    joined.set(piece, offset)
    offset += piece.length
  }
  return joined
}

/** How many bytes the frame at `start` takes; those of a prelude while that has not all come. */
function frameLength(view: DataView, start: number): number {
  if (view.byteLength - start < PRELUDE) return PRELUDE
  check(view.getUint32(start + 8) === crc32(view, start, start + 8), 'the checksum of its lengths')
  const length = view.getUint32(start)
  check(length <= LARGEST && view.getUint32(start + 4) + SMALLEST <= length, 'its lengths')
  return length
}

type Headers = Partial<Record<string, string>>

const text = new TextDecoder()

function toMessage(headers: Headers, data: string): StreamMessage {
  switch (headers[':message-type']) {
    case 'exception':
      return { event: headers[':exception-type'], data }
    case 'error':
      return {
        event: 'error',
        data: JSON.stringify({ code: headers[':error-code'], message: headers[':error-message'] }),
      }
    default:
      return { event: headers[':event-type'], data }
  }
}

/** Reads headers, but not again where they are those of the frame before, as they mostly are. */
function createHeaderReader(): (view: DataView, start: number, end: number) => Headers {
  let last = new DataView(new ArrayBuffer(0))
  let headers: Headers = {}
  return (view, start, end) => {
    if (end - start === last.byteLength && same(view, start, last)) return headers
    const bytes = new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice()
    last = new DataView(bytes.buffer)
    return (headers = readHeaders(bytes))
  }
}

/** Compares four bytes at a time. */
function same(view: DataView, start: number, last: DataView): boolean {
  let at = last.byteLength
  while (at >= 4 && view.getInt32(start + at - 4) === last.getInt32(at - 4)) at -= 4
  while (at > 0 && view.getUint8(start + at - 1) === last.getUint8(at - 1)) at--
  return at === 0
}

/** How many bytes a header's value takes, by its type; -1 where a length stands before it. Type 7 is text. */
const VALUE_LENGTHS = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16]
const TEXT = 7

function readHeaders(bytes: Uint8Array): Headers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headers: Headers = {}
  for (let at = 0; at < bytes.length;) {
    const nameEnd = at + 1 + view.getUint8(at)
    const type = view.getUint8(nameEnd)
    const fixed = VALUE_LENGTHS[type]
    check(fixed !== undefined, 'a header')
    const start = nameEnd + (fixed < 0 ? 3 : 1)
    const end = start + (fixed < 0 ? view.getUint16(nameEnd + 1) : fixed)
    check(end <= bytes.length, 'a header')
    if (type === TEXT) headers[text.decode(bytes.subarray(at + 1, nameEnd))] = text.decode(bytes.subarray(start, end))
    at = end
  }
  return headers
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`a frame of the stream is broken: ${what} is wrong`)
}

/** What a byte does to a checksum 1 to 8 bytes later, a row each: eight bytes at once take a third of the time. */
const CRC_ROWS = new Int32Array(8 * 256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  CRC_ROWS[byte] = crc
}
for (let at = 256; at < CRC_ROWS.length; at++) {
  const before = CRC_ROWS[at - 256] as number
  CRC_ROWS[at] = (before >>> 8) ^ later(1, before)
}

function later(bytes: number, crc: number): number {
  return CRC_ROWS[(bytes - 1) * 256 + (crc & 0xff)] as number
}

function crc32(view: DataView, start: number, end: number): number {
  let crc = -1
  let at = start
  for (; at + 8 <= end; at += 8) {
    const near = crc ^ view.getInt32(at, true)
    const far = view.getInt32(at + 4, true)
    crc =
      later(8, near) ^
      later(7, near >>> 8) ^
      later(6, near >>> 16) ^
      later(5, near >>> 24) ^
      (later(4, far) ^ later(3, far >>> 8) ^ later(2, far >>> 16) ^ later(1, far >>> 24))
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ later(1, crc ^ view.getUint8(at))
  return (crc ^ -1) >>> 0
}
