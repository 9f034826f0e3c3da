import { expect, test } from 'vitest'
import type { Message } from '../message.ts'
import { toolContent } from '../tools/tool-output.ts'
import { image, type MessageInput } from './media-input.ts'
import { readContent, readMessages } from './read-messages.ts'

const PNG = Uint8Array.from(Buffer.from('89504e470d0a1a0a', 'hex'))
const IMAGE = { type: 'image', source: { base64: 'iVBORw0KGgo=', mediaType: 'image/png' } }

test('messages that need no reading are given back as they are, right or wrong', async () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'user', content: [{ type: 'image', source: { url: 'https://example.com/a.png' } }] },
    null,
    { role: 'user', content: [null, { type: 'image' }] },
  ] as MessageInput[]
  expect(await readMessages(messages)).toBe(messages)
  expect(await readMessages('nothing' as never)).toBe('nothing')
})

test('only what needs it is read', async () => {
  const first: Message = { role: 'system', content: 'Be brief.' }
  const read = await readMessages([first, { role: 'user', content: [image(PNG)] }])
  expect(read[0]).toBe(first)
  expect(read[1]).toEqual({ role: 'user', content: [IMAGE] })
})

test('files are read inside the results of tools too', async () => {
  const result = { type: 'tool-result', toolCallId: '1', content: [image(PNG)] }
  const read = await readMessages([{ role: 'tool', content: [result] } as never])
  expect(read).toEqual([{ role: 'tool', content: [{ ...result, content: [IMAGE] }] }])
})

test('what a tool gives back is plain data once it is read', async () => {
  expect(await readContent(toolContent('look', image(PNG)))).toEqual([IMAGE])
  expect(await readContent(toolContent('look', 'a text'))).toBe('a text')
})

test('a file that cannot be read is named by its place', async () => {
  const content = [{ type: 'text', text: 'Look.' } as const, image({ path: 'no-such-file.png' })]
  const failure = readMessages([{ role: 'user', content }])
  await expect(failure).rejects.toMatchObject({ code: 'validation', parameter: 'content[1].source' })
})
