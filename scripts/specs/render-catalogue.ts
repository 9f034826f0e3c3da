import type { Catalogue } from './build-catalogue.ts'

/** A catalogue as the source of a module, one line a model. */
export function renderCatalogue(catalogue: Catalogue, sources: readonly string[]): string {
  const rows = Object.entries(catalogue).map(([id, entry]) => `  ${key(id)}: ${literal(entry)},\n`)
  return `// Written by \`pnpm specs:update\` from ${sources.join(' and ')}: do not edit.

/** What catalogues say of the models, as entries that \`CatalogueEntry\` in core describes. */
export const CATALOGUE = {
${rows.join('')}} as const
`
}

function literal(value: unknown): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value).replace(/\B(?=(?:\d{3})+$)/g, '_') : String(value)
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Object.entries(value).map(([name, item]) => `${key(name)}: ${literal(item)}`)
  return `{ ${fields.join(', ')} }`
}

const key = (name: string): string => (/^[a-z_$][\w$]*$/i.test(name) ? name : quote(name))
const quote = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`
