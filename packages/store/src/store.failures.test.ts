import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { mock } from '@llm/provider-mock'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DATABASE_URL, onEngines, postgresPlace } from './__fixtures__/engines.ts'
import { recordAt } from './__fixtures__/records.ts'
import { createStore, defineStore, track, type Store, type StoreSettings } from './index.ts'
import { createSqliteBackend } from './sqlite/sqlite-backend.ts'

const request = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] }

function fill(store: Store, count: number, day = 1): void {
  for (let index = 0; index < count; index++) {
    const record = recordAt(Date.UTC(2026, 0, day) + index, { prompt: 'x'.repeat(1000) })
    store.record(record.id, () => record)
  }
}

describe('SQLite', () => {
  let folder: string
  let file: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'llm-store-'))
    file = join(folder, 'ledger.db')
  })
  afterEach(async () => {
    await chmod(folder, 0o755)
    await rm(folder, { recursive: true })
  })

  test('on a full disk: calls go on, rows wait, and are written when there is room', async () => {
    const store = defineStore(createSqliteBackend(file, ['max_page_count = 150']))
    fill(store, 100)
    await store.flush()
    fill(store, 1000, 2)
    await expect(store.flush()).rejects.toMatchObject({
      code: 'store',
      message: `There is no space left for the ledger ${file}.`,
      hint: expect.stringContaining('deleteOlderThan') as string,
    })
    const answer = await track(store)(mock({ replies: ['fine'] })).complete(request)
    expect(answer.text).toBe('fine')
    expect(store.status).toMatchObject({ waiting: 1001, written: 100, dropped: 0 })
    await store.close().catch(() => undefined)
    const roomy = createStore({ url: file })
    expect((await roomy.requests.usage()).total.requests).toBe(100)
    await roomy.close()
  })

  test('a thread that ends is replaced: nothing is lost, and nobody waits for it', async () => {
    const threads: Worker[] = []
    const note = (thread: Worker): void => void threads.push(thread)
    process.on('worker', note)
    const store = createStore({ url: file })
    fill(store, 10)
    await store.flush()
    expect((await store.requests.usage()).total.requests).toBe(10)
    fill(store, 10, 2)
    const flushed = store.flush().catch(() => undefined)
    await Promise.all(threads.map(thread => thread.terminate()))
    await flushed
    await store.flush()
    expect((await store.requests.usage()).total.requests).toBe(20)
    await Promise.all(threads.map(thread => thread.terminate()))
    await store.close()
    process.off('worker', note)
  })

  test('the file is for nobody else', async () => {
    const store = createStore({ url: file })
    fill(store, 1)
    await store.flush()
    for (const name of await readdir(folder)) {
      expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0)
    }
    await store.close()
  })

  test('in a folder that it may not write to', async () => {
    await chmod(folder, 0o555)
    // Whoever is root may write anywhere but here.
    const url = process.getuid?.() === 0 ? '/proc/ledger.db' : file
    const store = createStore({ url })
    await expect(store.ready()).rejects.toMatchObject({
      code: 'store',
      message: `The ledger ${url} cannot be opened for writing.`,
      hint: expect.stringContaining('folder') as string,
    })
    const answer = await track(store)(mock({ replies: ['fine'] })).complete(request)
    expect(answer.text).toBe('fine')
    await expect(store.close()).rejects.toMatchObject({ code: 'store' })
  })

  test('in a file that is something else', async () => {
    await writeFile(file, 'Dear diary, today I wrote no database.'.repeat(100))
    const store = createStore({ url: file })
    await expect(store.ready()).rejects.toMatchObject({
      code: 'configuration',
      message: `${file} is no ledger, or is damaged.`,
    })
  })

  test('that another process keeps locked: rows wait until it is free', async () => {
    const store = defineStore(createSqliteBackend(file, ['busy_timeout = 20']))
    await store.ready()
    const other = new DatabaseSync(file)
    other.exec('begin immediate')
    fill(store, 1)
    await expect(store.flush()).rejects.toMatchObject({
      code: 'store',
      message: expect.stringContaining('locked') as string,
    })
    other.exec('rollback')
    other.close()
    await store.flush()
    expect(store.status).toEqual({ waiting: 0, written: 1, dropped: 0 })
    await store.close()
  })

  test('in a folder that is not there makes it, also by a file URL', async () => {
    const store = createStore({ url: `file://${folder}/deep/er/ledger.db` })
    fill(store, 1)
    await store.close()
    const again = createStore({ url: join(folder, 'deep', 'er', 'ledger.db') })
    expect((await again.requests.list()).items).toHaveLength(1)
    await again.close()
  })
})

onEngines('databases', createPlace => {
  test('a schema from a newer version is left alone', async () => {
    const place = await createPlace()
    await place.open().ready()
    await place.run('insert into llm_schema (version) values (99)')
    const store = place.open()
    fill(store, 1)
    await expect(store.ready()).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('its schema is 99') as string,
      hint: expect.stringContaining('Update') as string,
    })
    await expect(store.flush()).rejects.toMatchObject({ code: 'configuration' })
    expect((await track(store)(mock({ replies: ['fine'] })).complete(request)).text).toBe('fine')
  })

  test('several that open it at once make it once', async () => {
    const place = await createPlace()
    const stores = Array.from({ length: 5 }, () => place.open())
    await Promise.all(stores.map(store => store.ready()))
    fill(stores[0] as Store, 1)
    await stores[0]?.flush()
    expect((await stores[4]?.requests.list())?.items).toHaveLength(1)
  })
})

/** A way to PostgreSQL that can be cut. */
async function openProxy(target: URL) {
  const sockets = new Set<Socket>()
  let cut = false
  const server = createServer(socket => {
    if (cut) return socket.destroy()
    const onward = connect(Number(target.port || 5432), target.hostname)
    for (const [from, to] of [[socket, onward] as const, [onward, socket] as const]) {
      sockets.add(from)
      from.on('error', () => to.destroy()).on('close', () => to.destroy())
      from.pipe(to)
    }
    return undefined
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    cut() {
      cut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      cut = false
    },
    close: () => server.close(),
  }
}

describe.skipIf(DATABASE_URL === undefined)('PostgreSQL (DATABASE_URL)', () => {
  test('that is lost: calls go on, rows wait, the oldest are dropped and told, and the rest is written later', async () => {
    const place = await postgresPlace()
    const proxy = await openProxy(new URL(place.url))
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
    const store = createStore({ url: proxy.url, logger, maxWaiting: 20, flushMs: 10 })
    const provider = track(store)(mock({ replies: Array.from({ length: 40 }, () => 'fine') }))
    await provider.complete(request)
    await store.flush()
    proxy.cut()
    for (let call = 0; call < 30; call++) expect((await provider.complete(request)).text).toBe('fine')
    await expect(store.flush()).rejects.toMatchObject({ code: 'store', message: 'PostgreSQL cannot be reached.' })
    expect(store.status).toMatchObject({ waiting: 20, dropped: 10, error: { retryable: true } })
    await expect(store.requests.list()).rejects.toMatchObject({ code: 'store' })
    expect(logger.error).toHaveBeenCalled()
    proxy.mend()
    await expect.poll(() => store.status, { timeout: 30_000 }).toEqual({ waiting: 0, written: 21, dropped: 10 })
    expect((await store.requests.list()).items).toHaveLength(21)
    await store.close()
    proxy.close()
    await place.remove()
  })

  test('that refuses', async () => {
    const url = new URL(DATABASE_URL ?? '')
    url.pathname = '/there_is_none'
    await expect(createStore({ url: url.href }).ready()).rejects.toMatchObject({
      code: 'configuration',
      message: 'PostgreSQL refuses the connection.',
    })
  })
})

describe('settings', () => {
  test('that are wrong are refused at once', () => {
    const wrong: [StoreSettings | Record<string, unknown>, string][] = [
      [{ url: 'mysql://localhost/x' }, 'mysql:'],
      [{ url: 'x.db', flushMs: 0 }, 'flushMs'],
      [{ url: 'x.db', batchsize: 5 }, 'batchSize'],
      [{ url: 'x.db', maxWaiting: '5' }, 'maxWaiting'],
    ]
    for (const [settings, words] of wrong) expect(() => createStore(settings)).toThrow(words)
  })

  test('may come from the environment', async () => {
    vi.stubEnv('DATABASE_URL', 'mysql://localhost/x')
    expect(() => createStore()).toThrow('mysql:')
    vi.unstubAllEnvs()
  })
})

test('a store that is closed says so', async () => {
  const store = createStore({ url: ':memory:' })
  await store.ready()
  await store.close()
  await expect(store.requests.list()).rejects.toMatchObject({ code: 'store', retryable: false })
})
