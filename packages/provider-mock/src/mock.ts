import {
  CompletionStream,
  inheritSettings,
  validateRequest,
  type Capabilities,
  type Completion,
  type CompletionRequest,
  type Provider,
} from '@llm/core'
import { createRandom, systemClock } from '@llm/core/testing'
import { createBatches } from './batches.ts'
import { createCaches } from './caches.ts'
import { embed } from './embeddings.ts'
import { createFiles, type KeptFile } from './files.ts'
import { MockCall } from './mock-call.ts'
import { CallRecorder, type MockCallRecord, type MockCapabilities } from './mock-calls.ts'
import { mockCapabilities, type MockState } from './mock-capabilities.ts'
import { answerSensibly } from './mock-generators.ts'
import { MockSource, type Session } from './mock-source.ts'
import { readSettings, type MockSettings } from './settings.ts'
import { createVectorStores } from './vector-stores.ts'

/** What the mock remembers, for assertions. */
export interface MockRecord {
  /** Every call in order, of every operation. A stream counts from its first read. */
  readonly calls: readonly MockCallRecord[]
  /** The requests of `complete` and `stream` alone, in order. */
  readonly requests: readonly CompletionRequest[]
  /** Forgets all calls and begins with the first reply again. */
  reset(): void
}

/** A provider without a host. */
export type MockProvider = Provider & MockCapabilities & MockMemory & MockRecord

/** What the mock keeps in memory, as a host keeps it for its account; its calls are not recorded. Code comes from the replies. */
export type MockMemory = Pick<
  Capabilities,
  'batches' | 'embeddingBatches' | 'files' | 'vectorStores' | 'caches' | 'completeCode'
>

/**
 * A provider that needs no host, no key and no network: it answers what it is told, at the pace and with the failures that
 * it is told, and remembers how it was called. The same calls give the same answers.
 *
 * @throws {@link ConfigurationError} for unknown settings and for replies that are none.
 * @example
 * ```ts
 * import { fail, mock } from '@llm/provider-mock'
 *
 * const provider = mock({ replies: ['Hello!', fail('rate-limit', { retryAfterMs: 500 })] })
 * const { text } = await provider.complete({ model: 'any', messages: [{ role: 'user', content: 'Hi.' }] })
 * provider.requests[0]?.messages // [{ role: 'user', content: 'Hi.' }]
 * ```
 */
export function mock(settings: MockSettings = {}): MockProvider {
  const checked = readSettings(settings)
  const { id = 'mock', protocol = 'mock', clock = systemClock } = checked
  const recorder = new CallRecorder(clock)
  const state: MockState = { settings: checked, id, clock, recorder }
  return {
    id,
    protocol,
    complete: request => complete(state, request),
    stream: request => new CompletionStream(new MockSource(request, () => openSession(state, 'stream', request))),
    derive: inheritSettings(mock, checked),
    ...mockCapabilities(state),
    ...memory(state),
    calls: recorder.calls,
    requests: recorder.requests,
    reset: () => {
      recorder.clear()
    },
  }
}

function memory(state: MockState): MockMemory {
  const kept = new Map<string, KeptFile>()
  return {
    batches: createBatches(state.id, { check: validateRequest, answer: request => complete(state, request) }),
    embeddingBatches: createBatches(state.id, {
      check: () => undefined,
      answer: async request => embed(request, state.id),
    }),
    completeCode: ({ prefix, suffix: _, ...request }) =>
      complete(state, { ...request, messages: [{ role: 'user', content: prefix }] }),
    files: createFiles(state.id, kept),
    vectorStores: createVectorStores(state.id, kept),
    caches: createCaches(state.id, state.clock),
  }
}

async function complete(state: MockState, request: CompletionRequest): Promise<Completion> {
  const source = new MockSource(request, () => openSession(state, 'complete', request))
  while ((await source.pull()) !== undefined);
  return source.snapshot(false)
}

function openSession(state: MockState, operation: 'complete' | 'stream', request: CompletionRequest): Session {
  validateRequest(request)
  const { settings, id, clock, recorder } = state
  const { replies = [], pace = {}, seed = 1 } = settings
  const { signal, timeout = settings.timeout } = request
  const onEnd = recorder.begin(operation, request)
  const number = recorder.requests.length
  const model = request.spec?.hosts?.[id] ?? request.model
  return {
    provider: id,
    model,
    id: `${id}-${String(number)}`,
    call: new MockCall({ clock, provider: id, model }, { signal, timeout }),
    number,
    reply: replies[number - 1] ?? replies.at(-1) ?? answerSensibly,
    fallback: answerSensibly,
    pace,
    random: createRandom(seed + number),
    onEnd,
  }
}
