import { inspect } from 'node:util'
import {
  AbortedError,
  AuthenticationError,
  ConnectionError,
  InvalidRequestError,
  LLMError,
  MalformedResponseError,
  NotFoundError,
  OverloadedError,
  PermissionDeniedError,
  QuotaExceededError,
  RateLimitError,
  ServerError,
  TimeoutError,
} from '@llm/core'
import { describe, expect, test, vi } from 'vitest'
import type { Expected, Fault } from './fault.ts'
import { FAULTS } from './faults.ts'
import { answerWell, beginStream, startFaultyServer, through } from './faulty-server.ts'
import { HOSTS, type Host } from './hosts.ts'
import { KEY, meet, PROMPT, type Mode } from './meet-fault.ts'

const CLASSES: Readonly<Record<string, abstract new (...args: never[]) => LLMError>> = {
  aborted: AbortedError,
  authentication: AuthenticationError,
  connection: ConnectionError,
  invalid_request: InvalidRequestError,
  malformed_response: MalformedResponseError,
  not_found: NotFoundError,
  overloaded: OverloadedError,
  permission_denied: PermissionDeniedError,
  quota_exceeded: QuotaExceededError,
  rate_limit: RateLimitError,
  server: ServerError,
  timeout: TimeoutError,
}

const modes = ({ of }: Fault): readonly Mode[] => (of === 'both' ? ['whole', 'stream'] : [of])

function applies({ needs }: Fault, { fixtures }: Host): boolean {
  if (needs === 'error events') return fixtures.errorEvent({ status: 503, message: '' }) !== undefined
  // Frames have no comments, and Bedrock sends none of its own.
  return needs !== 'pings' || fixtures.streamType === undefined
}

function expectError(error: unknown, fault: Fault, mode: Mode): LLMError {
  if (!LLMError.is(error)) throw new Error(`no typed error, but ${inspect(error)}`)
  const { code, retryable, status, timer } = fault.expected
  expect([code].flat()).toContain(error.code)
  expect(error).toBeInstanceOf(CLASSES[error.code])
  expect(error).toMatchObject({ retryable, ...(status && { status }), ...(timer !== undefined && { timer }) })
  // Whoever aborts a call knows what to do.
  if (error.code !== 'aborted') expect(error.hint).toMatch(/./)
  if ('retryAfterMs' in fault.expected) expectWait(error, fault.expected)
  if (mode === 'stream' && fault.partial !== undefined) expect(error.partial?.text).toBe(fault.partial)
  expectSecrets(error)
  return error
}

function expectWait(error: LLMError, { retryAfterMs: expected }: Expected): void {
  const { retryAfterMs } = error as { retryAfterMs?: number }
  const [from, to] = typeof expected === 'object' ? expected : [expected, expected]
  if (from === undefined) expect(retryAfterMs).toBeUndefined()
  else expect(retryAfterMs).toBeGreaterThanOrEqual(from)
  if (to !== undefined) expect(retryAfterMs).toBeLessThanOrEqual(to)
}

function expectSecrets(error: LLMError): void {
  for (const shown of [error.message, JSON.stringify(error), inspect(error, { depth: 10, showHidden: true })]) {
    expect(shown).not.toContain(KEY)
    expect(shown).not.toContain(PROMPT)
  }
}

const left = { open: 0, listeners: 0 }
const reached = ({ address, abort }: Fault): boolean => address === undefined && abort !== 'at once'

async function expectFault(host: Host, fault: Fault): Promise<void> {
  for (const mode of modes(fault)) {
    const { error, sent: _sent, ...outcome } = await meet({ host, fault, mode })
    expectError(error, fault, mode)
    // Only middleware sends anything twice.
    expect(outcome).toEqual({ requests: reached(fault) ? 1 : 0, backupRequests: 0, ...left })
  }
}

async function expectStack(host: Host, fault: Fault): Promise<void> {
  const { failsOver, attempts, code } = fault.expected
  for (const mode of modes(fault)) {
    const { completion, error, sent, ...outcome } = await meet({ host, fault, mode, stack: true })
    if (fault.most !== undefined) expect(sent).toBeLessThan(fault.most)
    const tries = completion?.attempts ?? expectError(error, fault, mode).attempts ?? []
    expect(completion?.text).toBe(failsOver ? 'Hello' : undefined)
    expect(tries).toHaveLength(attempts)
    for (const { error: why } of tries.slice(0, failsOver ? -1 : undefined)) expect([code].flat()).toContain(why)
    if (failsOver) expect(tries.at(-1)?.error).toBeUndefined()
    const here = failsOver ? attempts - 1 : attempts
    expect(outcome).toEqual({ requests: reached(fault) ? here : 0, backupRequests: failsOver ? 1 : 0, ...left })
  }
}

describe.each(HOSTS)('$name', host => {
  const faults = FAULTS.filter(fault => applies(fault, host))
  const light = faults.filter(({ most }) => most === undefined)
  const heavy = faults.filter(({ most }) => most !== undefined)

  test.concurrent.each(light)('$name', fault => expectFault(host, fault))
  test.concurrent.each(light)('$name, in a stack', fault => expectStack(host, fault))
  // One by one, as the others would wait for them, and only once.
  test.each(heavy)('$name, in a stack', { timeout: 60_000 }, fault => expectStack(host, fault))

  test.concurrent('a good answer comes through, alone and in a stack', async () => {
    const fault: Fault = { name: 'none', of: 'both', behave: answerWell, expected: {} as Expected }
    for (const stack of [false, true]) {
      for (const mode of modes(fault)) {
        const { completion, sent: _sent, ...outcome } = await meet({ host, fault, mode, stack })
        expect(completion?.text).toBe('Hello')
        expect(outcome).toEqual({ requests: 1, backupRequests: 0, ...left })
      }
    }
  })

  test.concurrent('leaving a stream early closes its connection', async () => {
    const server = await startFaultyServer(host.fixtures, exchange => {
      beginStream(exchange, through(exchange))
    })
    const provider = host.create({ apiKey: KEY, baseURL: server.url })
    const request = { model: 'model-1', messages: [{ role: 'user', content: PROMPT }], maxTokens: 50 } as const
    for await (const event of provider.stream(request)) if (event.type === 'text-delta' && event.text !== '') break
    await vi.waitFor(() => expect(server.open).toBe(0))
    await server.close()
  })
})
