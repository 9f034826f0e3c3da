import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Measures } from '../job.ts'
import { medians } from '../rounds.ts'
import type { Part } from './part.ts'

const run = promisify(execFile)

const HOSTS = ['openai', 'azure', 'anthropic', 'google', 'groq', 'openrouter', 'bedrock', 'compatible'] as const
const SDKS = ['openai', '@anthropic-ai/sdk', '@google/genai', 'groq-sdk', '@aws-sdk/client-bedrock-runtime'] as const

const IMPORTS: readonly { readonly name: string; readonly specifiers: readonly string[] }[] = [
  { name: 'nothing', specifiers: [] },
  { name: '@llm/core', specifiers: ['@llm/core'] },
  {
    name: '@llm/core, provider-openai, client-gpt',
    specifiers: ['@llm/core', '@llm/provider-openai', '@llm/client-gpt'],
  },
  ...HOSTS.map(host => ({ name: `@llm/provider-${host}`, specifiers: [`@llm/provider-${host}`] })),
  ...SDKS.map(sdk => ({ name: sdk, specifiers: [sdk] })),
  { name: '@llm/pool', specifiers: ['@llm/pool'] },
  { name: 'undici, which it loads at the first call', specifiers: ['undici'] },
  { name: 'zod', specifiers: ['zod'] },
  { name: '@xsai/stream-text, generate-text', specifiers: ['@xsai/stream-text', '@xsai/generate-text'] },
  { name: 'ai, @ai-sdk/openai', specifiers: ['ai', '@ai-sdk/openai'] },
  { name: '@langchain/openai', specifiers: ['@langchain/openai'] },
]

/** JavaScript, not a file of ours: taking types out of a file would cost more than what is measured. */
const SCRIPT = `
const start = performance.now()
for (const specifier of process.argv.slice(1)) await import(specifier)
const ms = performance.now() - start
console.log(JSON.stringify({ ms, MB: process.memoryUsage.rss() / 2 ** 20 }))`

/** Imports in fresh processes, by turns. */
export const coldImport: Part = async ({ quick }) => {
  const results: Measures[][] = IMPORTS.map(() => [])
  for (let round = 0; round < (quick ? 3 : 15); round++) {
    for (const [index, { specifiers }] of IMPORTS.entries()) results[index]?.push(await importAll(specifiers))
  }
  const [bare = {}, ...rest] = results.map(medians)
  const rows = rest.map(({ ms, MB }, index) => ({
    name: IMPORTS[index + 1]?.name ?? '',
    cells: [ms, (MB ?? NaN) - (bare['MB'] ?? NaN)],
  }))
  return {
    title: 'Cold import in a fresh process',
    columns: ['ms', 'MB more than a bare process'],
    rows,
    compare: false,
  }
}

async function importAll(specifiers: readonly string[]): Promise<Measures> {
  const args = ['--input-type=module', '--eval', SCRIPT, ...specifiers]
  const { stdout } = await run(process.execPath, args, { cwd: import.meta.dirname })
  return JSON.parse(stdout) as Measures
}
