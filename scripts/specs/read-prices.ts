import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Row } from './row.ts'

/** Providers of the price list, and our name for their host. */
const hosts: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  aws: 'bedrock',
  groq: 'groq',
  openrouter: 'openrouter',
  deepseek: 'deepseek',
  mistral: 'mistral',
  together: 'together',
  fireworks: 'fireworks',
  cerebras: 'cerebras',
}

/** A price, and the names of models that it is for. */
export interface PricedModel {
  readonly id: string
  readonly match: Match
  readonly context_window?: number
  readonly prices: Prices | readonly { readonly prices: Prices }[]
}

type Prices = Readonly<Record<string, unknown>>
type Match = { readonly [operator: string]: string | readonly Match[] }

/** The rows of the price list, which lies unpacked in a folder. */
export async function readPrices(folder: string): Promise<Row[]> {
  const { findProvider } = (await import(pathToFileURL(join(folder, 'dist/index.js')).href)) as {
    findProvider: (options: { providerId: string }) => { models: PricedModel[] } | undefined
  }
  return Object.entries(hosts).flatMap(([providerId, host]) =>
    (findProvider({ providerId })?.models ?? []).flatMap(model => priceRows(host, model)),
  )
}

/** What a price says of the models that it is for. */
export function priceRows(host: string, { id, match, context_window, prices }: PricedModel): Row[] {
  const priced = Array.isArray(prices) ? (prices as { prices: Prices }[]).at(-1)?.prices : (prices as Prices)
  const search = 'web_searches_kcount' in (priced ?? {})
  // A round million stands where the list does not know the window.
  const contextWindow = host === 'google' && context_window === 1_000_000 ? undefined : context_window
  const facts = { source: 'prices', contextWindow, search } as const
  if (host === 'bedrock') return [{ ...facts, host, id: id.replace(/^regional\./, '') }]
  const names = exactNames(match).filter(name => !invented.test(`${host}/${name}`))
  return [
    { ...facts, host, id, factsOnly: true },
    ...names.map(name => ({ ...facts, host: elsewhere.find(([is]) => is.test(name))?.[1] ?? host, id: name })),
  ]
}

/** Names that the host does not take: those of gateways, and the list's own short forms. */
const invented =
  /^anthropic\/|^google\/(?!gem)|^deepseek\/deepseek-(?!chat$|reasoner$|v4)|^mistral\/.*(?:instruct|-24b|-3b)/

/** Names in a maker's list that another host uses. */
const elsewhere: readonly (readonly [is: RegExp, host: string])[] = [
  [/^gpt-35-/, 'azure'],
  [/^gemini-2\.5-(?:flash|pro)-tts$/, 'vertex'],
]

function exactNames({ equals, starts_with, or = [] }: Match): string[] {
  const own = [equals, starts_with].filter(name => typeof name === 'string' && !name.endsWith('-')) as string[]
  return [...own, ...(or as readonly Match[]).flatMap(exactNames)]
}
