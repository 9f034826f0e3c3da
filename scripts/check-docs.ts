import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { glob, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { checkDocstrings } from './check-docstrings.ts'
import { checkLinks } from './check-links.ts'
import { startDocsServer } from './docs-server.ts'

export interface Example {
  /** The file it stands in, from the root, and the line of its first line of code. */
  file: string
  line: number
  code: string
  run: boolean
}

const documents = ['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', 'packages/*/README.md']
const sources = ['packages/*/src/**/*.ts']
const execute = promisify(execFile)

/** The `ts` blocks of a Markdown text, or of the docstrings of a TypeScript one. Only the root README's are run. */
export function extractExamples(file: string, text: string): Example[] {
  const inDocstring = file.endsWith('.ts')
  const prefix = inDocstring ? String.raw`[ \t]*\*[ \t]?` : '[ \\t]*'
  const fence = new RegExp(
    `^${prefix}\`\`\`ts(?<info>[^\\S\\n][^\\n]*)?\\n(?<body>[^]*?)^${prefix}\`\`\`[ \\t]*$`,
    'gm',
  )
  return [...text.matchAll(fence)].map(match => {
    const line = text.slice(0, match.index).split('\n').length + 1
    const body = match.groups?.body ?? ''
    return {
      file,
      line,
      // Blanks in place of the docstring's stars keep the columns.
      code: inDocstring ? body.replace(/^[ \t]*\*/gm, stars => ' '.repeat(stars.length)) : body,
      run: file === 'README.md' && !/\bno-run\b/.test(match.groups?.info ?? ''),
    }
  })
}

/** Type-checks every example, runs those of the README, and answers what is wrong, by file and line. */
export async function checkDocs(root: string): Promise<{ examples: Example[]; problems: string[] }> {
  const folder = join(root, 'examples/.generated')
  const files = await Array.fromAsync(glob([...documents, ...sources], { cwd: root, exclude: ['**/node_modules/**'] }))
  const texts = await Promise.all(files.sort().map(file => readFile(join(root, file), 'utf8')))
  const examples = files.flatMap((file, index) => extractExamples(file, texts[index] ?? ''))
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const modules = new Map(examples.map(example => [moduleName(example), example]))
  for (const [name, { line, code }] of modules)
    // As many lines before it as in the document, so that errors show its lines; `export {}` lets it await.
    await writeFile(join(folder, name), `${'\n'.repeat(line - 1)}${code}\nexport {}\n`)
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(await tsconfig(root)))
  await linkDependencies(root, join(folder, 'node_modules'))
  const locate = (output: string) =>
    output.replace(/(?:[^\s()]*\/)?([\w-]+\.ts)(?=[(:]\d)/g, (path, name: string) => modules.get(name)?.file ?? path)
  const problems = [...(await typeCheck(folder)), ...(await runAll(folder, modules))]
  return { examples, problems: problems.map(locate) }
}

const moduleName = ({ file, line }: Example) => `${file.replace(/\.\w+$/, '').replace(/[^\w]+/g, '-')}-${line}.ts`

/** Packages resolve to their sources, so that nothing need be built and nothing stale is checked. */
async function tsconfig(root: string): Promise<object> {
  const manifests = await readManifests(root)
  const paths = manifests.flatMap(({ folder, name, exports = {} }) =>
    Object.entries(exports).map(([subpath, entry]) => [
      name + subpath.slice(1),
      [join('../../packages', folder, entry['@llm/source'] ?? '')],
    ]),
  )
  return {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      noEmit: true,
      composite: false,
      incremental: false,
      declaration: false,
      declarationMap: false,
      emitDeclarationOnly: false,
      isolatedDeclarations: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      types: ['node'],
      paths: Object.fromEntries(paths) as object,
    },
    include: ['*.ts'],
  }
}

interface Manifest {
  folder: string
  name: string
  exports?: Record<string, Record<string, string>>
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

async function readManifests(root: string): Promise<Manifest[]> {
  const folders = await readdir(join(root, 'packages'))
  return Promise.all(
    folders.map(async folder => {
      const text = await readFile(join(root, 'packages', folder, 'package.json'), 'utf8')
      return { ...(JSON.parse(text) as Manifest), folder }
    }),
  )
}

/** Examples may import every package of the workspace, and what those depend on, as a reader's project could. */
async function linkDependencies(root: string, modules: string): Promise<void> {
  for (const { folder, name, dependencies = {}, peerDependencies = {} } of await readManifests(root)) {
    const home = join(root, 'packages', folder)
    const links = Object.keys({ ...dependencies, ...peerDependencies }).map(dependency => [
      dependency,
      join(home, 'node_modules', dependency),
    ])
    for (const [link = '', target = ''] of [[name, home], ...links]) {
      if (existsSync(join(modules, link))) continue
      await mkdir(dirname(join(modules, link)), { recursive: true })
      await symlink(target, join(modules, link), 'junction')
    }
  }
}

async function typeCheck(folder: string): Promise<string[]> {
  const compiler = join(folder, '../../node_modules/.bin/tsc')
  const output = await execute(compiler, ['--project', folder, '--pretty', 'false'], { cwd: folder }).then(
    () => '',
    (error: { stdout?: string; message: string }) => error.stdout || error.message,
  )
  return output.split('\n').filter(line => line.trim() !== '')
}

async function runAll(folder: string, modules: Map<string, Example>): Promise<string[]> {
  const server = await startDocsServer()
  const env = { ...process.env, OPENAI_BASE_URL: server.baseURL, OPENAI_API_KEY: 'test' }
  const runs = [...modules].map(async ([name, { run, line }]) => {
    if (!run) return []
    const args = ['--conditions=@llm/source', join(folder, name)]
    return execute(process.execPath, args, { cwd: folder, env, timeout: 30_000 }).then(
      () => [],
      (error: { stderr?: string; message: string }) => [
        `${name}:${line}: fails when run\n${error.stderr || error.message}`,
      ],
    )
  })
  const problems = await Promise.all(runs)
  await server.close()
  return problems.flat()
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const { examples, problems: broken } = await checkDocs(root)
  const problems = [...(await checkDocstrings(root)), ...(await checkLinks(root)), ...broken]
  for (const problem of problems) console.error(problem)
  const run = examples.filter(example => example.run).length
  console.log(`${examples.length} examples checked, ${run} of them run; ${problems.length} problems.`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
