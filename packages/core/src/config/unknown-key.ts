/** A message and a hint for a key that does not exist, with the one that was probably meant. */
export function unknownKey(what: string, key: string, known: readonly string[]): [message: string, hint: string] {
  const near = known.find(name => isNear(name.toLowerCase(), key.toLowerCase()))
  const hint = near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean ${JSON.stringify(near)}?`
  return [`There is no ${what} ${JSON.stringify(key)}.`, hint]
}

function isNear(a: string, b: string): boolean {
  const bare = (text: string): string => text.replace(/[^a-z0-9]/g, '')
  return bare(a) === bare(b) || distance(a, b) <= Math.min(2, Math.floor(a.length / 3))
}

/** Levenshtein's distance, row by row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
