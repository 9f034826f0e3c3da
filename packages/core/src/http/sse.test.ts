import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSSEDecoder, type StreamMessage } from './sse.ts'

const encoder = new TextEncoder()

function decode(...pieces: readonly (string | Uint8Array)[]): StreamMessage[] {
  const messages: StreamMessage[] = []
  const decoder = createSSEDecoder({
    onMessage: ({ event, data }) => messages.push(event ? { event, data } : { data }),
  })
  for (const piece of pieces) decoder.push(typeof piece === 'string' ? encoder.encode(piece) : piece)
  decoder.end()
  return messages
}

test.each([
  ['line feeds', 'data: a\n\ndata: b\n\n', [{ data: 'a' }, { data: 'b' }]],
  ['carriage returns and line feeds', 'data: a\r\n\r\ndata: b\r\n\r\n', [{ data: 'a' }, { data: 'b' }]],
  ['carriage returns', 'data: a\r\rdata: b\r\r', [{ data: 'a' }, { data: 'b' }]],
  ['mixed line ends', 'data: a\r\n\ndata: b\n\r\ndata: c\r\r', [{ data: 'a' }, { data: 'b' }, { data: 'c' }]],
  ['comments', ': ping\n\n:\n\ndata: a\n: inside\n\n', [{ data: 'a' }]],
  ['data over several lines', 'data: a\ndata:\ndata:  b\n\n', [{ data: 'a\n\n b' }]],
  ['the event before the data', 'event: ping\ndata: {}\n\n', [{ event: 'ping', data: '{}' }]],
  ['the event after the data', 'data: {}\nevent: ping\n\n', [{ event: 'ping', data: '{}' }]],
  [
    'an event name for one message only',
    'event: x\ndata: 1\n\ndata: 2\n\n',
    [{ event: 'x', data: '1' }, { data: '2' }],
  ],
  ['no blank after the colon', 'data:a\n\n', [{ data: 'a' }]],
  ['ids, retries and unknown fields', 'id: 1\nretry: 10\nfoo: bar\ndata: a\n\n', [{ data: 'a' }]],
  ['an event without data', 'event: nothing\n\ndata: a\n\n', [{ data: 'a' }]],
  ['a last message without its blank line', 'data: a\n\ndata: b\n', [{ data: 'a' }, { data: 'b' }]],
  ['a last line without an end', 'data: a\n\ndata: b', [{ data: 'a' }, { data: 'b' }]],
  ['a last line that ends in a carriage return', 'data: a\r\r\ndata: b\r', [{ data: 'a' }, { data: 'b' }]],
  ['a byte order mark', '\uFEFFdata: a\n\n', [{ data: 'a' }]],
  ['nothing', '', []],
  ['only pings', ': ping\n\n: ping\n\n', []],
])('%s', (_name, text, messages) => {
  expect(decode(text)).toEqual(messages)
})

test('a character that the network cuts in two is whole', () => {
  const bytes = encoder.encode('data: \u00e9\u{1F600}\n\n')
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(decode(bytes.slice(0, cut), bytes.slice(cut))).toEqual([{ data: '\u00e9\u{1F600}' }])
  }
})

test('a byte order mark that the network cuts is dropped', () => {
  const bytes = encoder.encode('\uFEFFdata: a\n\n')
  expect(decode(...Array.from(bytes, byte => Uint8Array.of(byte)))).toEqual([{ data: 'a' }])
})

const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }).map(text => `data: ${text.replace(/[\r\n]/g, '')}`),
  fc.constantFrom(
    'event: ping',
    ': comment',
    'id: 7',
    '',
    '',
    'data:',
    'data',
    'unknown: field',
    '\u{1F468}\u200D\u{1F469}',
  ),
)
const wire = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 20 }))
  .map(([bom, lines]) => encoder.encode((bom ? '\uFEFF' : '') + lines.map(([text, end]) => text + end).join('')))

test('any cut gives the same messages as one piece', () => {
  fc.assert(
    fc.property(wire, fc.array(fc.nat({ max: 400 }), { maxLength: 30 }), (bytes, cuts) => {
      const places = [0, ...cuts.filter(cut => cut < bytes.length).sort((a, b) => a - b), bytes.length]
      const pieces = places.slice(1).map((end, index) => bytes.slice(places[index], end))
      expect(decode(...pieces)).toEqual(decode(bytes))
    }),
    { numRuns: 300 },
  )
})

test('messages come as soon as they are whole', () => {
  const seen: string[] = []
  const decoder = createSSEDecoder({ onMessage: ({ data }) => seen.push(data) })
  decoder.push(encoder.encode('data: a\n\ndata: b\n\ndata: c'))
  expect(seen).toEqual(['a', 'b'])
  decoder.end()
  expect(seen).toEqual(['a', 'b', 'c'])
})
