import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { FAULTS } from './faults/faults.ts'

/** Writes into the documentation what the code knows: who can do what, and how calls fail. With --check it only says what differs. */

interface Row {
  readonly id: string
  readonly protocol: string
  readonly members: ReadonlySet<string>
}

/** Everything a provider may do besides completions, as the documentation calls it. */
const CAPABILITIES: Readonly<Record<string, string>> = {
  embed: 'embeddings',
  generateImage: 'images',
  streamImage: 'images, as they are made',
  generateSpeech: 'speech',
  streamSpeech: 'speech, as it is made',
  transcribe: 'transcription',
  streamTranscription: 'transcription, as it is made',
  generateVideo: 'video',
  moderate: 'moderation',
  rerank: 'reranking',
  completeCode: 'code completion',
  countTokens: 'token counts',
  listModels: 'model list',
  batches: 'batches',
  embeddingBatches: 'batches of embeddings',
  files: 'files',
  vectorStores: 'vector stores',
  caches: 'prompt caches',
}

/** Where each of them is shown. */
const EXAMPLES: Readonly<Record<string, string>> = {
  embed: 'embeddings',
  generateImage: 'images',
  streamImage: 'images',
  generateSpeech: 'speech',
  streamSpeech: 'speech',
  transcribe: 'speech',
  streamTranscription: 'speech',
  generateVideo: 'video',
  moderate: 'moderation',
  rerank: 'rerank',
  completeCode: 'code-completion',
  countTokens: 'tokens',
  listModels: 'tokens',
  batches: 'batches',
  embeddingBatches: 'batches',
  files: 'file-search',
  vectorStores: 'file-search',
  caches: 'caches',
}

const start = (name: string): string => `<!-- ${name}: written by \`pnpm docs:update\` -->`
const end = (name: string): string => `<!-- /${name} -->`

/** The providers that a package exports, one row each; a package with a table of vendors has a row a vendor. */
async function rowsOf(folder: string): Promise<readonly Row[]> {
  const exported = await load(join(folder, 'src/index.ts'))
  const vendors = await load(join(folder, 'src/vendors.ts')).catch(() => ({}))
  const names = Object.keys((vendors as { VENDORS?: object }).VENDORS ?? {})
  const settings = names.length > 0 ? names.map(vendor => ({ vendor })) : [{}]
  return Object.values(exported).flatMap(make => settings.flatMap(given => rowOf(make, given) ?? []))
}

/** What a factory makes, where that is a provider: errors, helpers and the like are none. */
function rowOf(make: unknown, settings: object): Row | undefined {
  if (typeof make !== 'function' || /^class\s/.test(make.toString())) return undefined
  try {
    const made = (make as (settings: object) => Record<string, unknown> | undefined)(settings)
    if (typeof made?.['complete'] !== 'function') return undefined
    return { id: String(made['id']), protocol: String(made['protocol']), members: new Set(Object.keys(made)) }
  } catch {
    return undefined
  }
}

async function load(path: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(path).href)) as Record<string, unknown>
}

function table(rows: readonly Row[]): string {
  const known = Object.keys(CAPABILITIES).filter(name => rows.some(row => row.members.has(name)))
  const titles = ['provider', 'wire format', ...known.map(name => CAPABILITIES[name] ?? name)]
  const lines = rows.map(({ id, protocol, members }) => [
    `\`${id}\``,
    `\`${protocol}\``,
    ...known.map(name => (members.has(name) ? 'yes' : '')),
  ])
  return markdown(titles, lines)
}

/** The table the other way round: who has what. */
function byCapability(rows: readonly Row[]): string {
  const all = `all: ${rows.map(({ id }) => id).join(', ')}`
  const lines = Object.entries(CAPABILITIES).map(([name, title]) => {
    const hosts = rows.filter(({ members }) => members.has(name)).map(({ id }) => `\`${id}\``)
    return [title, `\`${name}\``, hosts.join(', ') || 'none yet', exampleOf(EXAMPLES[name] ?? name)]
  })
  const titles = ['capability', 'member', 'providers', 'example']
  return markdown(titles, [['completions, streamed or not', '`complete`, `stream`', all, exampleOf('demo')], ...lines])
}

function exampleOf(name: string): string {
  return `[${name}](../examples/src/${name}.ts)`
}

/** The same for the page of one package: where it makes one provider, a row a capability. */
function tableOfPackage(rows: readonly Row[]): string {
  const [row] = rows
  if (row === undefined || rows.length > 1) return table(rows)
  const known = Object.keys(CAPABILITIES).filter(name => row.members.has(name))
  return markdown(
    ['capability', 'member'],
    [
      ['completions, streamed or not', '`complete`, `stream`'],
      ...known.map(name => [CAPABILITIES[name] ?? name, `\`${name}\``]),
    ],
  )
}

/** The fault matrix: what goes wrong, and what the caller sees of it. */
function faultTable(): string {
  const yes = (holds: boolean): string => (holds ? 'yes' : '')
  const rows = FAULTS.map(({ name, of, expected, partial }) => [
    name,
    of === 'both' ? 'whole, stream' : of,
    [expected.code]
      .flat()
      .map(code => `\`${code}\`${expected.timer === undefined ? '' : ` (${expected.timer})`}`)
      .join(' or '),
    yes(expected.retryable),
    yes(expected.failsOver),
    String(expected.attempts),
    partial === undefined ? '' : partial === '' ? 'nothing yet' : 'what had arrived',
  ])
  const titles = ['what goes wrong', 'of', 'code', 'retryable', 'fails over', 'attempts', 'partial']
  return markdown(titles, rows)
}

/** A table. */
function markdown(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  return [titles, titles.map(() => '---'), ...lines].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** A part of a page that is written by this program. */
interface Passage {
  readonly path: string
  readonly name: string
  readonly text: string
}

/** Puts text between the marks of a page. */
async function withText({ path, name, text }: Passage): Promise<string> {
  const page = await readFile(path, 'utf8')
  const [from, to] = [page.indexOf(start(name)), page.indexOf(end(name))]
  if (from < 0 || to < from)
    throw new Error(`${path} has no place for its ${name}: add ${start(name)} and ${end(name)}`)
  const filled = `${page.slice(0, from + start(name).length)}\n\n${text}\n\n${page.slice(to)}`
  return format(filled, { ...(await resolveConfig(path)), filepath: path })
}

async function passages(): Promise<readonly Passage[]> {
  const names = (await readdir('packages')).filter(name => name.startsWith('provider-')).sort()
  const rows = await Promise.all(names.map(name => rowsOf(join('packages', name))))
  const all = rows.flat()
  const own = names.map((name, index) => ({
    path: join('packages', name, 'README.md'),
    text: tableOfPackage(rows[index] ?? []),
  }))
  const pages = [
    ...own,
    { path: 'docs/providers.md', text: table(all) },
    { path: 'docs/capabilities.md', text: byCapability(all) },
  ]
  return [
    ...pages.map(page => ({ ...page, name: 'capabilities' })),
    { path: 'docs/reliability.md', name: 'faults', text: faultTable() },
  ]
}

async function main(check: boolean): Promise<void> {
  const stale: string[] = []
  const all = await passages()
  for (const passage of all) {
    const page = await withText(passage)
    if (page === (await readFile(passage.path, 'utf8'))) continue
    stale.push(passage.path)
    if (!check) await writeFile(passage.path, page)
  }
  if (stale.length === 0) {
    console.log(`${String(all.length)} pages say what the code says.`)
    return
  }
  console.log(`${check ? 'Out of date, run pnpm docs:update' : 'Updated'}: ${stale.join(', ')}`)
  if (check) process.exitCode = 1
}

await main(process.argv.includes('--check'))
