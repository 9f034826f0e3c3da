import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64.ts'

test('bytes survive the way there and back, and are what other encoders write', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes)
    }),
  )
})

test('pieces join, whatever the length', () => {
  for (const length of [32_765, 32_766, 32_767, 32_768, 100_000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => index % 251)
    expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
  }
})

test('what is no base64 has no bytes', () => {
  expect(decodeBase64('%%%')).toBeUndefined()
})
