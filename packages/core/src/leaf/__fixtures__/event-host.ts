import { vi, type Mock } from 'vitest'
import { z } from 'zod'
import type { CompletionRequest } from '../../completion.ts'
import type { ErrorDetails } from '../../errors/api-error.ts'
import type { LLMError } from '../../errors/llm-error.ts'
import type { Provider } from '../../provider.ts'
import type { CompletionStream } from '../../stream/completion-stream.ts'
import type { CompletionEvent } from '../../stream/events.ts'
import type { CompletionCodec, ParseContext } from '../codec.ts'
import { defineProvider, type HostDefinition } from '../define-provider.ts'

export interface Options {
  readonly tier?: string
}

/** A wire format that carries the events themselves: `{ events: [...] }`, or one `data:` line each. */
export const codec: CompletionCodec<Options> = {
  protocol: 'events',
  renderRequest(prepared) {
    const { options, stream, ...request } = prepared
    if (request.seed !== undefined) prepared.warn({ code: 'parameter-dropped', message: 'no seed', parameter: 'seed' })
    return { ...request, ...options, stream }
  },
  parseResponse(body, context) {
    const { events, error } = body as { events: CompletionEvent[]; error?: ErrorDetails }
    if (error !== undefined) context.fail(error)
    for (const event of events) pass(event, context)
  },
  createStreamParser(context) {
    let done = false
    return {
      push({ data }) {
        const event = JSON.parse(data) as CompletionEvent | { type: 'error'; error: ErrorDetails } | { type: 'trip' }
        if (event.type === 'error') return context.fail(event.error)
        if (event.type === 'trip') throw new TypeError('tripped')
        done ||= event.type === 'finish'
        pass(event, context)
      },
      get done() {
        return done
      },
      end: () => done,
    }
  },
}

function pass(event: CompletionEvent, context: ParseContext): void {
  if (event.type === 'start') context.start({ id: event.id, model: event.model })
  else context.emit(event)
}

export function host(
  settings: Partial<HostDefinition<Options, object>> & { fetch?: typeof globalThis.fetch; url?: string } = {},
): Provider {
  const { fetch, url = 'https://example.com/v1', ...overrides } = settings
  return defineProvider<Options>({
    id: 'fake',
    codec,
    transport: {
      fetch,
      secrets: () => ['plain0key0of0no0shape'],
      readError: body => {
        const { error } = body as { error: { message: string; type?: string } }
        return { message: error.message, code: error.type, kind: error.type === 'quota' ? 'quota-exceeded' : undefined }
      },
    },
    options: () => Promise.resolve(z.strictObject({ tier: z.string().optional() }) as never),
    buildRequest: body => Promise.resolve({ url, method: 'POST', body: JSON.stringify(body) }),
    ...overrides,
  })
}

type EventOf<Type extends CompletionEvent['type']> = Extract<CompletionEvent, { type: Type }>

export const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
export const start: EventOf<'start'> = { type: 'start', id: 'a1', provider: '', model: 'm-1', warnings: [] }
export const text = (value: string): CompletionEvent => ({ type: 'text-delta', text: value })
export const finish: EventOf<'finish'> = { type: 'finish', finishReason: 'stop' }
export const line = (event: object): string => `data: ${JSON.stringify(event)}\n\n`
export const sse = (...events: readonly object[]): Response =>
  new Response(events.map(line).join(''), { headers: { 'content-type': 'text/event-stream', 'x-request-id': 'r1' } })

/** Answers with a response for each call, and keeps what it was called with. */
export function answering(...responses: readonly (Response | (() => Promise<Response>))[]): Mock<typeof fetch> {
  const left = [...responses]
  return vi.fn<typeof fetch>(() => {
    const next = left.shift()
    return typeof next === 'function' ? next() : Promise.resolve(next ?? new Response(null, { status: 500 }))
  })
}

export function bytesOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const left = [...pieces]
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(piece)
    },
  })
}

export async function collect(stream: CompletionStream): Promise<{ events: CompletionEvent[]; error?: LLMError }> {
  const events: CompletionEvent[] = []
  try {
    for await (const event of stream) events.push(event)
    return { events }
  } catch (error) {
    return { events, error: error as LLMError }
  }
}

export const failure = (call: Promise<unknown>): Promise<LLMError> =>
  call.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error as LLMError,
  )
