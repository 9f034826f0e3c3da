/** A vector as text. */
export function encodeVector(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}

/** A vector from text; `undefined` from anything else. */
export function decodeVector(text: unknown): Float32Array | undefined {
  if (typeof text !== 'string') return undefined
  const bytes = Buffer.from(text, 'base64')
  if (bytes.byteLength === 0 || bytes.byteLength % Float32Array.BYTES_PER_ELEMENT !== 0) return undefined
  // Buffers share memory and may begin anywhere in it; a vector must begin at a multiple of its item's size.
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
