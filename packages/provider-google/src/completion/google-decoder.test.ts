import { createRandom, cutBytes } from '@llm/core/testing'
import { expect, test } from 'vitest'
import { createDecoder } from './google-decoder.ts'

/** What is decoded from a text, however it is cut. */
function decode(text: string, seed: number): readonly string[] {
  const messages: string[] = []
  const decoder = createDecoder({ onMessage: ({ data }) => messages.push(data) })
  for (const piece of cutBytes(new TextEncoder().encode(text), createRandom(seed), 5)) decoder.push(piece)
  decoder.end()
  return messages
}

const ERROR = '{\n  "error": { "code": 500, "message": "Ein Übel." }\n}'

test.each([
  ['events', 'data: {"a":1}\r\n\r\ndata: {"b":2}\r\n\r\n', ['{"a":1}', '{"b":2}']],
  ['a last event without its blank line', 'data: {"a":1}\n\ndata: {"b":2}', ['{"a":1}', '{"b":2}']],
  ['bare JSON in place of events', ERROR, [ERROR]],
  ['bare JSON behind events', `data: {"a":1}\r\n\r\n${ERROR}\r\n`, ['{"a":1}', `${ERROR}\r\n`]],
  ['a list behind events', `data: {"a":1}\n\n[${ERROR}]`, ['{"a":1}', `[${ERROR}]`]],
  ['bare JSON that was cut', 'data: {"a":1}\n\n{"error": {', ['{"a":1}']],
])('%s', (_, text, expected) => {
  for (let seed = 1; seed <= 40; seed++) expect(decode(text, seed)).toEqual(expected)
})
