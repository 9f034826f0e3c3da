/** JSON that is the same for equal values: keys are sorted, what is `undefined` or a function is left out. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`
  if (hasJson(value)) return canonicalJson(value.toJSON())
  const record = value as Readonly<Record<string, unknown>>
  let fields = ''
  for (const key of Object.keys(record).sort()) {
    const field = record[key]
    if (field === undefined || typeof field === 'function') continue
    fields += `${fields === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(field)}`
  }
  return `{${fields}}`
}

/** A date says what it is in JSON itself. */
function hasJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}
