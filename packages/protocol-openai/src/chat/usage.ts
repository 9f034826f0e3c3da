import { reportedUsage, type Usage } from '@llm/core'
import type { ChatUsage } from './wire.ts'

/**
 * Prompt tokens include cached ones, of which hosts tell in several places; completion tokens include reasoning.
 *
 * @example
 * ```ts
 * import { readChatUsage } from '@llm/protocol-openai'
 *
 * readChatUsage({ prompt_tokens: 20, prompt_tokens_details: { cached_tokens: 16 } }).cacheReadTokens // 16
 * ```
 */
export function readChatUsage(usage: ChatUsage): Usage {
  const input = usage.prompt_tokens_details ?? {}
  const output = usage.completion_tokens_details ?? {}
  return reportedUsage(
    {
      inputTokens: usage.prompt_tokens,
      outputTokens: usage.completion_tokens,
      totalTokens: usage.total_tokens,
      cacheReadTokens: input['cached_tokens'] ?? usage['prompt_cache_hit_tokens'] ?? usage['cached_tokens'],
      cacheWriteTokens: input['cache_write_tokens'],
      reasoningTokens: output['reasoning_tokens'],
      inputAudioTokens: input['audio_tokens'],
      inputImageTokens: input['image_tokens'],
      outputAudioTokens: output['audio_tokens'],
      outputImageTokens: output['image_tokens'],
    },
    usage,
  )
}
