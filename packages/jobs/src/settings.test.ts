import { afterEach, expect, test, vi } from 'vitest'
import { readSettings, type JobsSettings } from './settings.ts'

const url = 'postgres://somebody@localhost/db'
const callbacks = { secret: 'a secret of 16 or more' }

afterEach(() => {
  vi.unstubAllEnvs()
})

test('without settings, jobs are in a folder, and their media too', () => {
  vi.stubEnv('DATABASE_URL', '')
  expect(readSettings({})).toMatchObject({
    ...{ place: { folder: 'llm-jobs' }, media: { folder: 'llm-jobs/media' }, schema: 'llm_jobs' },
    ...{ maxAttempts: 5, timeout: 900_000, heartbeatMs: 30_000, keepMs: 604_800_000, callbacks: undefined },
  })
})

test('DATABASE_URL moves them to PostgreSQL, unless a folder is given', () => {
  vi.stubEnv('DATABASE_URL', url)
  expect(readSettings({})).toMatchObject({ place: { url }, media: undefined })
  expect(readSettings({ folder: 'jobs' }).place).toEqual({ folder: 'jobs' })
  vi.stubEnv('DATABASE_URL', 'mysql://localhost')
  expect(() => readSettings({})).toThrow(/DATABASE_URL must begin with postgres/)
})

test('media goes where it is told to', () => {
  const saveMedia = (): string => 'https://example.com/1'
  expect(readSettings({ url, mediaFolder: '/srv/media' }).media).toEqual({ folder: '/srv/media' })
  expect(readSettings({ url, saveMedia }).media).toBe(saveMedia)
})

test('what is to be kept for ever is', () => {
  expect(readSettings({ url, keepMs: Infinity, keepFailedMs: Infinity })).toMatchObject({ keepMs: Infinity })
})

test.each<[string, JobsSettings, RegExp]>([
  ['an unknown setting', { urll: url } as JobsSettings, /"urll".*url/],
  ['two places', { url, folder: 'jobs' }, /cannot both be set/],
  ['two places for media', { mediaFolder: 'a', saveMedia: () => '' }, /cannot both be set/],
  ['another database', { url: 'mysql://localhost' }, /must begin with postgres/],
  ['a schema that is no name', { schema: 'Jobs; DROP' }, /schema/],
  ['too short a heartbeat', { heartbeatMs: 9000 }, /heartbeatMs/],
  ['no attempt', { maxAttempts: 0 }, /maxAttempts/],
  ['half an attempt', { maxAttempts: 2.5 }, /maxAttempts/],
  ['too long a timeout', { timeout: 86_400_000 }, /timeout/],
  ['no number', { keepMs: NaN }, /keepMs/],
  ['a short secret', { callbacks: { secret: 'short' } }, /callbacks.secret/],
  ['a secret of which base64 leaves little', { callbacks: { secret: 'whsec_!!!!!!!!!!!!!!!!' } }, /callbacks.secret/],
  ['an unknown setting of callbacks', { callbacks: { ...callbacks, retries: 1 } as never }, /retries/],
  ['no time to answer', { callbacks: { ...callbacks, timeout: 0 } }, /callbacks .*timeout must be/],
])('%s is refused', (_, settings, message) => {
  expect(() => readSettings(settings)).toThrow(message)
  expect(() => readSettings(settings)).toThrow(expect.objectContaining({ code: 'configuration' }))
})
