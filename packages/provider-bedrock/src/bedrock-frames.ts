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
  let pieces: Uint8Array[] = []
  let size = 0
  let needed = PRELUDE
  return {
    push(bytes) {
      pieces.push(bytes)
      size += bytes.length
      if (size < needed) return
      const data = join(pieces, size)
      let offset = 0
      for (needed = frameLength(data, 0); data.length - offset >= needed; needed = frameLength(data, offset)) {
        listener.onMessage(readFrame(data.subarray(offset, offset + needed)))
        offset += needed
      }
      pieces = [data.subarray(offset)]
      size = data.length - offset
    },
    end() {
      pieces = []
    },
  }
}

function join(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = pieces
  if (pieces.length === 1 && first !== undefined) return first
  const joined = new Uint8Array(size)
  let offset = 0
  for (const piece of pieces) {
    joined.set(piece, offset)
    offset += piece.length
  }
  return joined
}

/** How many bytes the frame at `offset` takes; those of a prelude while that has not all come. */
function frameLength(data: Uint8Array, offset: number): number {
  if (data.length - offset < PRELUDE) return PRELUDE
  const view = viewOf(data)
  const length = view.getUint32(offset)
  const headers = view.getUint32(offset + 4)
  check(view.getUint32(offset + 8) === crc32(data, offset, offset + 8), 'the checksum of its lengths')
  check(length <= LARGEST && headers + SMALLEST <= length, 'its lengths')
  return length
}

function readFrame(frame: Uint8Array): StreamMessage {
  const view = viewOf(frame)
  const end = frame.length - CHECKSUM
  check(view.getUint32(end) === crc32(frame, 0, end), 'its checksum')
  const payload = PRELUDE + view.getUint32(4)
  const headers = readHeaders(frame, view, payload)
  const data = text.decode(frame.subarray(payload, end))
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

type Headers = Partial<Record<string, string>>

const text = new TextDecoder()

/** How many bytes a header's value takes, by its type; -1 where a length stands before it. Type 7 is text. */
const VALUE_LENGTHS = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16]
const TEXT = 7

function readHeaders(frame: Uint8Array, view: DataView, end: number): Headers {
  const headers: Headers = {}
  for (let at = PRELUDE; at < end;) {
    const nameEnd = at + 1 + view.getUint8(at)
    const type = view.getUint8(nameEnd)
    const fixed = VALUE_LENGTHS[type]
    check(fixed !== undefined, 'a header')
    const start = nameEnd + (fixed < 0 ? 3 : 1)
    const valueEnd = start + (fixed < 0 ? view.getUint16(nameEnd + 1) : fixed)
    check(valueEnd <= end, 'a header')
    if (type === TEXT) headers[latin(frame, at + 1, nameEnd)] = latin(frame, start, valueEnd)
    at = valueEnd
  }
  return headers
}

/** Header names and the values that matter here are ASCII, for which this is faster than a decoder. */
function latin(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end))
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`a frame of the stream is broken: ${what} is wrong`)
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

function crc32(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffffffff
  for (let at = start; at < end; at++) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}
