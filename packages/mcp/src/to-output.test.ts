import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { expect, test } from 'vitest'
import { textOf, toOutput } from './to-output.ts'

const text = (value: string): { type: 'text'; text: string } => ({ type: 'text', text: value })
const resource = (fields: { text: string } | { blob: string; mimeType?: string }, uri = 'file:///a/b.pdf?v=1') => ({
  type: 'resource' as const,
  resource: { uri, ...fields },
})

test.each<[string, CallToolResult, unknown]>([
  ['nothing', { content: [] }, ''],
  ['one text', { content: [text('hi')] }, 'hi'],
  ['several texts', { content: [text('hi'), text('ho')] }, [text('hi'), text('ho')]],
  [
    'sound',
    { content: [{ type: 'audio', data: 'AA==', mimeType: 'audio/wav' }] },
    [{ type: 'audio', source: { base64: 'AA==', mediaType: 'audio/wav' } }],
  ],
  ['a resource of text', { content: [resource({ text: 'inside' })] }, 'inside'],
  [
    'resources of bytes',
    {
      content: [
        resource({ blob: 'AA==', mimeType: 'application/pdf' }),
        resource({ blob: 'AA==', mimeType: 'image/png' }),
        resource({ blob: 'AA==', mimeType: 'audio/mpeg' }),
        resource({ blob: 'AA==' }, 'memory://'),
      ],
    },
    [
      { type: 'file', source: { base64: 'AA==', mediaType: 'application/pdf' }, filename: 'b.pdf' },
      { type: 'image', source: { base64: 'AA==', mediaType: 'image/png' } },
      { type: 'audio', source: { base64: 'AA==', mediaType: 'audio/mpeg' } },
      { type: 'file', source: { base64: 'AA==', mediaType: 'application/octet-stream' } },
    ],
  ],
  [
    'a link',
    { content: [{ type: 'resource_link', name: 'Report', uri: 'file:///r.txt', description: 'Of May.' }] },
    'Report: file:///r.txt\nOf May.',
  ],
  [
    'structured content alone',
    { content: [], structuredContent: { type: 'text', text: 'x' } },
    '{"type":"text","text":"x"}',
  ],
  ['structured content, said twice', { content: [text('{ "n": 1 }')], structuredContent: { n: 1 } }, '{"n":1}'],
  [
    'structured content with prose',
    { content: [text('{"n":1}'), text('It is old.')], structuredContent: { n: 1 } },
    [text('{"n":1}'), text('It is old.')],
  ],
])('%s', (_name, result, expected) => {
  expect(toOutput(result)).toEqual(expected)
})

test('the texts of a failure', () => {
  expect(textOf({ content: [text('a'), resource({ text: 'no' }), text('b')], isError: true })).toBe('a\nb')
})
