import {
  checkSettings,
  COMMON_SETTINGS,
  ConfigurationError,
  type ListedModel,
  type ProviderSettings,
  type SettingsSpec,
} from '@llm/core'
import type { Clock } from '@llm/core/testing'
import { isFailure, type Failure } from './errors.ts'
import type { MockCapabilities } from './mock-calls.ts'
import { checkPace, type Pace } from './mock-pace.ts'
import { readReply, type Reply } from './mock-reply.ts'

/** What {@link mock} takes. The settings that reach a host are taken too, so that it can stand in for any, and not used. */
export interface MockSettings extends ProviderSettings {
  /** The provider that it says it is. Defaults to `mock`. */
  readonly id?: string | undefined
  /** The wire format that it says it speaks. Defaults to `mock`. */
  readonly protocol?: string | undefined
  /**
   * What it answers, call by call; the last one is repeated. Defaults to what the request asks for: JSON for its schema, a
   * call of the tool that it must call, else an echo.
   */
  readonly replies?: readonly Reply[] | undefined
  /**
   * How the other operations fail, call by call. A place that is `undefined`, and every call behind the last, succeeds;
   * `at` and `reply` mean nothing here.
   */
  readonly failures?:
    { readonly [O in keyof MockCapabilities]?: readonly (Failure | undefined)[] | undefined } | undefined
  /** How fast answers come. Defaults to no waiting. */
  readonly pace?: Pace | undefined
  /** Where time comes from. Defaults to the system's. */
  readonly clock?: Clock | undefined
  /** Of the pace's jitter. Defaults to 1. */
  readonly seed?: number | undefined
  /** What it lists. Defaults to two made-up models. */
  readonly models?: readonly ListedModel[] | undefined
}

const SPEC: SettingsSpec<MockSettings> = {
  ...COMMON_SETTINGS,
  apiKey: { type: 'string' },
  baseURL: { type: 'string' },
  id: { type: 'string' },
  protocol: { type: 'string' },
  replies: { type: 'array' },
  failures: { type: 'record' },
  pace: { type: 'record' },
  clock: { type: 'record' },
  seed: { type: 'number' },
  models: { type: 'array' },
}

const FAILURES: SettingsSpec<NonNullable<MockSettings['failures']>> = {
  embed: { type: 'array' },
  generateImage: { type: 'array' },
  streamImage: { type: 'array' },
  generateSpeech: { type: 'array' },
  streamSpeech: { type: 'array' },
  transcribe: { type: 'array' },
  streamTranscription: { type: 'array' },
  generateVideo: { type: 'array' },
  moderate: { type: 'array' },
  rerank: { type: 'array' },
  countTokens: { type: 'array' },
  listModels: { type: 'array' },
}

/** @throws {@link ConfigurationError} for whatever is wrong, in replies, failures and pace as well. */
export function readSettings(settings: MockSettings): MockSettings {
  const checked = checkSettings('mock', settings, SPEC)
  const { replies = [], failures = {}, pace } = checked
  if (pace !== undefined) checkPace(pace)
  for (const reply of replies) if (typeof reply !== 'function') readReply(reply)
  for (const listed of Object.values(checkSettings('failures', failures, FAILURES))) {
    if (listed?.every(failure => failure === undefined || isFailure(failure)) !== false) continue
    throw new ConfigurationError({
      message: 'The failures of the mock hold something else.',
      hint: 'Use fail(...) and stall(...), and undefined for a call that succeeds.',
    })
  }
  return checked
}
