/** JSON that is the same for equal values: keys are sorted, what is `undefined` or a function is left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null'
}

/** The value itself, where nothing in it is to be sorted: most is in order already. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return sortedItems(value)
  return hasJson(value) ? sorted(value.toJSON()) : sortedFields(value as Readonly<Record<string, unknown>>)
}

function sortedItems(items: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined
  for (let index = 0; index < items.length; index++) {
    const item = sorted(items[index])
    if (item !== items[index]) (copy ??= [...items])[index] = item
  }
  return copy ?? items
}

function sortedFields(record: Readonly<Record<string, unknown>>): object {
  let isSorted = true
  let last = ''
  for (const key in record) {
    if (key < last || sorted(record[key]) !== record[key]) isSorted = false
    last = key
  }
  if (isSorted) return record
  const keys = Object.keys(record).sort()
  return Object.fromEntries(keys.map(key => [key, sorted(record[key])]))
}

/** A date says what it is in JSON itself. */
function hasJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}
