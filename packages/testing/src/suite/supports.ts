import type { CompletionRequest } from '@llm/core'

/** What a host can do. A flag that is not set has its default; a case that a flag rules out is reported as skipped. */
export interface SuiteSupports {
  /**
   * The host gives each answer an id.
   *
   * @default true
   */
  readonly answerIds?: boolean | undefined
  /**
   * Answers with tool calls.
   *
   * @default true
   */
  readonly tools?: boolean | undefined
  /**
   * Arguments stream in pieces, rather than whole.
   *
   * @default true
   */
  readonly toolCallDeltas?: boolean | undefined
  /**
   * Pieces of parallel calls may come in turn.
   *
   * @default true
   */
  readonly interleavedToolCalls?: boolean | undefined
  /**
   * Arguments are JSON text in a body too, where they may be cut or broken, rather than an object.
   *
   * @default true
   */
  readonly argumentsText?: boolean | undefined
  /**
   * Calls have ids on the wire.
   *
   * @default true
   */
  readonly toolCallIds?: boolean | undefined
  /**
   * Reasoning can be read in the answer.
   *
   * @default true
   */
  readonly reasoning?: boolean | undefined
  /**
   * Reasoning comes with something opaque that must go back.
   *
   * @default true
   */
  readonly reasoningState?: boolean | undefined
  /**
   * Answers cite sources.
   *
   * @default false
   */
  readonly sources?: boolean | undefined
  /**
   * Answers hold images.
   *
   * @default false
   */
  readonly imageOutput?: boolean | undefined
  /**
   * Answers hold sound.
   *
   * @default false
   */
  readonly audioOutput?: boolean | undefined
  /**
   * Reports the input tokens that came from a cache.
   *
   * @default true
   */
  readonly cacheReadTokens?: boolean | undefined
  /**
   * Reports the output tokens spent on reasoning.
   *
   * @default true
   */
  readonly reasoningTokens?: boolean | undefined
  /**
   * Usage may stand in a stream event that has content too.
   *
   * @default true
   */
  readonly usageWithContent?: boolean | undefined
  /**
   * Usage may come several times in a stream, growing.
   *
   * @default true
   */
  readonly usageSnapshots?: boolean | undefined
  /**
   * Errors may come inside a stream that began well.
   *
   * @default true
   */
  readonly errorEvents?: boolean | undefined
  /**
   * The media that a user message may hold, by kind and source. What is not listed must be refused with a typed error or
   * reported with a warning; a URL may be downloaded.
   *
   * @default ['image-base64', 'image-url', 'file-base64']
   */
  readonly input?: readonly SuiteInput[] | undefined
  /**
   * The request parameters that the host has no place for: each must be dropped with a warning or refused, and every other
   * one sent.
   *
   * @default []
   */
  readonly dropped?: readonly SuiteParameter[] | undefined
}

/** A medium in a message, and how it is given. */
export type SuiteInput =
  'image-base64' | 'image-url' | 'image-id' | 'audio-base64' | 'audio-url' | 'file-base64' | 'file-url' | 'file-id'

/** A request parameter that the suite sets. */
export type SuiteParameter =
  | Extract<
      keyof CompletionRequest,
      | 'maxTokens'
      | 'temperature'
      | 'topP'
      | 'topK'
      | 'stop'
      | 'seed'
      | 'presencePenalty'
      | 'frequencyPenalty'
      | 'verbosity'
    >
  | 'reasoning.effort'
  | 'reasoning.budgetTokens'

/** Every flag with a value. */
export type FullSupports = { readonly [K in keyof SuiteSupports]-?: NonNullable<SuiteSupports[K]> }

const DEFAULTS: FullSupports = {
  answerIds: true,
  tools: true,
  toolCallDeltas: true,
  interleavedToolCalls: true,
  argumentsText: true,
  toolCallIds: true,
  reasoning: true,
  reasoningState: true,
  sources: false,
  imageOutput: false,
  audioOutput: false,
  cacheReadTokens: true,
  reasoningTokens: true,
  usageWithContent: true,
  usageSnapshots: true,
  errorEvents: true,
  input: ['image-base64', 'image-url', 'file-base64'],
  dropped: [],
}

/** The flags in force: the last that is set wins. */
export function mergeSupports(...layers: readonly (SuiteSupports | undefined)[]): FullSupports {
  const merged: Record<string, unknown> = { ...DEFAULTS }
  for (const layer of layers) {
    for (const [flag, value] of Object.entries(layer ?? {})) {
      if (!(flag in DEFAULTS))
        throw new Error(`There is no flag "${flag}" in supports: ${Object.keys(DEFAULTS).join(', ')}.`)
      if (value !== undefined) merged[flag] = value
    }
  }
  return merged as unknown as FullSupports
}
