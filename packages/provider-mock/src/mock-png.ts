import { ascii, joinBytes } from './mock-bytes.ts'

/** A PNG image of one colour: a palette of one entry, and a bit for each pixel. https://www.w3.org/TR/png-3/ */
export function encodePng(width: number, height: number, colour: readonly [number, number, number]): Uint8Array {
  const header = joinBytes(uint32(width), uint32(height), Uint8Array.of(1, 3, 0, 0, 0))
  const rows = new Uint8Array(height * (1 + Math.ceil(width / 8)))
  return joinBytes(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(colour)),
    chunk('IDAT', zlibStored(rows)),
    chunk('IEND', new Uint8Array()),
  )
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = joinBytes(ascii(type), data)
  return joinBytes(uint32(data.length), body, uint32(crc32(body)))
}

const BLOCK = 0xffff

/** A zlib stream that is not compressed. https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4 */
function zlibStored(data: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let at = 0; at < data.length; at += BLOCK) {
    const part = data.subarray(at, at + BLOCK)
    const { length } = part
    const last = at + BLOCK >= data.length ? 1 : 0
    blocks.push(Uint8Array.of(last, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff), part)
  }
  return joinBytes(Uint8Array.of(0x78, 0x01), ...blocks, uint32(adler32(data)))
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return ((b << 16) | a) >>> 0
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}
