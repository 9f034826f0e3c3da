import { reportedUsage, type Usage } from '@llm/core'
import type { ResponseUsage } from './wire.ts'

/** Input tokens include cached ones, output tokens include reasoning. Transcriptions name their details otherwise. */
export function readResponseUsage(usage: ResponseUsage): Usage {
  const input = usage.input_tokens_details ?? usage.input_token_details ?? {}
  const output = usage.output_tokens_details ?? {}
  return reportedUsage(
    {
      inputTokens: usage.input_tokens,
      outputTokens: usage.output_tokens,
      totalTokens: usage.total_tokens,
      cacheReadTokens: input['cached_tokens'],
      cacheWriteTokens: input['cache_write_tokens'],
      reasoningTokens: output['reasoning_tokens'],
      inputAudioTokens: input['audio_tokens'],
      inputImageTokens: input['image_tokens'],
      outputImageTokens: output['image_tokens'],
    },
    usage,
  )
}
