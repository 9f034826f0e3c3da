import { isRecord, type Completion, type Usage } from '@llm/core'

/** What a call used besides tokens. */
export interface ToolUse {
  /** Searches of the web that the host made. */
  readonly webSearches?: number | undefined
  /** Searches of uploaded files that the host made. */
  readonly fileSearches?: number | undefined
}

/** Counts by the names that the price catalogue has for them. */
export type BilledUnits = Readonly<Record<string, number | undefined>>

export interface Counted {
  readonly usage: Usage
  readonly toolUse?: ToolUse | undefined
  readonly audioSeconds?: number | undefined
}

/** The counts of a usage, as the price catalogue takes them. Both count cached tokens into the input. */
export function billedUnits({ usage, toolUse, audioSeconds }: Counted): BilledUnits {
  const raw = isRecord(usage.raw) ? usage.raw : {}
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    // https://platform.claude.com/docs/en/build-with-claude/prompt-caching#1-hour-cache-duration
    cache_write_1h_tokens: numberIn(raw.cache_creation, 'ephemeral_1h_input_tokens'),
    output_reasoning_tokens: usage.reasoningTokens,
    input_audio_tokens: usage.inputAudioTokens,
    output_audio_tokens: usage.outputAudioTokens,
    input_image_tokens: usage.inputImageTokens,
    output_image_tokens: usage.outputImageTokens,
    input_audio_seconds: audioSeconds,
    // https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool#usage-and-pricing
    web_searches: toolUse?.webSearches ?? numberIn(raw.server_tool_use, 'web_search_requests'),
    storage_searches: toolUse?.fileSearches,
  }
}

/** The searches that the host made for an answer. */
export function toolUseOf({ content }: Pick<Completion, 'content'>): ToolUse {
  const names = content.flatMap(part =>
    part.type === 'tool-call' && part.providerExecuted === true ? [part.name] : [],
  )
  const count = (pattern: RegExp): number | undefined => names.filter(name => pattern.test(name)).length || undefined
  return { webSearches: count(/^web_search/), fileSearches: count(/^file_search/) }
}

function numberIn(record: unknown, key: string): number | undefined {
  const value = isRecord(record) ? record[key] : undefined
  return typeof value === 'number' && value > 0 ? value : undefined
}
