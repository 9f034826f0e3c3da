import type { ListedModel } from '@llm/core'

/** What the mock lists where it is not told. It answers for every model, listed or not. */
export const MODELS: readonly ListedModel[] = [
  { id: 'mock-model', name: 'Mock', createdAt: '2026-01-01', contextWindow: 128_000, maxOutputTokens: 16_384 },
  { id: 'mock-model-small', name: 'Mock, small', createdAt: '2026-01-01', contextWindow: 8192, maxOutputTokens: 4096 },
]
