import { glob, readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, posix } from 'node:path'

/** Checks the architecture: who may import whom, the anatomy that packages share, and that core names no vendor. */
export async function checkStructure(root: string): Promise<string[]> {
  const folders = (await readdir(join(root, 'packages'))).filter(name => !name.startsWith('.')).sort()
  const packages = await Promise.all(folders.map(name => readPackage(root, name)))
  const checks = [checkArrows, checkAnatomy, checkManifest, checkExports, checkSources, checkCycles]
  const problems = packages.flatMap(pkg =>
    checks.flatMap(check => check(pkg)).map(problem => `packages/${pkg.name}: ${problem}`),
  )
  // `tsc -b` builds what it is told of: a package missing from the root's references would never be type-checked.
  const built = await readReferences(root)
  const unbuilt = folders.filter(name => !built.includes(name))
  return [...problems, ...unbuilt.map(name => `tsconfig.json: lacks a reference to packages/${name}`)]
}

/** First matching row wins. `name` is the folder of a package; a package that matches no row is reported. */
const arrows: { name: RegExp; mayImport: RegExp }[] = [
  { name: /^core$/, mayImport: /^$/ },
  { name: /^protocol-/, mayImport: /^core$/ },
  { name: /^provider-/, mayImport: /^(core|protocol-.+)$/ },
  { name: /^client-/, mayImport: /^core$/ },
  { name: /^(cost|limits|store|cache|telemetry|testing|mcp|pool)$/, mayImport: /^core$/ },
  {
    name: /^(auto|cli|gateway|service|jobs|adapter-.+)$/,
    mayImport: /^(core|protocol-.+|provider-.+|client-.+|cost|limits|store|cache|telemetry|testing|mcp|pool)$/,
  },
]
const testsMayAlsoImport = /^(testing|provider-mock)$/

const vendors =
  /openai|anthropic|claude|gpt|gemini|google|vertex|groq|grok|\bxai\b|openrouter|bedrock|azure|deepseek|mi[sx]tral|llama|\bcohere\b|qwen|moonshot|hugging ?face/i

const capabilities =
  'embeddings|images|speech|transcription|batches|files|video|moderation|count-tokens|models|vector-stores|rerank|code-completion|caches'
const steps = 'render-request|render-messages|render-tools|parse-response|parse-stream|wire'

/** What a kind of package must have and may have: the modules in src, without their suffix. `own` is demo in client-demo. */
const anatomy: { kind: RegExp; required: (own: string) => string[]; rooms: (own: string) => string }[] = [
  {
    kind: /^provider-/,
    required: own => ['index', own],
    rooms: own =>
      `index|${own}|options|errors|settings|vendors|completion|${capabilities}|completion/(${steps})|(completion/)?${own}-.+`,
  },
  {
    kind: /^client-/,
    required: () => ['index', 'specs', 'limits'],
    rooms: own => `index|client|${own}|specs|rules|catalogue|limits|tokenizer`,
  },
  { kind: /./, required: () => ['index'], rooms: () => '.+' },
]

type Access = { access?: string }

interface Package {
  name: string
  manifest: Record<string, unknown> & { exports?: Record<string, Record<string, string>>; publishConfig?: Access }
  rootFiles: string[]
  sources: { path: string; text: string }[]
  references: string[]
}

async function readPackage(root: string, name: string): Promise<Package> {
  const folder = join(root, 'packages', name)
  const entries = await readdir(folder, { withFileTypes: true })
  const paths = await Array.fromAsync(glob('src/**/*.ts', { cwd: folder }), path => path.replaceAll('\\', '/'))
  return {
    name,
    manifest: (await readJson(join(folder, 'package.json'))) as Package['manifest'],
    rootFiles: entries.filter(entry => entry.isFile() && !entry.name.endsWith('.tsbuildinfo')).map(entry => entry.name),
    sources: await Promise.all(
      paths.sort().map(async path => ({ path, text: await readFile(join(folder, path), 'utf8') })),
    ),
    references: await readReferences(folder),
  }
}

function checkArrows({ name, manifest, sources, references }: Package): string[] {
  const mayImport = arrows.find(row => row.name.test(name))?.mayImport
  if (!mayImport) return ['is of no kind that the architecture knows']
  const allowed = (to: string, inTest: boolean) =>
    to === name || mayImport.test(to) || (inTest && testsMayAlsoImport.test(to))
  const imported = sources.flatMap(({ path, text }) =>
    ownPackages(importsOf(text).map(({ from }) => from)).map(to => ({ to, by: path, inTest: isTest(path) })),
  )
  const declared = ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'].flatMap(field =>
    ownPackages(Object.keys(manifest[field] ?? {})).map(to => ({ to, by: field, inTest: field === 'devDependencies' })),
  )
  return failures([
    ...imported
      .concat(declared)
      .map(({ to, by, inTest }): Rule => [allowed(to, inTest), `${by} must not import @llm/${to}`]),
    ...declared.map(({ to }): Rule => [references.includes(to), `tsconfig.json lacks a reference to ../${to}`]),
  ])
}

function checkAnatomy({ name, rootFiles, sources }: Package): string[] {
  const shape = anatomy.find(({ kind }) => kind.test(name))
  const own = name.slice(name.indexOf('-') + 1)
  const files = ['package.json', 'README.md', 'tsconfig.json']
  const belongs = /^(package\.json|tsconfig\.json|README\.md|CHANGELOG\.md)$/
  const rooms = sources.filter(({ path }) => !isTest(path)).map(({ path }) => path.slice('src/'.length, -'.ts'.length))
  const isRoom = new RegExp(`^(${shape?.rooms(own) ?? ''})$`)
  return failures([
    ...files.map((file): Rule => [rootFiles.includes(file), `lacks ${file}`]),
    ...(shape?.required(own) ?? []).map((room): Rule => [rooms.includes(room), `lacks src/${room}.ts`]),
    ...rooms.map((room): Rule => [isRoom.test(room), `src/${room}.ts is no room of its kind`]),
    ...rootFiles.map((file): Rule => [belongs.test(file), `${file} does not belong in a package`]),
  ])
}

function checkManifest({ name, manifest }: Package): string[] {
  const fields = ['version', 'description', 'license', 'repository', 'engines', 'files', 'exports']
  return failures([
    [manifest.name === `@llm/${name}`, `package.json: name must be @llm/${name}`],
    [manifest.private !== true, 'package.json: must not be private'],
    [manifest.type === 'module', 'package.json: type must be module'],
    [manifest.sideEffects === false, 'package.json: sideEffects must be false'],
    [manifest.publishConfig?.access === 'public', 'package.json: publishConfig.access must be public'],
    ...fields.map((field): Rule => [field in manifest, `package.json: ${field} is missing`]),
  ])
}

function checkExports({ manifest, sources }: Package): string[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, entry]) => {
    const where = `package.json: exports["${subpath}"]`
    const source = entry['@llm/source'] ?? ''
    const built = source.replace('./src/', './dist/').replace(/\.ts$/, '')
    return failures([
      [Object.keys(entry).join() === 'types,@llm/source,default', `${where} must be types, @llm/source, default`],
      [sources.some(({ path }) => `./${path}` === source), `${where}: there is no ${source}`],
      [entry.types === `${built}.d.ts`, `${where}.types must be ${built}.d.ts`],
      [entry.default === `${built}.js`, `${where}.default must be ${built}.js`],
    ])
  })
}

function checkSources({ name, sources }: Package): string[] {
  const exists = (path: string) => sources.some(source => source.path === path || source.path.startsWith(`${path}/`))
  return sources.flatMap(({ path, text }) => {
    const lines = `${path}\n${text.trimEnd()}`.split('\n')
    const vendorLine = lines.findIndex(line => vendors.test(line))
    const tested = path.replace(/(\.[^/]+)?\.test\.ts$/, '')
    const isIndex = basename(path) === 'index.ts'
    return failures([
      [kebabCase.test(path), `${path} is not in kebab-case`],
      [isTest(path) || isIndex || lines.length <= 301, `${path} has more than 300 lines`],
      [!isTest(path) || exists(`${tested}.ts`) || exists(tested), `${path} stands beside no source it tests`],
      [name !== 'core' || isTest(path) || vendorLine < 0, `${path}:${vendorLine} names a vendor`],
      [!isIndex || text.replace(listed, '').trim() === '', `${path} must list named exports, and hold nothing else`],
    ])
  })
}

/** Reports each import cycle once, by its alphabetically first module. Types vanish and calls wait, so neither counts. */
function checkCycles({ sources }: Package): string[] {
  const imports = (by: string, text: string) =>
    importsOf(text).flatMap(({ from, eager }) => (eager && from.startsWith('.') ? posix.join(dirname(by), from) : []))
  const graph = new Map(sources.map(({ path, text }) => [path, imports(path, text)]))
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (graph.get(from) ?? []).some(next => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))))
  const onCycle = [...graph.keys()].filter(path => reaches(path, path))
  return onCycle
    .filter(path => !onCycle.some(other => other < path && reaches(path, other) && reaches(other, path)))
    .map(path => `${path} is part of an import cycle`)
}

/** Imports of formatted code: statements start a line, so those in comments do not count; `import()` stands anywhere. */
function importsOf(text: string): { from: string; eager: boolean }[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[\w$*{},\s]*\sfrom\s+)?['"]([^'"]+)['"]/gm)
  const calls = text.matchAll(/^(?!\s*(?:\*|\/\/)).*\bimport\(\s*['"]([^'"]+)['"]/gm)
  return [
    ...[...statements].map(match => ({ from: match[2] ?? '', eager: !match[1] })),
    ...[...calls].map(match => ({ from: match[1] ?? '', eager: false })),
  ]
}

async function readReferences(folder: string): Promise<string[]> {
  const { references = [] } = (await readJson(join(folder, 'tsconfig.json'))) as { references?: { path: string }[] }
  return references.map(({ path }) => basename(path))
}

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8').catch(() => '{}'))

type Rule = [holds: boolean, problem: string]
const failures = (rules: Rule[]) => rules.filter(([holds]) => !holds).map(([, problem]) => problem)
const kebabCase = /^((__fixtures__|[a-z0-9]+(-[a-z0-9]+)*)\/)*[a-z0-9]+(-[a-z0-9]+)*(\.[a-z-]+)?(\.test)?\.ts$/
const ownPackages = (names: string[]) => names.flatMap(name => /^@llm\/([^/]+)/.exec(name)?.[1] ?? [])
const listed = /^export (type )?\{(?![^}]*\bas default\b)[^}]*\}( from '.+')?$|^\/\*\*.*\*\/$|^import '.+'$/gm
const isTest = (path: string) => path.endsWith('.test.ts')

if (import.meta.main) {
  const problems = await checkStructure(join(import.meta.dirname, '..'))
  for (const problem of problems) console.error(problem)
  console.log(problems.length === 0 ? 'The structure is sound.' : `${problems.length} problems of structure.`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
