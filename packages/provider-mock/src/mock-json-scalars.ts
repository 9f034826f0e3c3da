import type { JsonSchema } from '@llm/core'
import type { Random } from '@llm/core/testing'
import { words } from './mock-words.ts'

const SPAN = 100

/** A number within the range of a schema: near to 0, so that it looks like one that people use. */
export function sampleNumber(schema: JsonSchema, random: Random, whole: boolean): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Partial<Record<string, number>>
  const step = multipleOf ?? (whole ? 1 : undefined)
  const above = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity)
  const below = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity)
  const open = { low: above === exclusiveMinimum, high: below === exclusiveMaximum }
  if (step !== undefined) return sampleMultiple({ above, below, open, step: whole ? wholeStep(step) : step }, random)
  const low = above !== -Infinity ? above : Math.min(0, below - SPAN)
  const high = Math.min(below, Math.max(SPAN, low + SPAN))
  const value = low + (high - low) * (0.05 + 0.9 * random.next())
  const short = Number(value.toFixed(2))
  return short > low && short < high ? short : low === high ? low : value
}

interface Range {
  readonly above: number
  readonly below: number
  readonly open: { readonly low: boolean; readonly high: boolean }
  readonly step: number
}

function sampleMultiple({ above, below, open, step }: Range, random: Random): number {
  let first = above === -Infinity ? Math.min(0, Math.floor(below / step) - 10) : Math.ceil(tidy(above / step))
  if (open.low && tidy(first * step) <= above) first += 1
  let last = below === Infinity ? Math.max(first, 0) + 10 : Math.floor(tidy(below / step))
  if (open.high && tidy(last * step) >= below) last -= 1
  const from = Math.max(first, Math.min(0, last))
  return tidy(random.integer(from, Math.max(from, Math.min(last, from + SPAN))) * step)
}

/** The smallest multiple of a step that is whole: whole numbers that are multiples of it are multiples of that. */
function wholeStep(step: number): number {
  for (let factor = 1; factor <= 1000; factor++) if (Number.isInteger(tidy(step * factor))) return tidy(step * factor)
  return step
}

/** Without the noise of binary fractions, of which validators would say that it is no multiple. */
function tidy(value: number): number {
  return Number.isSafeInteger(value) ? value + 0 : Number(value.toPrecision(12)) + 0
}

/** What a string of each format looks like; the second form is for validators that leave out the time zone. */
const FORMATS: Partial<Record<string, (random: Random) => readonly string[]>> = {
  email: random => [`${words(1, random)}@example.com`],
  uuid: random => [uuid(random)],
  uri: random => [`https://example.com/${words(1, random)}`],
  'uri-reference': random => [`/${words(1, random)}`],
  hostname: random => [`${words(1, random)}.example.com`],
  date: random => [date(random)],
  time: () => ['12:30:00Z', '12:30:00'],
  'date-time': random => [`${date(random)}T12:30:00Z`, `${date(random)}T12:30:00`],
  duration: random => [`PT${String(random.integer(1, 59))}M`],
  ipv4: random => [`192.0.2.${String(random.integer(1, 254))}`],
  ipv6: random => [`2001:db8::${random.integer(1, 0xffff).toString(16)}`],
  cidrv4: random => [`192.0.${String(random.integer(0, 255))}.0/24`],
  base64: () => ['bW9jaw=='],
  base64url: () => ['bW9jaw'],
  byte: () => ['bW9jaw=='],
  'json-pointer': random => [`/${words(1, random)}`],
  regex: () => ['^[a-z]+$'],
}
const ALIASES: Partial<Record<string, string>> = { url: 'uri', guid: 'uuid', iri: 'uri', 'idn-email': 'email' }

/** A string of a schema's format and length. A pattern is only met where a plain candidate happens to. */
export function sampleString(schema: JsonSchema, random: Random): string {
  const { format, pattern, minLength = 0, maxLength = Infinity } = schema
  const formatted = FORMATS[ALIASES[String(format)] ?? String(format)]?.(random) ?? []
  if (typeof pattern !== 'string') {
    return formatted[0] ?? fitLength(words(random.integer(1, 3), random), minLength as number, maxLength as number)
  }
  const others = Object.values(FORMATS).flatMap(make => make?.(random) ?? [])
  const expression = new RegExp(pattern, 'u')
  return [...formatted, ...PLAIN, ...others].find(text => expression.test(text)) ?? words(1, random)
}

const PLAIN: readonly string[] = [
  'a',
  'abc',
  'ABC',
  'Abc',
  '1',
  '12',
  '123',
  '1234',
  '12345',
  'a1',
  'abc-123',
  'ABC-123',
  '#a1b2c3',
  '1.0.0',
  '+4712345678',
]

function fitLength(text: string, min: number, max: number): string {
  return text.padEnd(min, ' and more').slice(0, Math.max(max, 0)).replace(/\s$/, 's')
}

function date(random: Random): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `20${two(random.integer(0, 30))}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`
}

function uuid(random: Random): string {
  const hex = (length: number): string => Array.from({ length }, () => random.integer(0, 15).toString(16)).join('')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${random.pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`
}
