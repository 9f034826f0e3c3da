import { reportedUsage, type Usage } from '@llm/core'
import type { GenerateContentResponseUsageMetadata, ModalityTokenCount } from '@google/genai'

type Details = readonly ModalityTokenCount[] | undefined

/**
 * Input tokens are the prompt, cached tokens included, and what tools fed back; output tokens are the answer and the
 * thoughts. Reference: https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function readUsage(usage: GenerateContentResponseUsageMetadata): Usage {
  const { promptTokensDetails: input, candidatesTokensDetails: output, cacheTokensDetails: cached } = usage
  return reportedUsage(
    {
      inputTokens: sum(usage.promptTokenCount, usage.toolUsePromptTokenCount),
      outputTokens: sum(usage.candidatesTokenCount, usage.thoughtsTokenCount),
      totalTokens: usage.totalTokenCount,
      cacheReadTokens: usage.cachedContentTokenCount,
      reasoningTokens: usage.thoughtsTokenCount,
      inputAudioTokens: uncached(tokensOf(input, 'AUDIO'), tokensOf(cached, 'AUDIO')),
      inputImageTokens: uncached(tokensOf(input, 'IMAGE'), tokensOf(cached, 'IMAGE')),
      outputAudioTokens: tokensOf(output, 'AUDIO'),
      outputImageTokens: tokensOf(output, 'IMAGE'),
    },
    usage,
  )
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0)
}

function tokensOf(details: Details, modality: string): number | undefined {
  if (details === undefined) return undefined
  for (const detail of details) if (String(detail.modality) === modality) return detail.tokenCount
  return undefined
}

/** The buckets of a {@link Usage} are disjoint: what came from the cache is counted there. */
function uncached(all: number | undefined, cached: number | undefined): number | undefined {
  return all === undefined ? undefined : all - (cached ?? 0)
}
