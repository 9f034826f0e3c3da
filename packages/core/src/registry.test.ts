import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Provider } from './provider.ts'
import { createRegistry, loadProvider } from './registry.ts'

const fake = (settings?: object): Provider =>
  ({ id: 'fake', protocol: 'none', settings, complete: () => undefined, stream: () => undefined }) as never

describe('a registry', () => {
  const registry = createRegistry({ fake, 'other-one': fake })
  test('knows what it was given', () => {
    expect(registry.names).toEqual(['fake', 'other-one'])
    expect([registry.has('fake'), registry.has('toString')]).toEqual([true, false])
    expect(registry.provider('fake', { apiKey: 'k' })).toMatchObject({ id: 'fake', settings: { apiKey: 'k' } })
  })
  test('names what there is', () => {
    expect(() => registry.provider('nope')).toThrow(
      expect.objectContaining({ code: 'unsupported_provider', hint: 'It has: fake, other-one.' }),
    )
    expect(() => createRegistry({}).provider('x')).toThrow(expect.objectContaining({ hint: 'It has: none.' }))
  })
})

describe('an installed package', () => {
  let folder = ''
  const install = async (name: string, source: string): Promise<void> => {
    const path = join(folder, 'node_modules', '@llm', `provider-${name}`)
    await mkdir(path, { recursive: true })
    await writeFile(join(path, 'package.json'), JSON.stringify({ type: 'module', exports: { default: './index.js' } }))
    await writeFile(join(path, 'index.js'), source)
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-'))
    await install('two-words', `export const twoWords = settings => ({ id: 'two-words', settings })`)
    await install('empty', 'export {}')
    await install('broken', `throw new TypeError('half installed')`)
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('is found from a folder or a file, as a path or a URL', async () => {
    const url = pathToFileURL(folder)
    for (const from of [
      folder,
      `${folder}/`,
      join(folder, 'app.js'),
      relative(process.cwd(), folder),
      url,
      url.href,
      new URL(`${url.href}/app.js`),
    ]) {
      expect(await loadProvider('two-words', { apiKey: 'k' }, { from })).toEqual({
        id: 'two-words',
        settings: { apiKey: 'k' },
      })
    }
  })
  test('that is missing says how to install it', async () => {
    for (const options of [{}, { from: folder }]) {
      await expect(loadProvider('not-there', {}, options)).rejects.toMatchObject({
        code: 'unsupported_provider',
        hint: 'Run: npm install @llm/provider-not-there',
        cause: { code: 'MODULE_NOT_FOUND' },
      })
    }
  })
  test('that does not fit says so', async () => {
    await expect(loadProvider('empty', {}, { from: folder })).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('exports nothing called empty'),
    })
    await expect(loadProvider('broken', {}, { from: folder })).rejects.toMatchObject({
      code: 'unsupported_provider',
      cause: { message: 'half installed' },
    })
  })
  test.each(['', '../evil', 'Upper', 'a/b'])('%o is no name of one', async name => {
    await expect(loadProvider(name)).rejects.toMatchObject({
      code: 'unsupported_provider',
      hint: expect.stringContaining('lower-case'),
    })
  })
})
