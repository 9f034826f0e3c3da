import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { fileStore } from './file-store.ts'

const WRITER = new URL('../__fixtures__/write-entries.ts', import.meta.url)
const ASKER = new URL('../__fixtures__/ask.ts', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'cache-processes-'))

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const nodeArguments = (script: URL, args: readonly string[]): string[] => [
  '--conditions=@llm/source',
  fileURLToPath(script),
  ...args,
]

/** Writes until it has told of so many entries, and is killed then. Gives the keys that it has told of. */
async function writeAndDie(path: string, name: string, entries: number): Promise<string[]> {
  const child = spawn(process.execPath, nodeArguments(WRITER, [path, name]), { stdio: ['ignore', 'pipe', 'inherit'] })
  const told: string[] = []
  for await (const line of createInterface(child.stdout)) {
    told.push(line)
    if (told.length === entries) child.kill('SIGKILL')
  }
  return told
}

/** Those entries that are not in the file. */
async function lostOf(path: string, told: readonly string[]): Promise<string[]> {
  const store = fileStore({ path })
  const lost: string[] = []
  for (const key of told) if ((await store.get(key)) !== key.repeat(50)) lost.push(key)
  await store.close?.()
  return lost
}

describe('processes that write to one file and are killed', { timeout: 30_000 }, () => {
  test('lose no entry that they have told of', async () => {
    const path = join(folder, 'killed.db')
    const told: string[] = []
    for (let round = 0; round < 2; round++) {
      const pair = [0, 1].map(async index => writeAndDie(path, `${String(round)}-${String(index)}`, 100 + 100 * round))
      told.push(...(await Promise.all(pair)).flat())
    }
    expect(await lostOf(path, told)).toEqual([])
    expect(told.length).toBeGreaterThanOrEqual(2 * (100 + 200))
    expect(new Set(told).size).toBe(told.length)
  })

  test('lose none either where all of them find the file damaged', async () => {
    const path = join(folder, 'damaged.db')
    const store = fileStore({ path })
    await store.set('before', { value: '1' })
    await store.close?.()
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(40, 0xa5), 0, 40, 16)
    closeSync(file)
    const told = await Promise.all([0, 1].map(async index => writeAndDie(path, String(index), 50)))
    expect(await lostOf(path, told.flat())).toEqual([])
  })
})

interface Report {
  readonly answered: number
  readonly warnings: readonly string[]
  readonly logged: readonly string[]
  readonly stats: { readonly hits: number; readonly misses: number; readonly writes: number; readonly errors: number }
}

/** What a process tells that asks through a cache. It ends by itself, though it closes nothing. */
async function reportOf(child: ChildProcess): Promise<Report> {
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  expect(code).toBe(0)
  return JSON.parse(Buffer.concat(chunks).toString()) as Report
}

describe('where a file cannot be written, calls go on and the cache says so', { timeout: 30_000 }, () => {
  const stdio = ['ignore', 'pipe', 'inherit'] as const

  test('on a disk that is full', async () => {
    const path = join(folder, 'full', 'cache.db')
    // No file may be larger than so many blocks. A process that ignores the signal gets an error instead, as on a full disk.
    const command = 'trap "" XFSZ; ulimit -f 400; exec "$0" "$@"'
    const child = spawn('bash', ['-c', command, process.execPath, ...nodeArguments(ASKER, [path, '40'])], {
      stdio: [...stdio],
    })
    const { answered, warnings, logged, stats } = await reportOf(child)
    expect(answered).toBe(40)
    expect(stats.writes).toBeGreaterThan(0)
    expect(stats.errors).toBeGreaterThan(0)
    expect(stats.writes + stats.errors).toBe(40)
    expect(warnings).toContain('cache-unavailable')
    expect(logged).toEqual([expect.stringMatching(/^The cache could not write its store .* Calls go on without it\.$/)])

    const store = fileStore({ path })
    expect(await store.stats?.()).toMatchObject({ entries: stats.writes })
    await store.close?.()
  })

  test('in a folder that may not be written to', async () => {
    const readOnly = join(folder, 'read-only')
    mkdirSync(readOnly)
    chmodSync(folder, 0o755)
    chmodSync(readOnly, 0o555)
    const path = join(readOnly, 'cache.db')
    const child = spawn(process.execPath, nodeArguments(ASKER, [path, '3', '65534']), { stdio: [...stdio] })
    const { answered, warnings, logged, stats } = await reportOf(child)
    expect(answered).toBe(3)
    expect(stats).toMatchObject({ hits: 0, misses: 3, writes: 0 })
    expect(stats.errors).toBeGreaterThan(0)
    expect(warnings).toContain('cache-unavailable')
    expect(logged.length).toBe(2)
    expect(existsSync(path)).toBe(false)
  })
})
