import { execFile } from 'node:child_process'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readModels } from './read-models.ts'
import { readPrices } from './read-prices.ts'
import type { Row } from './row.ts'

/** The packages are fetched, not installed: the first needs the SDKs of all vendors, and only its data is read. */
export const catalogues = {
  models: { name: '@earendil-works/pi-ai', version: '0.87.1' },
  prices: { name: '@pydantic/genai-prices', version: '0.1.8' },
} as const

/** Reads both catalogues, fetching from npm what is not in the cache yet. */
export async function loadCatalogues(cache: string): Promise<Row[]> {
  const models = await readModels(await fetchPackage(cache, 'models'))
  const prices = await readPrices(await fetchPackage(cache, 'prices'))
  return [...models, ...prices]
}

const run = promisify(execFile)

/** The folder of an unpacked package. */
async function fetchPackage(cache: string, key: keyof typeof catalogues): Promise<string> {
  const { name, version } = catalogues[key]
  const folder = join(cache, `${key}-${version}`)
  const isThere = await access(folder).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    const partial = `${folder}.partial`
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true })
    await run('npm', ['pack', `${name}@${version}`, '--pack-destination', partial])
    const tarball = `${name.slice(1).replace('/', '-')}-${version}.tgz`
    await run('tar', ['-xzf', tarball], { cwd: partial })
    await rename(partial, folder)
  }
  return join(folder, 'package')
}
