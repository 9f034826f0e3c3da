/** The family of a model and the start of its ids. The first that fits counts: a distill is of the family that made it. */
const FAMILIES: readonly (readonly [family: string, ids: string])[] = [
  ['deepseek', 'deepseek'],
  ['claude', 'claude'],
  ['gemini', 'gemini'],
  ['mixtral', '(?:open-)?mi[sx]tral|codestral|devstral|magistral|ministral|pixtral|voxtral'],
  ['llama', '(?:meta-)?llama'],
  // The open models take what the others refuse, and the family does not know them.
  ['gpt', String.raw`gpt-(?!oss)|chatgpt-|o\d+(?:-|$)|codex-|dall-e-|text-embedding-(?:3|ada)`],
]

/** Hosts put things before an id: a region and a vendor with dots, a vendor or a path with slashes, `ft:` of fine-tuning. */
const PATTERNS = FAMILIES.map(([family, ids]) => [family, new RegExp(`(?:^|[/.:~])(?:${ids})`, 'i')] as const)

/** The family that a model's id tells, by whatever host; `undefined` where it tells none that has a package. */
export function familyOf(model: string): string | undefined {
  return PATTERNS.find(([, pattern]) => pattern.test(model))?.[0]
}
