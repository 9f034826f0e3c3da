import { describe, expect, test } from 'vitest'
import type { Batch, BatchClient } from '../batches.ts'
import type { CallOptions } from '../call-options.ts'
import { apiError, type ErrorKind } from '../errors/api-error.ts'
import type { FileClient, UploadedFile, VectorStoreClient } from '../files.ts'
import type { Provider } from '../provider.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { say, scriptedProvider } from '../testing/scripted-provider.ts'
import { compose } from './compose.ts'
import { fallback } from './fallback.ts'
import { hooks } from './hooks.ts'
import { retry } from './retry.ts'
import { timeouts } from './timeouts.ts'
import { wrapProvider } from './wrap-provider.ts'

/** A client as some are written: a class with a state of its own. Its calls fail as they are told to, then answer. */
class Files implements FileClient {
  #said: unknown[][] = []
  readonly failures: Error[]

  constructor(failures: readonly ErrorKind[] = []) {
    this.failures = failures.map(kind => apiError({ kind }, { provider: 'p' }))
  }

  get calls(): readonly unknown[][] {
    return this.#said
  }

  upload = (...given: unknown[]): Promise<UploadedFile> => this.answer('upload', given)
  list = async (...given: unknown[]): Promise<readonly UploadedFile[]> => [await this.answer('list', given)]

  get(id: string, options?: CallOptions): Promise<UploadedFile> {
    return this.answer('get', [id, options])
  }

  async delete(id: string): Promise<void> {
    await this.answer('delete', [id])
  }

  async *download(id: string): AsyncIterable<Uint8Array> {
    await this.answer('download', [id])
    yield new Uint8Array([1])
  }

  answer(name: string, given: readonly unknown[]): Promise<UploadedFile> {
    this.#said.push([name, ...given])
    const failure = this.failures.shift()
    return failure === undefined ? Promise.resolve({ id: 'f' }) : Promise.reject(failure)
  }
}

function setup(failures: readonly ErrorKind[] = []) {
  const clock = createManualClock({ autoAdvance: true })
  const files = new Files(failures)
  const provider = { ...scriptedProvider(clock, () => say('ok')), files }
  return { clock, files, provider, again: retry({ clock, random: () => 0 }) }
}

describe('a layer around what is kept at the host', () => {
  test('sees each call and its options, and may change them', async () => {
    const { provider, files } = setup()
    const seen: unknown[] = []
    const wrapped = wrapProvider(provider, {
      aroundKept: (name, options, proceed) => {
        seen.push([name, options?.timeout])
        return proceed({ ...options, timeout: 7 })
      },
    })
    const upload = { data: new Uint8Array(), filename: 'a', timeout: 1 }
    await wrapped.files.upload(upload)
    await wrapped.files.get('f', { timeout: 2 })
    await wrapped.files.list()
    for await (const bytes of wrapped.files.download('f')) expect(bytes.length).toBe(1)
    expect(seen).toEqual([
      ['files.upload', 1],
      ['files.get', 2],
      ['files.list', undefined],
    ])
    expect(files.calls).toEqual([
      ['upload', { ...upload, timeout: 7 }],
      ['get', 'f', { timeout: 7 }],
      ['list', { timeout: 7 }],
      ['download', 'f'],
    ])
    expect([upload.timeout, wrapped.files, wrapped.files.calls.length]).toEqual([1, wrapped.files, 4])
  })

  test('is told where the options are, and leaves alone what a provider has not', async () => {
    const given: unknown[][] = []
    const note = (...parameters: unknown[]): Promise<never> => {
      given.push(parameters)
      return Promise.resolve({ id: 'x' } as never)
    }
    const { search: _, ...vectorStores } = {
      ...{ create: note, get: note, list: note, addFile: note, getFile: note, listFiles: note },
      ...{ removeFile: note, search: note, delete: note },
    } satisfies VectorStoreClient
    let made = 0
    const inner = {
      ...setup().provider,
      vectorStores: vectorStores,
      get batches(): BatchClient | undefined {
        made += 1
        return undefined
      },
    } as Provider
    const wrapped = wrapProvider(inner, { aroundKept: (name, _options, proceed) => proceed({ idempotencyKey: name }) })
    expect([made, wrapped.batches, 'embeddingBatches' in wrapped, 'search' in (wrapped.vectorStores ?? {})]).toEqual([
      0,
      undefined,
      false,
      false,
    ])
    await wrapped.vectorStores?.addFile('s', 'f')
    await wrapped.vectorStores?.delete('s')
    expect(given).toEqual([
      ['s', 'f', { idempotencyKey: 'vectorStores.addFile' }],
      ['s', { idempotencyKey: 'vectorStores.delete' }],
    ])
  })
})

describe('retry', () => {
  test('tries again what can be, and nothing that would be made twice', async () => {
    const { provider, files, again } = setup(['server', 'connection'])
    const tried = compose(provider, again)
    expect(await tried.files.get('f')).toEqual({ id: 'f' })
    expect(files.calls.map(([name]) => name)).toEqual(['get', 'get', 'get'])
    files.failures.push(...new Files(['server']).failures)
    const upload = { data: new Uint8Array(), filename: 'a' }
    await expect(tried.files.upload(upload)).rejects.toMatchObject({ code: 'server', attempts: { length: 1 } })
    files.failures.push(...new Files(['server', 'server']).failures)
    await tried.files.upload({ ...upload, idempotencyKey: 'once' })
    files.failures.push(...new Files(['overloaded']).failures)
    await tried.files.upload(upload)
    expect(files.calls.filter(([name]) => name === 'upload').length).toBe(6)
  })

  test('around failover asks the first host alone, where it is kept', async () => {
    const { provider, files, clock, again } = setup(['server'])
    const other = setup().provider
    await compose(fallback([provider, other], { clock }), again).files.get('f')
    expect([files.calls.length, other.files.calls.length]).toEqual([2, 0])
  })
})

test('timeouts end it, and hooks tell of it', async () => {
  const { provider, clock, again } = setup(['rate-limit'])
  const log: string[] = []
  const watched = compose(
    provider,
    hooks({
      clock,
      onRequest: ({ operation }) => log.push(operation),
      onAttempt: ({ attempt }) => log.push(attempt.error ?? 'ok'),
      onComplete: ({ result }) => log.push(JSON.stringify(result)),
      onError: ({ error }) => log.push(error.code),
    }),
    again,
  )
  await watched.files.get('f')
  expect(log).toEqual(['files.get', 'rate_limit', 'ok', '{"id":"f"}'])
  const signals: (AbortSignal | undefined)[] = []
  const hanging: Pick<BatchClient, 'get'> = {
    get: (_, options) => {
      signals.push(options?.signal)
      return new Promise<Batch>(() => undefined)
    },
  }
  const limited = compose({ ...provider, batches: hanging as BatchClient }, timeouts({ totalMs: 50, clock }))
  await expect(limited.batches.get('b')).rejects.toMatchObject({ code: 'timeout', timer: 'total' })
  expect([clock.now(), signals[0]?.aborted]).toEqual([50, true])
})
