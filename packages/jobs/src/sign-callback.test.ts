import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { signCallback, verifyCallback, type ReceivedCallback } from './sign-callback.ts'

const secret = 'a secret of 16 or more'
const body = JSON.stringify({ type: 'job.completed', timestamp: '2026-11-28T00:00:00.000Z', data: { id: '1' } })
const now = 1_764_288_000

afterEach(() => {
  vi.useRealTimers()
})

function received(changes: Partial<ReceivedCallback> = {}): ReceivedCallback {
  vi.useFakeTimers({ now: now * 1000 })
  return { body, secret, headers: signCallback({ id: 'm1', timestamp: now, body }, secret), ...changes }
}

test('the example of the specification', () => {
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  const example = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' }
  expect(signCallback(example, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')['webhook-signature']).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  )
})

test('any other secret is taken as it is', () => {
  const signature = createHmac('sha256', secret)
    .update(`m1.${String(now)}.${body}`)
    .digest('base64')
  expect(received().headers).toMatchObject({ 'webhook-signature': `v1,${signature}` })
})

test('what is signed is believed, as text and as bytes, with headers of either kind', () => {
  const plain = received()
  expect(verifyCallback(plain)).toEqual(JSON.parse(body))
  const headers = new Headers(plain.headers as Record<string, string>)
  expect(verifyCallback({ ...plain, headers, body: Buffer.from(body) }).data.id).toBe('1')
})

test('while the secret is changed, both the old and the new one do', () => {
  const { headers } = received()
  expect(verifyCallback({ body, headers, secret: ['a new one of 16 or more', secret] }).type).toBe('job.completed')
  const both = `v1,AAAA ${String((headers as Record<string, string>)['webhook-signature'])}`
  expect(verifyCallback(received({ headers: { ...headers, 'webhook-signature': both } })).type).toBe('job.completed')
})

describe('not believed', () => {
  test.each<[string, Partial<ReceivedCallback>]>([
    ['another body', { body: body.replace('"1"', '"2"') }],
    ['another secret', { secret: 'another secret of 16' }],
    ['no secret', { secret: [] }],
    ['no headers', { headers: {} }],
    ['another id', { headers: { ...signCallback({ id: 'm1', timestamp: now, body }, secret), 'webhook-id': 'm2' } }],
    [
      'another time',
      {
        headers: { ...signCallback({ id: 'm1', timestamp: now, body }, secret), 'webhook-timestamp': String(now + 1) },
      },
    ],
    ['an old one', { headers: signCallback({ id: 'm1', timestamp: now - 301, body }, secret) }],
    ['one from the future', { headers: signCallback({ id: 'm1', timestamp: now + 301, body }, secret) }],
    ['no time', { headers: signCallback({ id: 'm1', timestamp: NaN, body }, secret) }],
  ])('%s', (_, changes) => {
    expect(() => verifyCallback(received(changes))).toThrow(expect.objectContaining({ code: 'callback_signature' }))
  })

  test.each([[''], [undefined], ['whsec_'], [[secret, '']]])('with a secret that anybody knows: %o', guessed => {
    const callback = { ...received(), secret: guessed } as ReceivedCallback
    expect(() => verifyCallback(callback)).toThrow(expect.objectContaining({ code: 'configuration' }))
  })

  test.each(['{}', 'not JSON', '{"type":"invoice.paid"}'])('what tells of no job: %s', text => {
    const headers = signCallback({ id: 'm1', timestamp: now, body: text }, secret)
    const callback = received({ body: text, headers })
    expect(() => verifyCallback(callback)).toThrow(expect.objectContaining({ code: 'validation' }))
  })
})
