import type { CompletionRequest } from '@llm/core'
import { describe, expect, test } from 'vitest'
import { jobId, readJob } from './job-request.ts'
import { readSettings } from './settings.ts'

const settings = readSettings({ folder: 'unused', callbacks: { secret: 'a secret of 16 or more' } })
const request: CompletionRequest = { model: 'any', messages: [{ role: 'user', content: 'Hello!' }] }

const read = (job: object): ReturnType<typeof readJob> => readJob({ provider: 'mock', request, ...job }, settings)
const ask = (fields: object): object => ({ request: { ...request, ...fields } })

test('what is kept of a job', async () => {
  expect(await read({ userId: 'ada', timeout: 5000 })).toMatchObject({
    ...{
      operation: 'complete',
      provider: 'mock',
      request,
      userId: 'ada',
      timeout: 5000,
      maxAttempts: 5,
      stream: false,
    },
  })
})

const endless: { self?: unknown } = {}
endless.self = endless

describe('requests that are not plain data are refused, with the place', () => {
  test.each([
    ['a signal', ask({ signal: AbortSignal.abort() }), 'request.signal', /cancel/],
    ['a function', ask({ tools: [{ name: 'a', execute: () => 1 }] }), 'request.tools[0].execute', /runs no tool/],
    ['a schema object', ask({ output: { '~standard': {} } }), 'request.output', /toJsonSchema/],
    ['bytes', ask({ metadata: { tags: [new Uint8Array(2)] } }), 'request.metadata.tags[0]', /base64/],
    ['a date', ask({ metadata: { userId: new Date() } }), 'request.metadata.userId', /plain data/],
    ['a map', ask({ metadata: new Map() }), 'request.metadata', /plain data/],
    ['a big number', ask({ seed: 10n }), 'request.seed', /plain data/],
    ['a symbol', ask({ seed: Symbol('x') }), 'request.seed', /plain data/],
    ['no number', ask({ temperature: NaN }), 'request.temperature', /Leave it out/],
    ['U+0000', ask({ model: 'a\0b' }), 'request.model', /U\+0000/],
    ['half a character', ask({ model: '\ud800' }), 'request.model', /surrogates/],
    ['an odd key', ask({ 'a\0': 1 }), 'request', /U\+0000/],
    [
      'a request in itself',
      ask({ metadata: endless }),
      expect.stringMatching(/^request\.metadata\.self/),
      /plain data/,
    ],
    ['no object', { request: 'Hello!' }, 'request', /model, messages/],
  ])('%s', async (_, ...[job, parameter, hint]) => {
    await expect(read(job)).rejects.toMatchObject({ code: 'validation', parameter, hint: expect.stringMatching(hint) })
  })
})

describe('jobs that are wrong in themselves are refused', () => {
  test.each([
    ['an unknown field', { prioritty: 1 }, 'prioritty'],
    ['no provider', { provider: '' }, 'provider'],
    ['an unknown operation', { operation: 'dream' }, 'operation'],
    ['a wrong owner', { userId: 7 }, 'userId'],
    ['a wrong priority', { priority: 0.5 }, 'priority'],
    ['no time', { startAfter: new Date('never') }, 'startAfter'],
    ['a request without messages', { request: { model: 'any' } }, 'messages'],
    ['an unknown request field', ask({ temprature: 1 }), 'temprature'],
    ['a file as callback', { callbackUrl: 'file:///etc/passwd' }, 'callbackUrl'],
    ['no URL', { callbackUrl: 'example.com' }, 'callbackUrl'],
    ['a callback to this machine', { callbackUrl: 'http://127.0.0.1/' }, 'callbackUrl'],
    ['a callback to a cloud', { callbackUrl: 'http://169.254.169.254/latest' }, 'callbackUrl'],
    ['a callback to a network of its own', { callbackUrl: 'http://[fd00::1]/' }, 'callbackUrl'],
    ['a callback by name to this machine', { callbackUrl: 'http://localhost:3000/' }, 'callbackUrl'],
  ])('%s', async (_, job, parameter) => {
    await expect(read(job)).rejects.toMatchObject({ code: 'validation', parameter, hint: expect.any(String) })
  })

  test.each([
    ['too many attempts', { maxAttempts: 1001 }],
    ['half an attempt', { maxAttempts: 1.5 }],
    ['no time at all', { timeout: 0 }],
  ])('%s', async (_, job) => {
    await expect(read(job)).rejects.toMatchObject({ name: expect.stringMatching(/ValidationError|ConfigurationError/) })
  })

  test('no job at all', async () => {
    await expect(readJob(null as never, settings)).rejects.toMatchObject({ code: 'validation' })
  })
})

test('a callback needs something to sign it with', async () => {
  const unsigned = readSettings({ folder: 'unused' })
  const job = { provider: 'mock', request, callbackUrl: 'https://example.com/hook' }
  await expect(readJob(job, unsigned)).rejects.toMatchObject({ code: 'configuration' })
  expect((await readJob(job, settings)).callbackUrl).toBe('https://example.com/hook')
})

test('private addresses may be called where that is meant', async () => {
  const secret = 'a secret of 16 or more'
  const open = readSettings({ folder: 'unused', callbacks: { secret, privateAddresses: ['localhost:3000'] } })
  const job = { provider: 'mock', request }
  await expect(readJob({ ...job, callbackUrl: 'http://localhost:3000/a' }, open)).resolves.toBeDefined()
  await expect(readJob({ ...job, callbackUrl: 'http://localhost:3001/a' }, open)).rejects.toMatchObject({
    parameter: 'callbackUrl',
  })
})

test('ids of jobs with a key are UUIDs that differ by owner', () => {
  const uuid = /^[\da-f]{8}-[\da-f]{4}-[48][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
  const ids = [
    jobId({ key: 'a' }),
    jobId({ key: 'a', userId: 'u' }),
    jobId({ key: 'a', projectId: 'u' }),
    jobId({ key: 'a', organizationId: 'u' }),
    jobId({ key: 'b', userId: 'u' }),
    jobId({}),
    jobId({}),
  ]
  for (const id of ids) expect(id).toMatch(uuid)
  expect(new Set(ids).size).toBe(ids.length)
  expect(jobId({ key: 'a', userId: 'u' })).toBe(ids[1])
})
