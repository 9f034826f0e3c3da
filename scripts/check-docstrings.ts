import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import ts from 'typescript'

/** Whatever a package exports has a docstring, and functions and classes an `@example` in it. Answers what lacks one. */
export async function checkDocstrings(root: string): Promise<string[]> {
  return inspectExports(root, await readEntries(root))
}

/** What the exports of some modules lack, by the file in which they are declared. */
export function inspectExports(root: string, entries: readonly string[]): string[] {
  const program = ts.createProgram(entries, {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@llm/source'],
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  const problems = entries.flatMap(entry => {
    const source = program.getSourceFile(entry)
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
    if (module === undefined) return [`${relative(root, entry)}: is no module`]
    return checker.getExportsOfModule(module).flatMap(name => {
      const symbol = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name
      const file = relative(root, symbol.declarations?.[0]?.getSourceFile().fileName ?? entry)
      return file.includes('node_modules') ? [] : lacks(symbol, checker).map(what => `${file}: ${symbol.name} ${what}`)
    })
  })
  return [...new Set(problems)].sort()
}

function lacks(symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  const described = symbol.getDocumentationComment(checker).length > 0
  const shown = symbol.getJsDocTags(checker).some(tag => tag.name === 'example')
  return [
    ...(described ? [] : ['has no docstring']),
    ...(shown || !isCalled(symbol, checker) ? [] : ['has no @example in its docstring']),
  ]
}

/** Functions, also those that are kept in a constant, and classes. */
function isCalled(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) return true
  return (
    (symbol.flags & ts.SymbolFlags.Variable) !== 0 && checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0
  )
}

/** The sources that packages export. */
async function readEntries(root: string): Promise<string[]> {
  const folders = (await readdir(join(root, 'packages'))).filter(name => !name.startsWith('.'))
  const entries = await Promise.all(
    folders.map(async folder => {
      const text = await readFile(join(root, 'packages', folder, 'package.json'), 'utf8')
      const { exports = {} } = JSON.parse(text) as { exports?: Record<string, Record<string, string>> }
      const sources = Object.values(exports).flatMap(entry => entry['@llm/source'] ?? [])
      return sources.map(source => join(root, 'packages', folder, source))
    }),
  )
  return entries.flat()
}
