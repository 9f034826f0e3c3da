const LONGEST = 64

/**
 * Names that every host takes, for those of a server: letters, digits, `_` and `-`, a letter or `_` first, at most 64
 * characters, no two alike. The same names give the same names.
 */
export function toolNames(names: readonly string[], prefix: string): readonly string[] {
  const taken = new Set<string>()
  return names.map(name => {
    const wanted = `${prefix}${name}`.replace(/[^\w-]/g, '_').replace(/^(?![A-Za-z_])/, '_')
    let unique = wanted.slice(0, LONGEST)
    for (let count = 2; taken.has(unique); count++) {
      const suffix = `_${String(count)}`
      unique = wanted.slice(0, LONGEST - suffix.length) + suffix
    }
    taken.add(unique)
    return unique
  })
}
