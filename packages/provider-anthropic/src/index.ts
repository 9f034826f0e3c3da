export { anthropic, type AnthropicSettings } from './anthropic.ts'
export type { AnthropicCache, AnthropicOptions, AnthropicThinking, AnthropicWebFetch } from './options.ts'
