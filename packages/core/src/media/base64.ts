/** Bytes that are encoded at once: a multiple of three, so that the pieces join without padding between them. */
const PIECE = 0x8000 - (0x8000 % 3)

/**
 * Bytes as base64 text, on any runtime.
 *
 * @example
 * ```ts
 * import { encodeBase64 } from '@llm/core'
 *
 * encodeBase64(new Uint8Array([1, 2, 3])) // 'AQID'
 * ```
 */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += PIECE) text += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE)))
  return text
}

/** The bytes of base64 text; `undefined` for what is none. */
export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
