import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../testing/random.ts'
import { randomKey } from '../testing/random-key.ts'
import { redact } from './redact.ts'

const key = fc.integer().map(seed => randomKey(createRandom(seed)))
const around = fc.constantFrom('=', '_', ' ', '"', "'", '\n', '(', ': ', ', ', '<b>')
const after = fc.constantFrom('', ' ', '"', "'", '\n', ')', ', ', '. Try again.', '</b>')

test('no key of any vendor survives, wherever it stands', () => {
  fc.assert(
    fc.property(key, around, after, ({ text, secret }, before, behind) => {
      const clean = redact(`Incorrect key provided${before}${text}${behind}`)
      expect(clean).not.toContain(secret.slice(0, 8))
      expect(clean).not.toContain(secret.slice(-8))
      expect(clean).toContain('[redacted]')
    }),
    { numRuns: 1000 },
  )
})

test('redacting twice changes nothing more', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          key.map(({ text }) => text),
          fc.string(),
        ),
        { maxLength: 5 },
      ),
      texts => {
        const once = redact(texts.join(' '))
        expect(redact(once)).toBe(once)
      },
    ),
  )
})

test('a given secret goes, whatever it looks like, with the characters of a pattern too', () => {
  expect(redact('hunter2 is not h.nter2', ['hunter2'])).toBe('[redacted] is not h.nter2')
  expect(redact('a $& (b+c) d', ['(b+c)'])).toBe('a $& [redacted] d')
  expect(redact('nothing to hide', [undefined, '', 'no'])).toBe('nothing to hide')
})

test.each([
  ['Authorization: Bearer abcd1234', 'Authorization: [redacted]'],
  ['Authorization: Token 0123456789abcdef', 'Authorization: Token [redacted]'],
  ['{"authorization":"Basic dXNlcjpwYXNz"}', '{"authorization":"[redacted]"}'],
  ['password=hunter22&user=me', 'password=[redacted]&user=me'],
  ['x-amz-security-token: IQoJb3JpZ2luX2VjEA', 'x-amz-security-token: [redacted]'],
  ['Ocp-Apim-Subscription-Key: 0123abcd', 'Ocp-Apim-Subscription-Key: [redacted]'],
  ['GET https://me:pass@host/path', 'GET https://[redacted]@host/path'],
  ['-----BEGIN PRIVATE KEY-----\nMIIEvQ\nabc\n-----END PRIVATE KEY-----\n', '[redacted]\n'],
  ['Incorrect API key provided: sk-abcd****wxyz.', 'Incorrect API key provided: [redacted]'],
])('%s', (text, clean) => {
  expect(redact(text)).toBe(clean)
})

test.each([
  'max_tokens: 4096 is more than the model takes',
  'The API key is missing.',
  'Unexpected token: < at 12:30',
  'See https://example.com:8080/docs?page=2 and mail me@example.com',
  'model some-model-2026-01-01 was not found',
  'request 3f2b8c1e-7f5a-4f2e-9a57-1d2c3b4a5f60 took 12 ms',
  'a risky task-force',
])('leaves alone: %s', text => {
  expect(redact(text)).toBe(text)
})

test('a long text is done in time that grows with its length only', () => {
  const long = 'eyJ'.repeat(50_000) + ' ' + 'authorization '.repeat(10_000) + ':'.repeat(50_000)
  const start = performance.now()
  redact(long)
  expect(performance.now() - start).toBeLessThan(1000)
})
