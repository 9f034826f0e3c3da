import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigurationError, UnsupportedProviderError, wrapProvider, type Middleware } from '@llm/core'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { clientFromEnvironment, createClient, createClientPool } from './index.ts'

/** Packages as an application has them installed; each provider says what it was made of, and when it is closed. */
let from = ''
const closed: string[] = []

const PROVIDER = `(id, settings) => ({
  id, protocol: 'fake', settings, stream: () => undefined,
  complete: async request => ({ text: request.model + ' at ' + id, request }),
  modelOf: name => settings.deployments?.[name],
  close: async () => {
    globalThis.closedProviders.push(id)
    if (settings.stuck) throw new Error('stuck')
  },
})`

async function install(name: string, source: string): Promise<void> {
  const folder = join(from, 'node_modules', '@llm', name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: { default: './index.js' } }))
  await writeFile(join(folder, 'index.js'), source)
}

beforeAll(async () => {
  from = await mkdtemp(join(tmpdir(), 'auto-'))
  Object.assign(globalThis, { closedProviders: closed })
  const family = (name: string) => `export const ${name} = (model, options) => ({ family: '${name}', model, ...options,
    close: () => options.provider.close() })`
  await install('provider-one', `const make = ${PROVIDER}\nexport const one = settings => make('one', settings)`)
  await install(
    'provider-two-words',
    `const make = ${PROVIDER}\nexport const twoWords = settings => make('two', settings)`,
  )
  await install(
    'provider-compatible',
    `const make = ${PROVIDER}\nexport const compatible = settings => make(settings.vendor, settings)`,
  )
  await install(
    'provider-google',
    `const make = ${PROVIDER}\nexport const vertex = settings => make('vertex', settings)`,
  )
  await install('provider-stale', 'export const other = 1')
  await install('client-llama', '')
  await rm(join(from, 'node_modules', '@llm', 'client-llama', 'index.js')) // as an installation that was cut off leaves it
  await install('client-claude', family('claude'))
  await install('client-gpt', family('gpt'))
})
afterAll(() => rm(from, { recursive: true }))
afterEach(() => {
  vi.unstubAllEnvs()
  closed.length = 0
})

describe('a service', () => {
  test('is a client of its family over its provider', async () => {
    const client = await createClient('one/anthropic/claude-sonnet-4.5', {
      from,
      settings: { apiKey: 'k', region: 'eu' },
      defaults: { maxTokens: 5 },
      onOverflow: 'trim',
    })
    expect(client).toMatchObject({
      family: 'claude',
      model: 'anthropic/claude-sonnet-4.5',
      defaults: { maxTokens: 5 },
      onOverflow: 'trim',
      provider: { id: 'one', settings: { apiKey: 'k', region: 'eu' } },
    })
  })

  test.each([
    { service: 'two-words/gpt-5', provider: { id: 'two', settings: {} } },
    { service: 'One/gpt-5', provider: { id: 'one' } },
    { service: 'vertex/claude-opus-4-1', provider: { id: 'vertex' } },
    { service: 'deepseek/gpt-5', provider: { id: 'deepseek', settings: { vendor: 'deepseek' } } },
    { service: 'ollama/gpt-5', provider: { id: 'ollama', settings: { vendor: 'ollama' } } },
  ])('$service finds its provider', async ({ service, provider }) => {
    expect((await createClient(service, { from })).provider).toMatchObject(provider)
  })

  test('may be looked for from a URL', async () => {
    const client = await createClient('one/gpt-5', { from: pathToFileURL(`${from}/app.js`) })
    expect(client.provider.id).toBe('one')
  })

  test('that names a deployment is of the family of the model behind it', async () => {
    const client = await createClient('one/my-bot', { from, settings: { deployments: { 'my-bot': 'gpt-5' } } })
    expect(client).toMatchObject({ family: 'gpt', model: 'my-bot' })
  })

  test('has middleware around its provider, the first outermost', async () => {
    const mark =
      (text: string): Middleware =>
      next =>
        wrapProvider(next, { id: `${text}(${next.id})` })
    const client = await createClient('one/gpt-5', { from, middleware: [mark('a'), mark('b')] })
    expect(client.provider.id).toBe('a(b(one))')
  })

  test('of an unknown family is a plain client, which says so once a call', async () => {
    const client = await createClient('one/qwen/qwen3', { from, defaults: { temperature: 9 } })
    expect([client.family, client.model]).toEqual(['qwen/qwen3', 'qwen/qwen3'])
    expect(await client.spec()).toMatchObject({ id: 'qwen/qwen3', inherits: '', parameters: {} })
    const { request } = (await client.complete('Hi')) as unknown as { request: object }
    expect(request).toMatchObject({ model: 'qwen/qwen3', temperature: 9 })
  })
})

describe('what is not installed', () => {
  test.each([
    { service: 'nowhere/gpt-5', packages: '@llm/provider-nowhere' },
    { service: 'one/llama-4-scout', packages: '@llm/client-llama' },
    { service: 'nowhere/llama-4-scout', packages: '@llm/provider-nowhere @llm/client-llama' },
    { service: 'nowhere/qwen3', packages: '@llm/provider-nowhere' },
  ])('$service says the command that installs it', async ({ service, packages }) => {
    const failure: unknown = await createClient(service, { from }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(UnsupportedProviderError)
    expect(failure).toMatchObject({ hint: `Run: npm install ${packages}`, cause: { code: 'MODULE_NOT_FOUND' } })
  })

  test('or does not fit', async () => {
    await expect(createClient('stale/gpt-5', { from })).rejects.toThrow(ConfigurationError)
  })
})

test.each(['gpt-5', '/gpt-5', 'one/', '../evil/gpt-5'])('%s is no service', async service => {
  await expect(createClient(service, { from })).rejects.toThrow(ConfigurationError)
})

test('options that do not exist, or are wrong, are errors', async () => {
  await expect(createClient('one/gpt-5', { from, setting: {} } as never)).rejects.toThrow(/setting/)
  await expect(createClient('one/gpt-5', { from, onOverflow: 'no' as never })).rejects.toThrow(/onOverflow/)
  await expect(createClient('one/gpt-5', { from, middleware: 'no' as never })).rejects.toThrow(/middleware/)
})

describe('the environment', () => {
  test('names the service and the timeout, which the settings may say otherwise', async () => {
    vi.stubEnv('LLM_SERVICE', 'one/openai/gpt-5')
    vi.stubEnv('LLM_TIMEOUT', '4000')
    const client = await clientFromEnvironment({ from, defaults: { maxTokens: 1 } })
    expect(client).toMatchObject({ model: 'openai/gpt-5', defaults: { maxTokens: 1 } })
    expect(client.provider).toMatchObject({ settings: { timeout: 4000 } })
    const other = await clientFromEnvironment({ from, settings: { timeout: 1, apiKey: 'k' } })
    expect(other.provider).toMatchObject({ settings: { timeout: 1, apiKey: 'k' } })
  })

  test('must name one', async () => {
    vi.stubEnv('LLM_SERVICE', undefined)
    await expect(clientFromEnvironment({ from })).rejects.toMatchObject({
      code: 'configuration',
      hint: expect.stringContaining('LLM_SERVICE'),
    })
  })
})

describe('a pool', () => {
  test('keeps one client a service, made with the settings of its provider', async () => {
    const pool = createClientPool({ from, settings: { one: { apiKey: 'k' } } })
    const [first, same, other] = await Promise.all([
      pool.client('one/gpt-5'),
      pool.client('ONE/gpt-5'),
      pool.client('deepseek/gpt-5'),
    ])
    expect(same).toBe(first)
    expect(await pool.client('one/gpt-5')).toBe(first)
    expect(first.provider).toMatchObject({ settings: { apiKey: 'k' } })
    expect(other.provider).toMatchObject({ settings: { vendor: 'deepseek' } })
    expect(other.provider).not.toMatchObject({ settings: { apiKey: 'k' } })
  })

  test('tries again after a failure', async () => {
    const pool = createClientPool({ from })
    await expect(pool.client('late/gpt-5')).rejects.toThrow(UnsupportedProviderError)
    await install('provider-late', `const make = ${PROVIDER}\nexport const late = settings => make('late', settings)`)
    expect((await pool.client('late/gpt-5')).provider.id).toBe('late')
  })

  test('closes all, one that fails too, and begins anew', async () => {
    const pool = createClientPool({ from, settings: { one: { stuck: true } } })
    const first = await pool.client('one/gpt-5')
    const under = pool.client('vertex/gpt-5')
    await expect(pool.close()).rejects.toThrow('stuck')
    await under
    expect(closed.toSorted()).toEqual(['one', 'vertex'])
    expect(await pool.client('one/gpt-5')).not.toBe(first)
  })
})
