import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildCatalogue } from './specs/build-catalogue.ts'
import { families } from './specs/families.ts'
import { catalogues, loadCatalogues } from './specs/load-catalogues.ts'
import { renderCatalogue } from './specs/render-catalogue.ts'

/** Writes the catalogue of every family into its package, or only says which would change. */
async function updateSpecs(root: string, { check }: { check: boolean }): Promise<string[]> {
  const rows = await loadCatalogues(join(root, 'node_modules/.cache/catalogues'))
  const sources = Object.values(catalogues).map(({ name, version }) => `${name} ${version}`)
  const changed: string[] = []
  for (const family of families) {
    const catalogue = buildCatalogue(family, rows)
    const path = `packages/client-${family.name}/src/catalogue.ts`
    const text = renderCatalogue(catalogue, sources)
    const changes = text !== (await readFile(join(root, path), 'utf8').catch(() => ''))
    console.log(`${path}: ${Object.keys(catalogue).length} models${changes ? (check ? ', differs' : ', written') : ''}`)
    if (!changes) continue
    changed.push(path)
    if (check) continue
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return changed
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const changed = await updateSpecs(join(import.meta.dirname, '..'), values)
if (values.check && changed.length > 0) {
  console.error('The catalogues differ from what their sources say: run `pnpm specs:update`.')
  process.exitCode = 1
}
