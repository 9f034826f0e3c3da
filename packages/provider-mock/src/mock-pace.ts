import { checkSettings, ConfigurationError, type SettingsSpec } from '@llm/core'
import type { Random } from '@llm/core/testing'

/** How fast answers come. */
export interface Pace {
  /** From the beginning of the answer to its first token, in milliseconds. Defaults to 0. */
  readonly firstTokenMs?: number | undefined
  /** Defaults to no waiting between tokens. */
  readonly tokensPerSecond?: number | undefined
  /** By how much each wait may differ, as a share of it: 0.2 is up to a fifth longer or shorter. Defaults to 0. */
  readonly jitter?: number | undefined
}

const SPEC: SettingsSpec<Pace> = {
  firstTokenMs: { type: 'number' },
  tokensPerSecond: { type: 'number' },
  jitter: { type: 'number' },
}

/** @throws {@link ConfigurationError} for an unknown key, and for numbers that are no pace. */
export function checkPace(pace: Pace): Pace {
  const { firstTokenMs = 0, tokensPerSecond = 1, jitter = 0 } = checkSettings('a pace', pace, SPEC)
  if (firstTokenMs >= 0 && tokensPerSecond > 0 && jitter >= 0 && jitter <= 1) return pace
  throw new ConfigurationError({
    message: 'The pace of the mock is impossible.',
    hint: 'firstTokenMs is 0 or more, tokensPerSecond above 0, jitter from 0 to 1.',
  })
}

/** How long to wait before the next token, in milliseconds. */
export function waitFor(pace: Pace, first: boolean, random: Random): number {
  const { firstTokenMs = 0, tokensPerSecond = Infinity, jitter = 0 } = pace
  const ms = first ? firstTokenMs : 1000 / tokensPerSecond
  return ms * (1 + jitter * (2 * random.next() - 1))
}
