import assert from 'node:assert/strict'
import {
  LLMError,
  type Completion,
  type CompletionEvent,
  type CompletionRequest,
  type CompletionStream,
  type Provider,
} from '@llm/core'
import type { FixtureAnswer, WireEvent, WireFixtures } from '../fixtures/wire-fixtures.ts'
import { checkEvents, comparable, deepFreeze } from './checks.ts'
import { createFakeHost, type FakeHost, type Reply } from './fake-host.ts'
import type { FullSupports } from './supports.ts'

/** What a provider under test is made of. */
export interface SuiteSettings {
  readonly apiKey: string
  /** Answers in the host's place, whatever the URL. */
  readonly fetch: typeof globalThis.fetch
  readonly baseURL: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly timeout?: number | undefined
}

/** Makes the provider under test. */
export type CreateProvider = (settings: SuiteSettings) => Provider

/** A key like no other text, so that it can be found wherever it gets out. */
export const KEY = 'suite-Kq7mZ2xVb9Lw4Rt8Np3Yc6'
export const BASE_URL = 'https://host.example/v1'
/** Frozen, so that a provider that changes it fails where it does. */
export const REQUEST: CompletionRequest = deepFreeze({
  model: 'suite-model',
  messages: [{ role: 'user', content: 'Hello.' }],
})

const ANSWER: FixtureAnswer = {
  id: 'answer-1',
  model: 'suite-model',
  parts: [{ type: 'text', deltas: ['Good ', 'day.'] }],
  finishReason: 'stop',
  usage: { inputTokens: 12, outputTokens: 5 },
}

/** A provider whose host is in the suite's hands. */
export interface Served {
  readonly provider: Provider
  readonly host: FakeHost
}

/** What every case works with: the provider's factory, its host's format, and the ways to bring them together. */
export class Bench {
  readonly create: CreateProvider
  readonly fixtures: WireFixtures
  readonly supports: FullSupports

  constructor(create: CreateProvider, fixtures: WireFixtures, supports: FullSupports) {
    this.create = create
    this.fixtures = fixtures
    this.supports = supports
  }

  /** A provider whose host gives these replies in turn, the last again and again. */
  serve(...replies: readonly Reply[]): Served {
    const host = createFakeHost(replies)
    return { host, provider: this.create({ apiKey: KEY, fetch: host.fetch, baseURL: BASE_URL }) }
  }

  answer(change: Partial<FixtureAnswer> = {}): FixtureAnswer {
    return { ...ANSWER, ...change }
  }

  /** A whole answer. */
  whole(change: Partial<FixtureAnswer> = {}): Reply {
    return json(this.fixtures.body(this.answer(change)))
  }

  /** An answer in pieces. */
  streamed(change: Partial<FixtureAnswer> = {}): Reply {
    return this.sse(this.fixtures.events(this.answer(change)))
  }

  /** A stream of events. */
  sse(pieces: readonly WireEvent[], more: Partial<Reply> = {}): Reply {
    return { pieces, headers: { 'content-type': this.fixtures.streamType ?? 'text/event-stream' }, ...more }
  }

  /** Has the host give an answer whole and streamed, and checks that both come out the same. */
  async both(change: Partial<FixtureAnswer> = {}, request: CompletionRequest = REQUEST): Promise<Completion> {
    const completed = await this.serve(this.whole(change)).provider.complete(request)
    const { completion } = await this.read(this.streamed(change), request)
    assert.deepEqual(comparable(completion), comparable(completed), 'complete and stream must give the same completion')
    return completed
  }

  /** Reads a reply as a stream, to its end. */
  async read(reply: Reply, request: CompletionRequest = REQUEST): Promise<Reading> {
    const stream = this.serve(reply).provider.stream(request)
    const events: CompletionEvent[] = []
    for await (const event of stream) events.push(event)
    checkEvents(events)
    return { events, completion: await stream.completion() }
  }

  /** The error of a reply, from `complete` and from `stream`. */
  async failures(reply: Reply, request: CompletionRequest = REQUEST): Promise<readonly LLMError[]> {
    const completed = await failureOf(() => this.serve(reply).provider.complete(request))
    return [completed, await streamFailure(this.serve(reply).provider.stream(request))]
  }
}

/** What a stream gave. */
export interface Reading {
  readonly events: readonly CompletionEvent[]
  readonly completion: Completion
}

/** A JSON reply. */
export function json(body: unknown, more: Partial<Reply> = {}): Reply {
  return { pieces: [JSON.stringify(body)], headers: { 'content-type': 'application/json' }, ...more }
}

/** The error that a call ends with, which must be one of the library's. */
export async function failureOf(call: () => Promise<unknown>): Promise<LLMError> {
  try {
    await call()
  } catch (error) {
    assert.ok(LLMError.is(error), `only an LLMError may leave a provider, not ${String(error)}`)
    return error
  }
  assert.fail('the call should have failed')
}

/** The error that a stream ends with, and what it gave before. */
export function streamFailure(stream: CompletionStream, events: CompletionEvent[] = []): Promise<LLMError> {
  return failureOf(async () => {
    for await (const event of stream) events.push(event)
  })
}
