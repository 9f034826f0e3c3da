import { families, type Family } from './families.ts'

/** What a host's id means, or undefined where it is no model of our families, or a variant such as `:batch`. */
export function canonicalId(host: string, id: string): { family: Family; id: string } | undefined {
  if (variant.test(id)) return undefined
  const bare = rewrite(id.toLowerCase(), packaging)
  const vendor = vendorOf(host, id)
  for (const family of families) {
    if (vendor !== undefined && !family.vendors.includes(vendor)) continue
    const name = rewrite(bare, family.names)
    if (family.models.test(name) && !family.without.some(pattern => pattern.test(name))) return { family, id: name }
  }
  return undefined
}

const variant = /:[a-z]+$/

/** What hosts wrap around a model's name. */
const packaging: Family['names'] = [
  [/^~/, ''],
  // Bedrock: `us.meta.llama4-scout-17b-instruct-v1:0`
  [/^(?:us|us-gov|eu|apac|au|jp|in|global)\.(?=[a-z]+\.)/, ''],
  [/^(?:anthropic|meta|mistral|openai)\.(?=[a-z])/, ''],
  [/^deepseek\.v3-v1:0$/, 'deepseek-v3.1'],
  [/^deepseek\.(?=[rv]\d)/, 'deepseek-'],
  // Fireworks: `accounts/fireworks/models/llama-v3p1-8b-instruct`
  [/^accounts\/fireworks\/models\//, ''],
  // OpenRouter, Together, Groq: `meta-llama/Llama-3.3-70B-Instruct-Turbo`
  [/^[a-z-]+\/(?=[^/]+$)/, ''],
  [/-v(?:\d:\d|0\.\d|1)$/, ''],
]

/** Who made a model, as far as the host or the id says: aggregators list derivatives of others under the same words. */
function vendorOf(host: string, id: string): string | undefined {
  const [, vendor] = /^~?([\w-]+)\//.exec(id) ?? []
  return vendor === undefined || vendor === 'accounts' ? vendors[host] : vendor.toLowerCase()
}

/** Whose models a host means that does not say. */
const vendors: Readonly<Record<string, string>> = {
  openai: 'openai',
  azure: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  vertex: 'google',
  deepseek: 'deepseek',
  mistral: 'mistralai',
  openrouter: 'unknown',
}

function rewrite(id: string, rules: Family['names']): string {
  return rules.reduce((name, [from, to]) => name.replace(from, to), id)
}
