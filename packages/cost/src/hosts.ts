/** What the price catalogue calls our providers, where it has another name for them. */
const CATALOGUE_IDS: Readonly<Record<string, string>> = {
  bedrock: 'aws',
  vertex: 'google',
  xai: 'x-ai',
  moonshot: 'moonshotai',
}

export function catalogueId(provider: string): string {
  return CATALOGUE_IDS[provider] ?? provider
}

/** The hosts at which the price in a model's spec holds: those of its own maker. */
const OWN_HOSTS: Readonly<Record<string, readonly string[]>> = {
  claude: ['anthropic'],
  deepseek: ['deepseek'],
  gemini: ['google', 'vertex'],
  gpt: ['openai', 'azure'],
  mixtral: ['mistral'],
}

export function isOwnHost(family: string, provider: string): boolean {
  return OWN_HOSTS[family]?.includes(provider) ?? false
}

/**
 * What a batch pays of the price of its tokens, at the hosts that say so.
 *
 * - https://developers.openai.com/api/docs/guides/batch
 * - https://azure.microsoft.com/pricing/details/azure-openai
 * - https://platform.claude.com/docs/en/build-with-claude/batch-processing#pricing
 * - https://ai.google.dev/gemini-api/docs/batch-api
 * - https://aws.amazon.com/bedrock/pricing
 * - https://console.groq.com/docs/batch
 * - https://docs.mistral.ai/capabilities/batch
 */
const BATCH_PRICES: Readonly<Record<string, number>> = {
  openai: 0.5,
  azure: 0.5,
  anthropic: 0.5,
  google: 0.5,
  vertex: 0.5,
  bedrock: 0.5,
  groq: 0.5,
  mistral: 0.5,
}

export function batchPrice(provider: string): number | undefined {
  return BATCH_PRICES[provider]
}
