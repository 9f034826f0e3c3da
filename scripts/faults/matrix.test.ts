import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { inspect } from 'node:util'
import { LLMError, type CompletionRequest, type Provider } from '@llm/core'
import { selfSignedCertificate } from '@llm/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from './fault.ts'
import { FAULTS } from './faults.ts'
import {
  answerWell,
  beginStream,
  eventsUntilText,
  startFaultyServer,
  type Behaviour,
  type FaultyServer,
} from './faulty-server.ts'
import { HOSTS, type Host } from './hosts.ts'

const KEY = 'sk-0123456789abcdefghijklmnop'
const PROMPT = 'A question that nobody else may read.'
const REQUEST: CompletionRequest = { model: 'model-1', messages: [{ role: 'user', content: PROMPT }], maxTokens: 50 }

type Mode = 'whole' | 'stream'

/** Makes a call and gives the error that it ends with. */
async function failureOf(provider: Provider, mode: Mode, request: CompletionRequest): Promise<LLMError> {
  const error: unknown = await (mode === 'whole' ? provider.complete(request) : drain(provider, request)).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!LLMError.is(error)) throw new Error(`no typed error, but ${inspect(error)}`)
  return error
}

async function drain(provider: Provider, request: CompletionRequest): Promise<void> {
  for await (const _event of provider.stream(request)) void _event
}

async function withServer<T>(
  host: Host,
  behave: Behaviour,
  use: (server: FaultyServer, provider: Provider) => Promise<T>,
): Promise<T> {
  const server = await startFaultyServer(host.fixtures, behave)
  try {
    return await use(server, host.create({ apiKey: KEY, baseURL: server.url }))
  } finally {
    await server.close()
  }
}

function expectSecrets(error: LLMError): void {
  for (const shown of [error.message, JSON.stringify(error), inspect(error, { depth: 10, showHidden: true })]) {
    expect(shown).not.toContain(KEY)
    expect(shown).not.toContain(PROMPT)
  }
}

/** No connection stays open when nobody waits for an answer any more. */
async function expectClosed(server: FaultyServer): Promise<void> {
  for (let tries = 0; tries < 100 && server.open > 0; tries++) await new Promise(resolve => setTimeout(resolve, 10))
  expect(server.open, 'open connections').toBe(0)
}

const modes = (fault: Fault): readonly Mode[] => (fault.of === 'both' ? ['whole', 'stream'] : [fault.of])
const applies = (fault: Fault, host: Host): boolean =>
  !/error event/.test(fault.name) || host.fixtures.errorEvent({ status: 503, message: '' }) !== undefined

describe.each(HOSTS)('$name', host => {
  test('a good answer comes through', async () => {
    await withServer(host, answerWell, async (server, provider) => {
      expect((await provider.complete(REQUEST)).text).toBe('Hello')
      expect((await provider.stream(REQUEST).completion()).text).toBe('Hello')
      expect(server.requests).toBe(2)
    })
  })

  test.each(FAULTS.filter(fault => applies(fault, host)))('$name', async fault => {
    for (const mode of modes(fault)) {
      await withServer(host, fault.behave, async (server, provider) => {
        const error = await failureOf(provider, mode, { ...REQUEST, timeout: fault.timeout })
        const { code, ...expected } = fault.expected
        expect([code].flat(), mode).toContain(error.code)
        expect(error, mode).toMatchObject({ ...expected, provider: provider.id })
        if (mode === 'stream' && fault.partial !== undefined) expect(error.partial?.text).toBe(fault.partial)
        expect(server.requests, 'sent once').toBe(fault.name.startsWith('closed before') ? server.requests : 1)
        expectSecrets(error)
        await expectClosed(server)
      })
    }
  })

  test('an abort at each point', async () => {
    const points: readonly [name: string, behave: Behaviour][] = [
      ['before the headers', () => undefined],
      [
        'before content',
        exchange => {
          beginStream(exchange, eventsUntilText(exchange.fixtures).before)
        },
      ],
      [
        'after content',
        exchange => {
          beginStream(exchange, eventsUntilText(exchange.fixtures).through)
        },
      ],
    ]
    for (const [name, behave] of points) {
      await withServer(host, behave, async (server, provider) => {
        const controller = new AbortController()
        setTimeout(() => {
          controller.abort(new Error('enough'))
        }, 60)
        const error = await failureOf(provider, 'stream', { ...REQUEST, signal: controller.signal })
        expect(error, name).toMatchObject({ code: 'aborted', retryable: false })
        expect(error.partial?.text, name).toBe(name === 'after content' ? 'Hel' : '')
        await expectClosed(server)
      })
    }
  })

  test('leaving a stream early closes its connection', async () => {
    const endless: Behaviour = exchange => {
      beginStream(exchange, eventsUntilText(exchange.fixtures).through)
    }
    await withServer(host, endless, async (server, provider) => {
      for await (const event of provider.stream(REQUEST)) if (event.type === 'text-delta' && event.text !== '') break
      await expectClosed(server)
    })
  })
})

describe('addresses that do not answer', () => {
  let url: string
  let close: () => void

  beforeAll(async () => {
    const server = createTlsServer(await selfSignedCertificate('elsewhere.test'))
    server.on('tlsClientError', () => undefined)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    close = () => {
      server.close()
    }
  })
  afterAll(() => {
    close()
  })

  test.each(HOSTS)('$name: refused, unknown, and with a certificate that is not theirs', async host => {
    const dead = await startFaultyServer(host.fixtures, () => undefined)
    await dead.close()
    for (const baseURL of [dead.url, 'http://nowhere.invalid', url]) {
      for (const mode of ['whole', 'stream'] as const) {
        const error = await failureOf(host.create({ apiKey: KEY, baseURL }), mode, REQUEST)
        expect(error, baseURL).toMatchObject({ code: 'connection', retryable: true })
        expectSecrets(error)
      }
    }
  })
})
