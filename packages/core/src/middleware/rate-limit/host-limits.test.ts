import { describe, expect, test } from 'vitest'
import { HostLimits, readHostLimits } from './host-limits.ts'

const now = Date.UTC(2026, 0, 1)

describe('headers', () => {
  test.each([
    ['1.5s', 1500],
    ['6m0s', 360_000],
    ['1h2m3s', 3_723_000],
    ['20ms', 20],
    ['1d', 86_400_000],
    ['7', 7000],
    ['0.25', 250],
    [new Date(now + 5000).toISOString(), 5000],
    [new Date(now - 5000).toISOString(), 0],
    [String(now / 1000 + 9), 9000],
    [String(now + 9), 9],
  ])('a time as %s', (value, resetMs) => {
    const headers = { 'x-ratelimit-remaining-tokens': '12', 'x-ratelimit-reset-tokens': value }
    expect(readHostLimits(headers, now)).toEqual([{ resource: 'tokens', remaining: 12, resetMs }])
  })

  test('names in all orders', () => {
    const headers = {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'some-ratelimit-input-tokens-limit': '1000',
      'some-ratelimit-input-tokens-remaining': '900',
      'some-ratelimit-input-tokens-reset': '2s',
      'ratelimit-remaining': '3',
      'ratelimit-reset': '4',
    }
    expect(readHostLimits(headers, now)).toEqual([
      { resource: 'requests', remaining: 59, resetMs: 1000 },
      { resource: 'input-tokens', remaining: 900, resetMs: 2000 },
      { resource: '', remaining: 3, resetMs: 4000 },
    ])
  })

  test('that are not whole or no limits tell nothing', () => {
    const headers = {
      'x-ratelimit-remaining-requests': 'many',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-remaining-tokens': '5',
      'ratelimit-policy': '10;w=60',
      'some-ratelimit-reset': 'soon',
      'some-ratelimit-remaining': '1',
      'content-type': 'text/plain',
    }
    expect(readHostLimits(headers, now)).toEqual([])
  })
})

test('what was sent since is taken off, and what is over is forgotten', () => {
  const limits = new HostLimits()
  limits.learn([{ resource: 'requests', remaining: 2, resetMs: 1000 }], 0)
  limits.learn([{ resource: 'output-tokens', remaining: 0, resetMs: 500 }], 0)
  limits.learn([{ resource: 'tokens', remaining: 100, resetMs: 0 }], 0)
  const tokens = { input: 50, output: 500 }
  expect(limits.waitFor(tokens, 0)).toBe(500)
  expect(limits.waitFor(tokens, 500)).toBe(0)
  limits.spend(tokens)
  limits.spend(tokens)
  expect(limits.waitFor(tokens, 600)).toBe(400)
  expect([limits.active(999), limits.active(1000)]).toEqual([true, false])
})
