import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { fileStore, type FileStoreOptions } from './file-store.ts'
import type { CacheStore, StoreStats } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'cache-file-'))
let number = 0
let path: string
let logged: string[]

beforeEach(() => {
  number += 1
  path = join(folder, String(number), 'deep', 'cache.db')
  logged = []
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const note = (_: object, message: string): void => void logged.push(message)
const logger = { debug: note, info: note, warn: note, error: note }
const open = (options: FileStoreOptions = {}): CacheStore => fileStore({ path, logger, ...options })
const statsOf = (store: CacheStore): StoreStats => store.stats?.() as StoreStats

/** A file with entries, closed. */
async function filled(entries: number = 200): Promise<void> {
  const store = open()
  for (let index = 0; index < entries; index++) await store.set(`k:${String(index)}`, { value: 'x'.repeat(2000) })
  await store.close?.()
}

describe('a file', () => {
  test('is made with its folder at first use, and for its owner alone', async () => {
    const store = open()
    expect(existsSync(path)).toBe(false)
    await store.set('a', { value: '1' })
    for (const file of readdirSync(join(path, '..'))) {
      expect(statSync(join(path, '..', file)).mode & 0o077).toBe(0)
    }
    await store.close?.()
  })

  test('keeps its entries for the next one who opens it', async () => {
    await filled(3)
    const store = open()
    expect(await store.get('k:2')).toBe('x'.repeat(2000))
    expect(statsOf(store)).toEqual({ entries: 3, bytes: 3 * 2003, evictions: 0 })
    await store.close?.()
  })

  test('may be used again after it was closed', async () => {
    const store = open()
    await store.set('a', { value: '1' })
    await store.close?.()
    await store.close?.()
    expect(await store.get('a')).toBe('1')
    await store.close?.()
  })

  test('that was removed is made anew by the next write, which is not lost', async () => {
    const store = open()
    await store.set('a', { value: '1' })
    rmSync(join(path, '..'), { recursive: true })
    await store.set('b', { value: '2' })
    await store.close?.()
    const other = open()
    expect([await other.get('a'), await other.get('b')]).toEqual([undefined, '2'])
    await other.close?.()
  })

  test('takes entries of two stores at once', async () => {
    const [one, two] = [open(), open()]
    await one.set('a', { value: '1' })
    await two.set('b', { value: '2' })
    expect([await two.get('a'), await one.get('b')]).toEqual(['1', '2'])
    expect(statsOf(one)).toEqual(statsOf(two))
    await one.close?.()
    await two.close?.()
  })
})

describe('room', () => {
  const value = 'x'.repeat(998)
  const keys = Array.from({ length: 10 }, (_, index) => `k${String(index)}`)

  test('is made by what was used longest ago, for every process', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const store = open({ maxBytes: 10_000 })
      for (const key of keys) {
        vi.advanceTimersByTime(1)
        await store.set(key, { value })
      }
      vi.advanceTimersByTime(1)
      await store.get('k0')
      await store.set('k10', { value })
      const other = open()
      const left = [...keys, 'k10'].filter(key => other.get(key) !== undefined)
      // 11,001 bytes are too many, and room is made until 9,000 are left.
      expect(left).toEqual(['k0', ...keys.slice(4), 'k10'])
      expect(statsOf(store)).toEqual({ entries: 8, bytes: 8001, evictions: 3 })
      await other.close?.()
      await store.close?.()
    } finally {
      vi.useRealTimers()
    }
  })

  test('is not made for what is larger than all of it; the old one goes, as it is no longer true', async () => {
    const store = open({ maxBytes: 1000 })
    await store.set('a', { value: 'old' })
    await store.set('a', { value: 'x'.repeat(1000) })
    expect([await store.get('a'), statsOf(store).entries]).toEqual([undefined, 0])
    await store.close?.()
  })

  test('of the file itself is given back', async () => {
    const store = open()
    for (let index = 0; index < 200; index++) await store.set(String(index), { value: 'x'.repeat(10_000) })
    await store.close?.()
    const before = statSync(path).size
    await store.clear()
    await store.close?.()
    expect(before).toBeGreaterThan(2_000_000)
    expect(statSync(path).size).toBeLessThan(100_000)
  })

  test('that cannot be made in the background is told of, and stops nobody', async () => {
    vi.useFakeTimers()
    try {
      const store = open({ cleanUpMs: 1000 })
      await store.set('a', { value: '1' })
      const other = new DatabaseSync(path)
      other.exec('DROP TABLE entries')
      other.close()
      vi.advanceTimersByTime(1000)
      expect(logged).toEqual(['The cache file could not be cleaned up.'])
      await store.close?.()
    } finally {
      vi.useRealTimers()
    }
  })

  test('is made in the background by what has expired', async () => {
    vi.useFakeTimers()
    try {
      const store = open({ cleanUpMs: 1000 })
      await store.set('short', { value: '1', expiresAt: Date.now() + 10 })
      await store.set('long', { value: '2' })
      expect(statsOf(store).entries).toBe(2)
      vi.advanceTimersByTime(1000)
      expect(statsOf(store).entries).toBe(1)
      await store.close?.()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a damaged file', () => {
  const damages: readonly (readonly [string, () => void])[] = [
    ['cut', () => truncateSync(path, 8192 + 100)],
    ['overwritten in its middle', () => scribble(4096, statSync(path).size - 4096)],
    ['overwritten in its header, but for who made it', () => scribble(16, 40)],
  ]
  test.each(damages)('that was %s is a miss, and is removed', async (_, damage) => {
    await filled()
    damage()
    const store = open()
    expect(await store.get('k:150')).toBeUndefined()
    await store.set('new', { value: '1' })
    expect(await store.get('new')).toBe('1')
    expect(logged).toEqual(['The cache file is corrupt and was removed.'])
    await store.close?.()
  })

  test("that does not say that it is a cache is moved aside: it may be somebody else's", async () => {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, 'my diary, '.repeat(1000))
    const store = open()
    expect(await store.get('a')).toBeUndefined()
    await store.set('a', { value: '1' })
    expect(await store.get('a')).toBe('1')
    expect(readFileSync(`${path}.corrupt`, 'utf8')).toMatch(/^my diary/)
    expect(logged).toEqual(['The cache file is corrupt and was moved aside.'])
    await store.close?.()
  })

  test('is left to the process that removes it, unless that has ended in the middle', async () => {
    await filled()
    scribble(16, 40)
    mkdirSync(`${path}.lock`)
    const store = open()
    await expect(async () => store.get('k:1')).rejects.toThrow()
    const longAgo = new Date(Date.now() - 60_000)
    utimesSync(`${path}.lock`, longAgo, longAgo)
    await expect(async () => store.get('k:1')).rejects.toThrow()
    expect(await store.get('k:1')).toBeUndefined()
    expect(logged).toEqual(['The cache file is corrupt and was removed.'])
    expect(existsSync(`${path}.lock`)).toBe(false)
    await store.close?.()
  })

  test('is replaced under a process that has it open', async () => {
    await filled()
    const store = open()
    expect(await store.get('k:1')).toBeDefined()
    scribble(0, statSync(path).size)
    const other = open()
    expect(await other.get('k:1')).toBeUndefined()
    await other.set('new', { value: '1' })
    await store.set('newer', { value: '2' })
    expect([await other.get('new'), await other.get('newer')]).toEqual(['1', '2'])
    await store.close?.()
    await other.close?.()
  })

  function scribble(from: number, length: number): void {
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(length, 0xa5), 0, length, from)
  }
})

describe('a file that is none of this version', () => {
  test('of a newer version is left alone, with a hint', async () => {
    await filled(1)
    sql('PRAGMA user_version = 99')
    await expect(async () => open().get('a')).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringMatching(/version 99/),
      hint: 'Give the cache another path.',
    })
    expect(sql('SELECT count(*) AS n FROM entries')).toEqual({ n: 1 })
  })

  test('that is another database is left alone', async () => {
    mkdirSync(join(path, '..'), { recursive: true })
    sql('CREATE TABLE mine (a); INSERT INTO mine VALUES (1)')
    await expect(async () => open().set('a', { value: '1' })).rejects.toThrow(/is no cache file/)
    expect(sql('SELECT a FROM mine')).toEqual({ a: 1 })
  })

  function sql(text: string): unknown {
    const database = new DatabaseSync(path)
    try {
      if (!text.startsWith('SELECT')) return database.exec(text)
      return { ...database.prepare(text).get() }
    } finally {
      database.close()
    }
  }
})

test('a folder that cannot be made is an error each time, and is not tried each time', async () => {
  mkdirSync(join(folder, String(number)), { recursive: true })
  writeFileSync(join(folder, String(number), 'deep'), 'a file, no folder')
  const store = open()
  await expect(async () => store.get('a')).rejects.toThrow()
  await expect(async () => store.set('a', { value: '1' })).rejects.toThrow()
  rmSync(join(folder, String(number), 'deep'))
  await expect(async () => store.get('a')).rejects.toThrow()
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.advanceTimersByTime(10_000)
  await store.set('a', { value: '1' })
  expect(await store.get('a')).toBe('1')
  vi.useRealTimers()
  await store.close?.()
})

test.each<[object, RegExp]>([
  [{ maxBytes: 0 }, /maxBytes must be a whole number of at least 1/],
  [{ cleanUpMs: 0 }, /cleanUpMs must be .* above 0/],
  [{ cleanUpMs: 2 ** 31 }, /cleanUpMs must be .* up to 2147483647/],
  [{ maxbytes: 5 }, /Did you mean "maxBytes"/],
  [{ path: 5 }, /path must be a string/],
])('%o is refused', (options, message) => {
  expect(() => fileStore(options as FileStoreOptions)).toThrow(message)
})
