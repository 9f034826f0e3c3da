import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { inspectExports } from './check-docstrings.ts'

async function inspect(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'docstrings-'))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text)
  return inspectExports(root, [join(root, 'index.ts')])
}

test('every exported symbol needs a docstring, wherever it is declared', async () => {
  expect(
    await inspect({
      'index.ts': `export { add, type Sum as Total } from './add.ts'\n`,
      'add.ts': `export type Sum = number\nexport const add = 1\nexport const hidden = 2\n`,
    }),
  ).toEqual(['add.ts: Sum has no docstring', 'add.ts: add has no docstring'])
})

test('functions and classes need an example, constants and types do not', async () => {
  expect(
    await inspect({
      'index.ts': [
        '/** Adds. */\nexport function add(): number {\n  return 1\n}',
        '/** Adds. */\nexport const plus = (): number => 1',
        '/** A sum. */\nexport class Sum {}',
        '/** One. */\nexport const one = 1',
        '/** A number. */\nexport type Amount = number',
        '/**\n * Adds.\n *\n * @example\n * ```ts\n * twice()\n * ```\n */\nexport function twice(): void {}\n',
      ].join('\n'),
    }),
  ).toEqual([
    'index.ts: Sum has no @example in its docstring',
    'index.ts: add has no @example in its docstring',
    'index.ts: plus has no @example in its docstring',
  ])
})

test('an entry that is not there is a problem', async () => {
  expect(await inspect({ 'other.ts': 'export const a = 1\n' })).toEqual(['index.ts: is no module'])
})
