import { crc32 } from 'node:zlib'
import type { StreamMessage } from '@llm/core'
import { createRandom, cutBytes } from '@llm/core/testing'
import { eventStreamFrame } from '@llm/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFrameDecoder } from './bedrock-frames.ts'

function decode(pieces: readonly Uint8Array[]): StreamMessage[] {
  const messages: StreamMessage[] = []
  const decoder = createFrameDecoder({ onMessage: message => messages.push(message) })
  for (const piece of pieces) decoder.push(piece)
  decoder.end()
  return messages
}

function join(frames: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(frames))
}

function frame(event: string, payload: unknown): Uint8Array {
  return eventStreamFrame({ ':event-type': event, ':message-type': 'event' }, payload)
}

const message = fc.record({ event: fc.stringMatching(/^[a-zA-Z]{1,40}$/), payload: fc.jsonValue() })

describe('frames', () => {
  test('give the same messages wherever the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.integer(),
        fc.integer({ min: 1, max: 90 }),
        (sent, seed, most) => {
          const bytes = join(sent.map(({ event, payload }) => frame(event, payload)))
          const expected = sent.map(({ event, payload }) => ({ event, data: JSON.stringify(payload) }))
          expect(decode(cutBytes(bytes, createRandom(seed), most))).toEqual(expected)
          expect(decode([bytes])).toEqual(expected)
        },
      ),
    )
  })

  test('are refused when any bit of them is wrong', () => {
    const whole = frame('contentBlockDelta', { delta: { text: 'Hello' } })
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
        const broken = whole.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte))
        expect(() => decode([broken])).toThrow('is broken')
      }),
    )
  })

  test('that are large arrive in linear time', () => {
    const text = 'x'.repeat(4 * 1024 * 1024)
    const pieces = cutBytes(frame('image', { text }), createRandom(1), 4096)
    const begun = performance.now()
    expect(decode(pieces)).toEqual([{ event: 'image', data: JSON.stringify({ text }) }])
    expect(performance.now() - begun).toBeLessThan(2000)
  })

  test('that are cut off at the end are left out', () => {
    const bytes = join([frame('first', {}), frame('second', {})])
    for (const cut of [1, 10, 40]) expect(decode([bytes.slice(0, -cut)])).toEqual([{ event: 'first', data: '{}' }])
  })

  test('of a length that no frame has are refused at once', () => {
    const forged = (length: number, headers: number): Uint8Array => {
      const prelude = Buffer.alloc(12)
      prelude.writeUInt32BE(length, 0)
      prelude.writeUInt32BE(headers, 4)
      prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8)
      return new Uint8Array(prelude)
    }
    expect(() => decode([forged(0xffffffff, 0)])).toThrow('its lengths')
    expect(() => decode([forged(20, 4_000)])).toThrow('its lengths')
  })

  test('may have headers of any type', () => {
    const plain = frame('delta', { a: 1 })
    const others = [
      [0],
      [1],
      [2, 7],
      [3, 0, 7],
      [4, 0, 0, 0, 7],
      [5, 0, 0, 0, 0, 0, 0, 0, 7],
      [6, 0, 2, 7, 7],
      [8, 0, 0, 0, 0, 0, 0, 0, 7],
      [9, ...Array.from({ length: 16 }, () => 7)],
    ].map(([type = 0, ...value]) => [1, 97 + type, type, ...value])
    expect(decode([withHeaders(plain, others.flat())])).toEqual([{ event: 'delta', data: '{"a":1}' }])
    expect(() => decode([withHeaders(plain, [1, 97, 10])])).toThrow('a header')
    expect(() => decode([withHeaders(plain, [1, 97, 7, 255, 255])])).toThrow('a header')
  })

  test('of exceptions are named after them, those of the transport are errors', () => {
    const exception = { ':message-type': 'exception', ':exception-type': 'throttlingException' }
    const error = { ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'Oh.' }
    expect(decode([eventStreamFrame(exception, { message: 'Slow down.' }), eventStreamFrame(error, {})])).toEqual([
      { event: 'throttlingException', data: '{"message":"Slow down."}' },
      { event: 'error', data: '{"code":"InternalError","message":"Oh."}' },
    ])
  })
})

/** The frame with more headers, its lengths and checksums made right. */
function withHeaders(plain: Uint8Array, more: readonly number[]): Uint8Array {
  const old = Buffer.from(plain)
  const headersEnd = 12 + old.readUInt32BE(4)
  const bytes = Buffer.concat([old.subarray(0, headersEnd), Buffer.from(more), old.subarray(headersEnd)])
  bytes.writeUInt32BE(bytes.length, 0)
  bytes.writeUInt32BE(old.readUInt32BE(4) + more.length, 4)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4)
  return new Uint8Array(bytes)
}
