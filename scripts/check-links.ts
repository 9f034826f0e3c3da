import { existsSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'

const documents = ['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', 'packages/*/README.md']

/** Where the Markdown points to must be there, the README lists every package, and every page is reached from it. */
export async function checkLinks(root: string): Promise<string[]> {
  const files = (await Array.fromAsync(glob(documents, { cwd: root }))).sort()
  const texts = await Promise.all(files.map(file => readFile(join(root, file), 'utf8')))
  const pages = new Map(files.map((file, index) => [file.replaceAll('\\', '/'), texts[index] ?? '']))
  return inspectLinks(pages, path => existsSync(join(root, path)))
}

/** What is wrong with the links of some pages, by their paths. `exists` tells of all other files and folders. */
export function inspectLinks(pages: ReadonlyMap<string, string>, exists: (path: string) => boolean): string[] {
  const links = [...pages].flatMap(([page, text]) => findLinks(text).map(link => ({ page, ...resolve(page, link) })))
  const broken = links.flatMap(({ page, path, anchor }) => {
    if (!exists(path) && !pages.has(path)) return [`${page}: there is no ${path}`]
    const target = pages.get(path)
    return anchor === '' || target === undefined || headings(target).has(anchor)
      ? []
      : [`${page}: ${path} has no heading #${anchor}`]
  })
  const reached = reach('README.md', links, pages)
  const lost = [...pages.keys()].filter(page => !reached.has(page)).map(page => `${page}: no page links to it`)
  const listed = new Set(links.filter(({ page }) => page === 'README.md').map(({ path }) => path))
  const packages = [...pages.keys()].filter(page => page.startsWith('packages/')).map(page => dirname(page))
  const unlisted = packages.filter(path => !listed.has(path)).map(path => `README.md: does not list ${path}`)
  return [...broken, ...lost, ...unlisted]
}

interface Link {
  readonly page: string
  readonly path: string
}

/** A link to a folder leads to the README in it. */
function reach(start: string, links: readonly Link[], pages: ReadonlyMap<string, string>): ReadonlySet<string> {
  const reached = new Set<string>()
  for (const waiting = [start]; waiting.length > 0;) {
    const page = waiting.pop() ?? ''
    if (reached.has(page) || !pages.has(page)) continue
    reached.add(page)
    for (const link of links) if (link.page === page) waiting.push(link.path, posix.join(link.path, 'README.md'))
  }
  return reached
}

/** The targets of inline links that are not of the web. Code is no link. */
function findLinks(text: string): string[] {
  const prose = text.replace(/^( *)```[^]*?^\1```/gm, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\((?<target>[^)\s]+)\)/g)]
    .map(match => match.groups?.['target'] ?? '')
    .filter(target => !/^[a-z]+:/.test(target))
}

function resolve(page: string, link: string): { path: string; anchor: string } {
  const [path = '', anchor = ''] = link.split('#')
  return { path: path === '' ? page : posix.join(dirname(page), path).replace(/\/$/, ''), anchor }
}

/** As GitHub makes them: lower case, without punctuation, with hyphens for spaces. */
function headings(text: string): ReadonlySet<string> {
  const titles = [...text.matchAll(/^#+ (?<title>.+)$/gm)].map(match => match.groups?.['title'] ?? '')
  return new Set(
    titles.map(title =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  )
}
