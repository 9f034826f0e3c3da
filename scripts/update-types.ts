import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ModelSpec } from '../packages/core/src/specs/model-spec.ts'
import { renderLimits } from './specs/render-limits.ts'

/** Writes what the models of every family refuse as types, from the specs. With --check it only says what differs. */

const clients = (await readdir('packages')).filter(name => name.startsWith('client-')).sort()
const stale: string[] = []
for (const client of clients) {
  const folder = join('packages', client, 'src')
  const { specs } = (await import(pathToFileURL(join(folder, 'specs.ts')).href)) as { specs: readonly ModelSpec[] }
  const path = join(folder, 'limits.ts')
  const text = renderLimits(await familyName(folder), specs)
  if ((await readFile(path, 'utf8').catch(() => '')) === text) continue
  stale.push(path)
  if (!process.argv.includes('--check')) await writeFile(path, text)
}
for (const path of stale) console.log(path)
console.log(
  stale.length === 0 ? 'The types of all families are as their specs say.' : `${String(stale.length)} differ.`,
)
if (process.argv.includes('--check') && stale.length > 0) {
  console.error('Run pnpm types:update.')
  process.exitCode = 1
}

/** A family's name as its types spell it, such as DeepSeek. */
async function familyName(folder: string): Promise<string> {
  const name = /export type \{ (\w+)Model \}/.exec(await readFile(join(folder, 'index.ts'), 'utf8'))?.[1]
  if (name === undefined) throw new Error(`${folder}/index.ts exports no type of its models`)
  return name
}
