import { expect, test } from 'vitest'
import { inspectLinks } from './check-links.ts'

const check = (pages: Readonly<Record<string, string>>, files: readonly string[] = []): string[] =>
  inspectLinks(new Map(Object.entries(pages)), path => files.includes(path))

test('pages and folders that are there, headings and addresses of the web are no problem', () => {
  expect(
    check(
      {
        'README.md': '[a](docs/a.md#how-its-done) [b](packages/b) [c](https://example.com/c.md) [d](src/d.ts)',
        'docs/a.md': '# A\n\n## How it’s done\n\n[back](../README.md) [here](#a)',
        'packages/b/README.md': '# b',
      },
      ['packages/b', 'src/d.ts'],
    ),
  ).toEqual([])
})

test('tells of files and headings that are not there', () => {
  expect(check({ 'README.md': '[a](docs/a.md) [b](b.md#two)', 'b.md': '# One' })).toEqual([
    'README.md: there is no docs/a.md',
    'README.md: b.md has no heading #two',
  ])
})

test('a page must be reached from the README, over other pages if need be', () => {
  expect(
    check({
      'README.md': '[a](docs/a.md)',
      'docs/a.md': '[b](b.md)',
      'docs/b.md': '',
      'docs/c.md': '[d](d.md)',
      'docs/d.md': '[c](c.md)',
    }),
  ).toEqual(['docs/c.md: no page links to it', 'docs/d.md: no page links to it'])
})

test('the README itself lists every package', () => {
  const pages = { 'README.md': '[a](packages/a)', 'packages/a/README.md': '[b](../b)', 'packages/b/README.md': '' }
  expect(check(pages, ['packages/a', 'packages/b'])).toEqual(['README.md: does not list packages/b'])
})

test('code is no link', () => {
  expect(check({ 'README.md': 'as in `[a](b)`\n\n```md\n[c](d.md)\n```\n' })).toEqual([])
})
