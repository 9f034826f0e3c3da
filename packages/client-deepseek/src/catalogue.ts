// Written by `pnpm specs:update` from @earendil-works/pi-ai 0.87.1 and @pydantic/genai-prices 0.1.8: do not edit.

/** What catalogues say of the models, as entries that `CatalogueEntry` in core describes. */
export const CATALOGUE = {
  'deepseek-chat': { contextWindow: 163_840, maxOutputTokens: 16_384, input: ['text'], hosts: { deepseek: 'deepseek-chat', openrouter: 'deepseek/deepseek-chat' } },
  'deepseek-coder-33b-instruct': { input: ['text'], hosts: { together: 'deepseek-ai/deepseek-coder-33b-instruct' } },
  'deepseek-r1': { contextWindow: 64_000, maxOutputTokens: 16_000, input: ['text'], reasoning: true, hosts: { bedrock: 'deepseek.r1-v1:0', openrouter: 'deepseek/deepseek-r1' } },
  'deepseek-r1-0528': { contextWindow: 163_840, maxOutputTokens: 32_768, input: ['text'], reasoning: true, hosts: { fireworks: 'accounts/fireworks/models/deepseek-r1-0528', openrouter: 'deepseek/deepseek-r1-0528' } },
  'deepseek-r1-distill-llama-70b': { contextWindow: 131_072, input: ['text'], hosts: { groq: 'deepseek-r1-distill-llama-70b', openrouter: 'deepseek/deepseek-r1-distill-llama-70b' } },
  'deepseek-r1-distill-llama-8b': { input: ['text'], hosts: { openrouter: 'deepseek/deepseek-r1-distill-llama-8b' } },
  'deepseek-r1-distill-qwen-1.5b': { input: ['text'], hosts: { openrouter: 'deepseek/deepseek-r1-distill-qwen-1.5b' } },
  'deepseek-r1-distill-qwen-14b': { input: ['text'], hosts: { openrouter: 'deepseek/deepseek-r1-distill-qwen-14b' } },
  'deepseek-r1-distill-qwen-32b': { input: ['text'], hosts: { openrouter: 'deepseek/deepseek-r1-distill-qwen-32b' } },
  'deepseek-reasoner': { contextWindow: 64_000, input: ['text'], hosts: { deepseek: 'deepseek-reasoner' } },
  'deepseek-v3-0324': { contextWindow: 163_840, input: ['text'], hosts: { fireworks: 'accounts/fireworks/models/deepseek-v3-0324', openrouter: 'deepseek/deepseek-chat-v3-0324' } },
  'deepseek-v3.1': { contextWindow: 163_840, maxOutputTokens: 81_920, input: ['text'], reasoning: true, hosts: { bedrock: 'deepseek.v3-v1:0', openrouter: 'deepseek/deepseek-chat-v3.1' } },
  'deepseek-v3.1-terminus': { contextWindow: 131_072, maxOutputTokens: 32_768, input: ['text'], reasoning: true, hosts: { openrouter: 'deepseek/deepseek-v3.1-terminus' } },
  'deepseek-v3.2': { contextWindow: 163_840, maxOutputTokens: 81_920, input: ['text'], reasoning: true, hosts: { bedrock: 'deepseek.v3.2', fireworks: 'accounts/fireworks/models/deepseek-v3p2', openrouter: 'deepseek/deepseek-v3.2' } },
  'deepseek-v3.2-exp': { contextWindow: 163_840, maxOutputTokens: 65_536, input: ['text'], reasoning: true, hosts: { openrouter: 'deepseek/deepseek-v3.2-exp' } },
  'deepseek-v4-flash': { contextWindow: 1_024_000, maxOutputTokens: 384_000, input: ['text'], reasoning: true, effort: ['none', 'high', 'xhigh'], hosts: { deepseek: 'deepseek-v4-flash', fireworks: 'accounts/fireworks/models/deepseek-v4-flash', openrouter: 'deepseek/deepseek-v4-flash' } },
  'deepseek-v4-flash-0731': { contextWindow: 1_048_576, maxOutputTokens: 384_000, input: ['text'], reasoning: true, effort: ['none', 'low', 'high', 'max'], hosts: { fireworks: 'accounts/fireworks/models/deepseek-v4-flash-0731', openrouter: 'deepseek/deepseek-v4-flash-0731', together: 'deepseek-ai/DeepSeek-V4-Flash-0731' } },
  'deepseek-v4-flash-vision-exp': { contextWindow: 1_048_576, maxOutputTokens: 384_000, input: ['text', 'image'], reasoning: true, effort: ['none', 'low', 'high', 'max'], hosts: { fireworks: 'accounts/fireworks/models/deepseek-v4-flash-vision-exp', openrouter: 'deepseek/deepseek-v4-flash-vision-exp' } },
  'deepseek-v4-pro': { contextWindow: 1_000_000, maxOutputTokens: 384_000, input: ['text'], reasoning: true, effort: ['none', 'high', 'max'], price: { input: 1.32, output: 3.96, cacheRead: 0.044 }, hosts: { deepseek: 'deepseek-v4-pro', fireworks: 'accounts/fireworks/models/deepseek-v4-pro', openrouter: 'deepseek/deepseek-v4-pro', together: 'deepseek-ai/DeepSeek-V4-Pro' } },
  'deepseek-v4-pro-0813': { contextWindow: 1_048_576, maxOutputTokens: 384_000, input: ['text'], reasoning: true, effort: ['none', 'low', 'high', 'max'], hosts: { fireworks: 'accounts/fireworks/models/deepseek-v4-pro-0813', openrouter: 'deepseek/deepseek-v4-pro-0813', together: 'deepseek-ai/DeepSeek-V4-Pro-0813' } },
  'deepseek-v4.1-flash': { contextWindow: 1_000_000, maxOutputTokens: 384_000, input: ['text', 'image'], reasoning: true, effort: ['none', 'low', 'high', 'max'], price: { input: 0.3, output: 1.2, cacheRead: 0.006 }, hosts: { deepseek: 'deepseek-flash', fireworks: 'accounts/fireworks/models/deepseek-v4p1-flash', openrouter: 'deepseek/deepseek-v4.1-flash', together: 'deepseek-ai/DeepSeek-V4.1-Flash' } },
} as const
