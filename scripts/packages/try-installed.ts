import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Installs packed packages into a new project with npm, as users do, and runs a program there. Gives what went wrong. */
export async function tryInstalled(tarballs: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'installed-'))
  try {
    const dependencies = Object.fromEntries(tarballs.map(path => [nameOf(path), `file:${path}`]))
    const manifest = { name: 'installed', private: true, type: 'module', dependencies }
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
    await copyFile(new URL('./smoke.js', import.meta.url), join(folder, 'smoke.js'))
    await execute('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder })
    // Without what this workspace tells Node of its sources.
    const { NODE_OPTIONS: _, DATABASE_URL: __, REDIS_URL: ___, ...env } = process.env
    await execute(process.execPath, ['smoke.js'], { cwd: folder, env, timeout: 120_000 })
    return []
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    return [`What is installed does not work: ${stderr || message}`]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** `llm-client-gpt-0.0.0.tgz` is `@llm/client-gpt`. */
function nameOf(path: string): string {
  const [, name = path] = /llm-(.+?)-\d+\.\d+\.\d+[^/]*\.tgz$/.exec(path) ?? []
  return `@llm/${name}`
}
