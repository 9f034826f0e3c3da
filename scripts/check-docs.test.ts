import { expect, test } from 'vitest'
import { extractExamples } from './check-docs.ts'
import { sample } from './docs-server.ts'

const fence = '```'

test('finds the TypeScript blocks of a document, with their lines', () => {
  const text = `# Title\n\n${fence}sh\nnpm install\n${fence}\n\n${fence}ts\nconst a = 1\n${fence}\n\n${fence}ts no-run\nconst b = 2\n${fence}\n`
  expect(extractExamples('README.md', text)).toEqual([
    { file: 'README.md', line: 8, code: 'const a = 1\n', run: true },
    { file: 'README.md', line: 12, code: 'const b = 2\n', run: false },
  ])
})

test('runs the blocks of the root README alone', () => {
  const [example] = extractExamples('docs/guide.md', `${fence}ts\nawait 1\n${fence}\n`)
  expect(example?.run).toBe(false)
})

test('finds the examples of docstrings, at their columns', () => {
  const text = `/**\n * Adds.\n *\n * @example\n * ${fence}ts\n * const sum = add(1, 2)\n *\n *   indented()\n * ${fence}\n */\nexport const add = 1\n`
  expect(extractExamples('packages/core/src/add.ts', text)).toEqual([
    {
      file: 'packages/core/src/add.ts',
      line: 6,
      code: '   const sum = add(1, 2)\n  \n     indented()\n',
      run: false,
    },
  ])
})

test('ignores other languages, and template literals that hold a fence', () => {
  expect(extractExamples('docs/a.md', `${fence}json\n{}\n${fence}\n${fence}tsx\n<a/>\n${fence}\n`)).toEqual([])
  expect(extractExamples('packages/core/src/a.ts', `const a = '${fence}ts'\n`)).toEqual([])
})

test('samples what a schema accepts', () => {
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      age: { type: ['integer', 'null'], minimum: 18 },
      mood: { enum: ['good', 'bad'] },
      kind: { const: 'person' },
      tags: { type: 'array', items: { $ref: '#/$defs/tag' } },
      either: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
    },
    $defs: { tag: { type: 'object', properties: { weight: { type: 'number' } } } },
  }
  expect(sample(schema)).toEqual({
    name: 'text',
    age: 18,
    mood: 'good',
    kind: 'person',
    tags: [{ weight: 1 }],
    either: true,
  })
})
