import { execFile } from 'node:child_process'
import { glob, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { tryInstalled } from './packages/try-installed.ts'

/**
 * Packs every public package as it would be published, lets publint and Are the Types Wrong look at it, and runs a program
 * in a project that has installed them all.
 */
const root = join(import.meta.dirname, '..')
const packed = join(root, 'node_modules/.cache/packed')
const attw = join(fileURLToPath(import.meta.resolve('@arethetypeswrong/cli/package.json')), '../dist/index.js')
const execute = promisify(execFile)

await rm(packed, { recursive: true, force: true })
await mkdir(packed, { recursive: true })
await execute('pnpm', ['--recursive', '--filter=./packages/*', 'pack', `--pack-destination=${packed}`], { cwd: root })
const tarballs = await Array.fromAsync(glob('*.tgz', { cwd: packed }))

const queue = tarballs.values()
const problems: string[] = []
await Promise.all([1, 2].map(work))
problems.push(...(await tryInstalled(tarballs.map(tarball => join(packed, tarball)))))
for (const problem of problems) console.error(problem)
console.log(`${tarballs.length} packages packed, ${problems.length} problems.`)
process.exitCode = problems.length === 0 && tarballs.length > 0 ? 0 : 1

async function work(): Promise<void> {
  for (const tarball of queue) {
    const path = join(packed, tarball)
    problems.push(...(await lint(path)), ...(await checkTypes(path)))
  }
}

async function lint(path: string): Promise<string[]> {
  const file = await readFile(path)
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: new Uint8Array(file).buffer } })
  return messages.map(message => `${String(pkg.name)}: ${formatMessage(message, pkg) ?? message.code}`)
}

async function checkTypes(path: string): Promise<string[]> {
  return execute(process.execPath, [
    attw,
    path,
    '--profile=esm-only',
    '--format=ascii',
    '--no-color',
    '--no-emoji',
  ]).then(
    () => [],
    (error: { stdout?: string; message: string }) => [error.stdout || error.message],
  )
}
