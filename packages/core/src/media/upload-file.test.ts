import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UploadProgress } from '../files.ts'
import { uploadFile } from './upload-file.ts'

/** Says how much came. */
const server = createServer((request, response) => {
  let bytes = 0
  request.on('data', (chunk: Uint8Array) => (bytes += chunk.length))
  request.on('end', () => response.end(JSON.stringify({ bytes, length: Number(request.headers['content-length']) })))
})
let url = ''

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
})
afterAll(() => server.close())

async function send(body: BodyInit): Promise<{ bytes: number; length: number }> {
  return (await (await fetch(url, { method: 'POST', body })).json()) as { bytes: number; length: number }
}

const data = Uint8Array.from({ length: 150_000 }, (_, index) => index)

test.each(['alone', 'in a form'])('a file that is sent %s tells how far it is, and keeps its length', async how => {
  const told: UploadProgress[] = []
  const file = uploadFile({ data, filename: 'a.bin', onProgress: progress => told.push(progress) })
  const form = new FormData()
  form.append('file', file)
  const { bytes, length } = await send(how === 'alone' ? file : form)
  expect(bytes).toBe(length)
  expect(bytes).toBeGreaterThanOrEqual(data.length)
  expect(told).toEqual([65_536, 131_072, 150_000].map(sent => ({ sent, total: 150_000 })))
})

test('the bytes are those that were given, read again for another try', async () => {
  const file = uploadFile({ data: new Blob([data]), filename: 'a.bin', onProgress: () => undefined })
  for (let tries = 0; tries < 2; tries++) {
    expect(new Uint8Array(await new Response(file.stream()).arrayBuffer())).toEqual(data)
  }
})

test('a type that is given goes before that of the blob', () => {
  const blob = new Blob([data], { type: 'text/plain' })
  expect(uploadFile({ data: blob, filename: 'a' }).type).toBe('text/plain')
  expect(uploadFile({ data: blob, filename: 'a', mediaType: 'text/csv' }).type).toBe('text/csv')
  expect(uploadFile({ data, filename: 'a.bin' }).name).toBe('a.bin')
})
