import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { checkStructure } from './check-structure.ts'

type Tree = Record<string, string>

const roots: string[] = []
afterEach(() => Promise.all(roots.splice(0).map(root => rm(root, { recursive: true }))))

async function check(tree: Tree) {
  const root = await mkdtemp(join(tmpdir(), 'structure-'))
  roots.push(root)
  for (const [path, text] of Object.entries(tree)) {
    await mkdir(join(root, dirname(path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return checkStructure(root)
}

const references = (paths: string[]) => JSON.stringify({ references: paths.map(path => ({ path })) })

function manifest(name: string, dependencies: string[] = [], changes: object = {}) {
  return JSON.stringify({
    name: `@llm/${name}`,
    version: '0.0.0',
    description: 'A package',
    license: 'MIT',
    repository: 'llm/llm',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22' },
    files: ['dist', 'src'],
    exports: { '.': { types: './dist/index.d.ts', '@llm/source': './src/index.ts', default: './dist/index.js' } },
    publishConfig: { access: 'public' },
    dependencies: Object.fromEntries(dependencies.map(dependency => [`@llm/${dependency}`, 'workspace:^'])),
    ...changes,
  })
}

function pkg(name: string, dependencies: string[], sources: Tree): Tree {
  const files: Tree = {
    'package.json': manifest(name, dependencies),
    'README.md': `# ${name}`,
    'tsconfig.json': references(dependencies.map(dependency => `../${dependency}`)),
    'src/index.ts': 'export {}',
    ...sources,
  }
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`packages/${name}/${path}`, text]))
}

const provider = 'packages/provider-demo'
const good: Tree = {
  'tsconfig.json': references(
    ['core', 'client-demo', 'protocol-demo', 'provider-demo', 'cli'].map(name => `packages/${name}`),
  ),
  ...pkg('core', [], {
    'src/index.ts': "export { call } from './http/call.ts'",
    'src/http/call.ts': '/** Finds `@llm/provider-${id}` by its coherent name. */\nexport const call = 1',
    'src/http/call.test.ts': "import { call } from './call.ts'\n// openai answers this one\n",
  }),
  ...pkg('protocol-demo', ['core'], { 'src/chat/render.ts': "import { call } from '@llm/core'" }),
  ...pkg('client-demo', ['core'], { 'src/demo.ts': '', 'src/specs.ts': '', 'src/limits.ts': '', 'src/rules.ts': '' }),
  ...pkg('provider-demo', ['core', 'protocol-demo'], {
    'src/demo.ts': "import type { Provider } from '@llm/core'\nimport { render } from '@llm/protocol-demo'",
    'src/demo.contract.test.ts': "import { providerSuite } from '@llm/testing'\nimport { demo } from './demo.ts'",
    'src/demo-account.ts': "import type { Demo } from './demo.ts'",
    'src/completion/parse-stream.ts':
      'export interface A {\n  a: 1\n}\n/**\n * @example\n * ```ts\n * import { gpt } from "@llm/client-demo"\n * ```\n */',
  }),
  ...pkg('cli', ['provider-demo', 'client-demo'], { 'src/run.ts': "const load = () => import('@llm/provider-demo')" }),
}

test('a sound tree has no problems', async () => {
  expect(await check(good)).toEqual([])
})

const manifestOf = (changes: object) => ({
  [`${provider}/package.json`]: manifest('provider-demo', ['core', 'protocol-demo'], changes),
})
const exportsOf = (entry: object) => manifestOf({ exports: { '.': entry } })
const entry = { types: './dist/index.d.ts', '@llm/source': './src/index.ts', default: './dist/index.js' }

type Violation = [rule: string, change: Tree, problem: string | RegExp]
const violations: Violation[] = [
  [
    'core imports no package',
    { 'packages/core/src/a.ts': "import { x } from '@llm/store'" },
    /a\.ts must not import @llm\/store/,
  ],
  [
    'providers never import a sibling',
    { [`${provider}/src/demo.ts`]: "export { x } from '@llm/provider-other'" },
    /must not import @llm\/provider-other/,
  ],
  [
    'providers never import clients',
    { [`${provider}/src/demo.ts`]: "import type { X } from '@llm/client-demo'" },
    /must not import @llm\/client-demo/,
  ],
  [
    'dynamic imports count',
    { [`${provider}/src/demo.ts`]: "const a = () => import('@llm/cache')" },
    /must not import @llm\/cache/,
  ],
  [
    'imports over several lines count',
    { [`${provider}/src/demo.ts`]: "import {\n  a,\n  b,\n} from '@llm/cache'" },
    /must not import @llm\/cache/,
  ],
  [
    'only tests import testing',
    { [`${provider}/src/demo.ts`]: "import { t } from '@llm/testing'" },
    /must not import @llm\/testing/,
  ],
  [
    'dependencies follow the arrows',
    manifestOf({ dependencies: { '@llm/jobs': '1' } }),
    /dependencies must not import @llm\/jobs/,
  ],
  [
    'dependencies are project references',
    manifestOf({ devDependencies: { '@llm/testing': '1' } }),
    /lacks a reference to \.\.\/testing/,
  ],
  ['every package is built', { 'tsconfig.json': references([]) }, 'tsconfig.json: lacks a reference to packages/core'],
  ['kinds are known', { ...pkg('helpers', [], {}) }, 'packages/helpers: is of no kind that the architecture knows'],
  ['core names no vendor', { 'packages/core/src/a.ts': '// as OpenAI does' }, /a\.ts:1 names a vendor/],
  ['nor in a file name', { 'packages/core/src/openai.ts': '' }, /openai\.ts:0 names a vendor/],
  ['a provider has its host', { ...pkg('provider-new', [], {}) }, 'packages/provider-new: lacks src/new.ts'],
  ['a client has specs', { ...pkg('client-new', [], {}) }, 'packages/client-new: lacks src/specs.ts'],
  ['a provider has known rooms', { [`${provider}/src/utils.ts`]: '' }, /src\/utils\.ts is no room/],
  ['a client has known rooms', { 'packages/client-demo/src/utils.ts': '' }, /src\/utils\.ts is no room/],
  ['configuration stands at the root', { [`${provider}/vitest.config.ts`]: '' }, /vitest\.config\.ts does not belong/],
  ['names are kebab-case', { 'packages/core/src/http/retryAfter.ts': '' }, /retryAfter\.ts is not in kebab-case/],
  ['files are short', { 'packages/core/src/a.ts': '\n'.repeat(301) + 'x' }, /a\.ts has more than 300 lines/],
  ['tests stand beside sources', { 'packages/core/src/b.test.ts': '' }, /b\.test\.ts stands beside no source/],
  [
    'an index lists its exports',
    { 'packages/core/src/index.ts': "export * from './http/call.ts'" },
    /must list named exports/,
  ],
  ['an index holds nothing else', { 'packages/core/src/index.ts': 'export const a = 1' }, /must list named exports/],
  ['no default export', { 'packages/core/src/index.ts': 'export default 1' }, /must list named exports/],
  ['no default export by name', { 'packages/core/src/index.ts': 'export { a as default }' }, /must list named exports/],
  ['name', manifestOf({ name: 'demo' }), /name must be @llm\/provider-demo/],
  ['public', manifestOf({ private: true }), /must not be private/],
  ['modules', manifestOf({ type: 'commonjs' }), /type must be module/],
  ['side effects', manifestOf({ sideEffects: undefined }), /sideEffects must be false/],
  ['access', manifestOf({ publishConfig: {} }), /publishConfig\.access must be public/],
  ...['version', 'description', 'license', 'repository', 'engines', 'files', 'exports'].map((field): Violation => [
    field,
    manifestOf({ [field]: undefined }),
    `package.json: ${field} is missing`,
  ]),
  ['required files', { 'packages/provider-bare/src/index.ts': '' }, 'packages/provider-bare: lacks README.md'],
  [
    'order of conditions',
    exportsOf({ default: entry.default, types: entry.types, '@llm/source': entry['@llm/source'] }),
    /must be types, @llm\/source, default/,
  ],
  ['exported source exists', exportsOf({ ...entry, '@llm/source': './src/gone.ts' }), /there is no \.\/src\/gone\.ts/],
  [
    'types match the source',
    exportsOf({ ...entry, types: './dist/main.d.ts' }),
    /types must be \.\/dist\/index\.d\.ts/,
  ],
  [
    'code matches the source',
    exportsOf({ ...entry, default: './dist/main.js' }),
    /default must be \.\/dist\/index\.js/,
  ],
  [
    'import cycles',
    {
      'packages/core/src/a.ts': "import { b } from './b.ts'",
      'packages/core/src/b.ts': "import { a } from './a.ts'",
    },
    'packages/core: src/a.ts is part of an import cycle',
  ],
]

test.each(violations)('%s', async (_rule, change, problem) => {
  expect(await check({ ...good, ...change })).toContainEqual(expect.stringMatching(problem))
})

test('a cycle is reported once', async () => {
  const problems = await check({
    ...good,
    'packages/core/src/a.ts': "import { b } from './b.ts'",
    'packages/core/src/b.ts': "import { a } from './a.ts'",
  })
  expect(problems).toHaveLength(1)
})
