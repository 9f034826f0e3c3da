import { getEventListeners, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import {
  compose,
  fallback,
  lazy,
  retry,
  timeouts,
  type Completion,
  type CompletionRequest,
  type Provider,
} from '@llm/core'
import { createManualClock } from '@llm/core/testing'
import { selfSignedCertificate, type WireFixtures } from '@llm/testing'
import type { Fault } from './fault.ts'
import { afterwards, answerWell, startFaultyServer, type FaultyServer } from './faulty-server.ts'
import type { Host } from './hosts.ts'

export const KEY = 'sk-0123456789abcdefghijklmnop'
export const PROMPT = 'A question that nobody else may read.'
const REQUEST: CompletionRequest = { model: 'model-1', messages: [{ role: 'user', content: PROMPT }], maxTokens: 50 }

export type Mode = 'whole' | 'stream'

/** A call that meets a fault. */
export interface Meeting {
  readonly host: Host
  readonly fault: Fault
  readonly mode: Mode
  /** In a stack that retries, and fails over to a backup that is well. */
  readonly stack?: boolean
}

/** What came of it. */
export interface Outcome {
  readonly completion?: Completion
  readonly error?: unknown
  /** How many requests have come, and how many bytes went out. */
  readonly requests: number
  readonly sent: number
  readonly backupRequests: number
  /** What is left of it: open connections, and listeners on the caller's signal. */
  readonly open: number
  readonly listeners: number
}

/** Makes a call, and waits until nothing is left of it, or for a second. */
export async function meet({ host, fault, mode, stack = false }: Meeting): Promise<Outcome> {
  const controller = new AbortController()
  const { signal } = controller
  const giveUp = (): void => {
    controller.abort(new Error('enough'))
  }
  const server = await startFaultyServer(host.fixtures, exchange => {
    fault.behave?.(exchange)
    if (fault.abort === 'when sent') afterwards(giveUp)
  })
  const backup = await startFaultyServer(host.fixtures, answerWell)
  const address = await open(fault, server)
  const alone = create(host, fault, address.url)
  const provider = stack ? withBackup(alone, host.create({ apiKey: KEY, baseURL: backup.url })) : alone
  if (fault.abort === 'at once') giveUp()
  const atText = fault.abort === 'at content' ? giveUp : () => undefined
  try {
    const result = await call(provider, { mode, request: { ...REQUEST, signal }, atText })
    await settled(server)
    await provider.close?.()
    return {
      ...result,
      requests: server.requests,
      sent: server.sent,
      backupRequests: backup.requests,
      open: server.open,
      listeners: getEventListeners(signal, 'abort').length,
    }
  } finally {
    await Promise.all([server.close(), backup.close(), address.close()])
  }
}

function create(host: Host, { timeout, limits }: Fault, baseURL: string): Provider {
  const provider = host.create({ apiKey: KEY, baseURL, timeout })
  return limits === undefined ? provider : compose(provider, timeouts(limits))
}

/** Waits by a clock that jumps. */
function withBackup(provider: Provider, backup: Provider): Provider {
  const clock = createManualClock({ autoAdvance: true })
  return compose(fallback([provider, backup], { clock }), retry({ attempts: 3, budgetMs: 600_000, clock }))
}

interface Call {
  readonly mode: Mode
  readonly request: CompletionRequest
  readonly atText: () => void
}

async function call(
  provider: Provider,
  { mode, request, atText }: Call,
): Promise<Pick<Outcome, 'completion' | 'error'>> {
  try {
    if (mode === 'whole') return { completion: await provider.complete(request) }
    const stream = provider.stream(request)
    for await (const event of stream) if (event.type === 'text-delta' && event.text !== '') atText()
    return { completion: await stream.completion() }
  } catch (error) {
    return { error }
  }
}

/** No connection stays open when nobody waits for an answer any more. */
async function settled(server: FaultyServer): Promise<void> {
  for (let tries = 0; tries < 100 && server.open > 0; tries++) await new Promise(resolve => setTimeout(resolve, 10))
}

interface Address {
  readonly url: string
  close(): Promise<void>
}

async function open({ address }: Fault, server: FaultyServer): Promise<Address> {
  const nothing = (): Promise<void> => Promise.resolve()
  switch (address) {
    case 'unknown':
      return { url: 'http://nowhere.invalid', close: nothing }
    case 'refused': {
      const gone = await startFaultyServer({} as WireFixtures, () => undefined)
      await gone.close()
      return { url: gone.url, close: nothing }
    }
    case 'untrusted':
      return openUntrusted()
    default:
      return { url: server.url, close: nothing }
  }
}

const certificate = lazy(() => selfSignedCertificate('elsewhere.test'))

async function openUntrusted(): Promise<Address> {
  const server = createTlsServer(await certificate())
  server.on('tlsClientError', () => undefined)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `https://127.0.0.1:${String(port)}`,
    close: async () => void (await once(server.close(), 'close')),
  }
}
