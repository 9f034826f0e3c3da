import {
  checkSettings,
  COMMON_SETTINGS,
  createSSEDecoder,
  defineProvider,
  ToolCallAssembler,
  type CompletionCodec,
  type CompletionEvent,
  type CompletionRequest,
  type ErrorDetails,
  type HostDefinition,
  type JsonValue,
  type ParseContext,
  type PreparedRequest,
  type Provider,
  type ProviderSettings,
  type StandardSchema,
} from '@llm/core'
import { describe, expect, test } from 'vitest'
import {
  orderDeltas,
  sseEvent,
  type FixtureAnswer,
  type WireEvent,
  type WireFixtures,
} from '../fixtures/wire-fixtures.ts'
import { toolIdsOf } from '../fixtures/tool-ids.ts'
import { providerSuite, type ProviderSuiteOptions, type TestFunction } from './provider-suite.ts'

/** A piece of the toy format: small, but with everything that the suite asks for. */
interface Piece {
  readonly id?: string
  readonly model?: string
  readonly text?: string
  readonly thought?: string
  readonly signature?: string
  readonly call?: { readonly index: number; readonly id?: string; readonly name?: string; readonly args?: string }
  readonly usage?: {
    readonly input?: number
    readonly output?: number
    readonly cached?: number
    readonly thinking?: number
  }
  readonly end?: string
  readonly failure?: ErrorDetails
}

const REASONS = { done: 'stop', calls: 'tool-calls', full: 'length', blocked: 'content-filter' } as const

function piecesOf(answer: FixtureAnswer): readonly Piece[] {
  const { id, model, parts, usage, usageIn = 'last', finishReason, rawFinishReason, interleaved } = answer
  const calls = parts.filter(part => part.type === 'tool-call')
  const opened = calls.map((call, index): Piece => ({
    call: { index, name: call.name, ...(call.id !== undefined && { id: call.id }) },
  }))
  const grown = orderDeltas(calls, interleaved).map(({ index, delta }): Piece => ({ call: { index, args: delta } }))
  const said = parts.flatMap((part): readonly Piece[] => {
    if (part.type === 'text') return part.deltas.map(text => ({ text }))
    if (part.type !== 'reasoning') return []
    return [...part.deltas.map(thought => ({ thought })), ...(part.signature ? [{ signature: part.signature }] : [])]
  })
  const end = rawFinishReason ?? Object.entries(REASONS).find(([, meaning]) => meaning === finishReason)?.[0] ?? 'done'
  const counts: Piece[] =
    usage === undefined
      ? []
      : [
          {
            usage: {
              input: usage.inputTokens,
              output: usage.outputTokens,
              ...(usage.cacheReadTokens !== undefined && { cached: usage.cacheReadTokens }),
              ...(usage.reasoningTokens !== undefined && { thinking: usage.reasoningTokens }),
            },
          },
        ]
  const early = usageIn === 'snapshots' ? counts.map(piece => ({ usage: { ...piece.usage, output: 1 } })) : []
  if (usageIn === 'content' && counts[0] !== undefined)
    return [{ id, model }, ...said.map(piece => ({ ...piece, ...counts[0] })), { end }]
  return [{ id, model }, ...early, ...said, ...opened, ...grown, ...counts, { end }]
}

const toyFixtures: WireFixtures = {
  body: answer => ({ pieces: piecesOf(answer) }),
  events: (answer): readonly WireEvent[] => piecesOf(answer).map(piece => sseEvent(piece)),
  errorBody: ({ status, message, kind }) => ({ failure: { message, status, kind } }),
  errorEvent: ({ status, message }) => sseEvent({ failure: { message, status } }),
  finishReasons: REASONS,
  toolIds: body =>
    toolIdsOf(body, 'messages', ({ content }) => {
      const parts = Array.isArray(content) ? (content as Record<string, unknown>[]) : []
      return {
        calls: parts
          .filter(part => part['type'] === 'tool-call' && part['providerExecuted'] !== true)
          .map(part => part['id']),
        results: parts.filter(part => part['type'] === 'tool-result').map(part => part['toolCallId']),
      }
    }),
  supports: {
    input: ['image-base64', 'image-url', 'image-id', 'audio-base64', 'audio-url', 'file-base64', 'file-url', 'file-id'],
  },
}

class ToyParser {
  done = false
  #context: ParseContext
  #calls: ToolCallAssembler
  #end: string | undefined

  constructor(context: ParseContext) {
    this.#context = context
    this.#calls = new ToolCallAssembler(event => {
      context.emit(event)
    }, 'toy')
  }

  push({ data }: { readonly data: string }): void {
    this.read(JSON.parse(data) as Piece)
  }

  read({ id, model, text, thought, signature, call, usage, end, failure }: Piece): void {
    if (failure !== undefined) this.#context.fail(readToyError({ failure }))
    if (id !== undefined) this.#context.start({ id, model })
    if (text !== undefined) this.#context.emit({ type: 'text-delta', text })
    if (thought !== undefined) this.#context.emit({ type: 'reasoning-delta', text: thought })
    if (signature !== undefined)
      this.#context.emit({ type: 'reasoning-delta', text: '', state: this.#context.state({ signature }) })
    if (call !== undefined) this.#calls.push({ ...call, text: call.args })
    if (usage !== undefined) this.#context.emit({ type: 'usage', usage: toyUsage(usage) })
    if (end === undefined) return
    this.#end = end
    this.done = true
  }

  end(): boolean {
    const reason = this.#end
    if (reason === undefined) return false
    const finishReason = REASONS[reason as keyof typeof REASONS]
    this.#calls.finish(finishReason === 'stop' || finishReason === 'tool-calls')
    this.#context.emit({ type: 'finish', finishReason, rawFinishReason: reason })
    return true
  }
}

function toyUsage({ input = 0, output = 0, cached, thinking }: NonNullable<Piece['usage']>) {
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output,
    ...(cached !== undefined && { cacheReadTokens: cached }),
    ...(thinking !== undefined && { reasoningTokens: thinking }),
    raw: { input, output },
    source: 'reported',
  } as const
}

function readToyError(body: unknown): ErrorDetails {
  const failure = (body as { readonly failure?: ErrorDetails } | null)?.failure ?? {}
  return { message: failure.message, status: failure.status, kind: failure.kind }
}

const toyCodec: CompletionCodec<object> = {
  protocol: 'toy',
  renderRequest: renderToy,
  createStreamParser: context => new ToyParser(context),
  parseResponse: (body, context) => {
    const { pieces, failure } = (body ?? {}) as { readonly pieces?: readonly Piece[]; readonly failure?: ErrorDetails }
    if (failure !== undefined) context.fail(readToyError(body))
    if (pieces === undefined) return context.fail({ kind: 'malformed-response', message: 'no pieces.' })
    const parser = new ToyParser(context)
    for (const piece of pieces) parser.read(piece)
    parser.end()
  },
}

function renderToy({ messages, signal: _, spec: __, ...rest }: PreparedRequest<object>): object {
  const sent = messages.map(message => {
    if (typeof message.content === 'string') return message
    return { ...message, content: (message.content as readonly object[]).filter(part => !('providerExecuted' in part)) }
  })
  return { ...rest, messages: sent }
}

const noOptions: StandardSchema<object> = {
  '~standard': {
    jsonSchema: { input: () => ({}), output: () => ({}) },
    version: 1,
    vendor: 'toy',
    validate: value =>
      Object.keys(value as object).length === 0 ? { value: {} } : { issues: [{ message: 'There are none.' }] },
  },
}

type ToySettings = ProviderSettings & { readonly codec?: CompletionCodec<object>; readonly host?: object }

/** The provider that does everything right; `change` takes that back somewhere. */
function toy(settings: ProviderSettings, change: Partial<HostDefinition<object, object>> = {}): Provider {
  const string = { type: 'string' } as const
  const given = checkSettings<ToySettings>('toy', settings, {
    ...COMMON_SETTINGS,
    apiKey: string,
    baseURL: string,
  } as never)
  return defineProvider({
    id: 'toy',
    codec: toyCodec,
    transport: { fetch: given.fetch, readError: readToyError, secrets: () => [given.apiKey] },
    timeout: given.timeout,
    options: () => Promise.resolve(noOptions),
    buildRequest: async body => ({
      url: `${given.baseURL ?? ''}/toy`,
      method: 'POST',
      headers: { authorization: given.apiKey ?? '', ...given.headers },
      body: JSON.stringify(body),
    }),
    ...change,
  })
}

/** Runs the suite and gives the error of each case that failed, by name. */
async function failuresOf(
  create: ProviderSuiteOptions['create'],
  more: Partial<ProviderSuiteOptions> = {},
  only: RegExp = /./,
): Promise<{ failures: Record<string, string>; skipped: string[]; count: number }> {
  const cases: [string, () => Promise<void>][] = []
  const skipped: string[] = []
  const collect = Object.assign((name: string, run: () => Promise<void>) => cases.push([name, run]), {
    skip: (name: string) => skipped.push(name),
  }) as TestFunction
  providerSuite(collect, { create, fixtures: toyFixtures, ...more })
  const failures: Record<string, string> = {}
  for (const [name, run] of cases.filter(([name]) => only.test(name)))
    await run().catch((error: unknown) => (failures[name] = String(error)))
  return { failures, skipped, count: cases.length }
}

/** The provider with a codec that reads each event in another way. */
function reading(change: (event: CompletionEvent) => CompletionEvent | undefined): ProviderSuiteOptions['create'] {
  const twisted = (context: ParseContext): ParseContext => ({
    ...context,
    emit: event => {
      const changed = change(event)
      if (changed !== undefined) context.emit(changed)
    },
  })
  const codec: CompletionCodec<object> = {
    ...toyCodec,
    createStreamParser: context => toyCodec.createStreamParser(twisted(context)),
    parseResponse: (body, context) => toyCodec.parseResponse(body, twisted(context)),
  }
  return settings => toy(settings, { codec })
}

/** The provider with a codec that writes another request. */
function writing(change: (request: PreparedRequest<object>) => object): ProviderSuiteOptions['create'] {
  return settings => toy(settings, { codec: { ...toyCodec, renderRequest: change } })
}

/** The provider with something around its calls. */
function around(
  change: (provider: Provider, settings: ProviderSettings) => Partial<Provider>,
): ProviderSuiteOptions['create'] {
  return settings => {
    const provider = toy(settings)
    return { ...provider, ...change(provider, settings) }
  }
}

function withoutSignal({ signal: _, ...request }: CompletionRequest): CompletionRequest {
  return request
}

let summed = 0

/** What a provider can do wrong, and the case that must notice. */
const FAULTS: readonly (readonly [fault: string, create: ProviderSuiteOptions['create'], noticed: RegExp])[] = [
  [
    'loses a text',
    reading(event => (event.type === 'text-delta' && event.text.includes('two') ? undefined : event)),
    /^text: a stream gives each delta/,
  ],
  [
    'glues reasoning to the text',
    reading(event => (event.type === 'reasoning-delta' ? { ...event, type: 'text-delta' } : event)),
    /^reasoning: it is kept apart/,
  ],
  [
    'forgets signatures',
    reading(event => ('state' in event ? { ...event, state: undefined } : event)),
    /^reasoning: its signature survives/,
  ],
  [
    'runs calls that were cut',
    reading(event => {
      if (event.type !== 'tool-call') return event
      const { status: _, ...toolCall } = event.toolCall
      return { ...event, toolCall }
    }),
    /^tools: a call that the output limit cut is incomplete, even/,
  ],
  [
    'takes every reason for a good one',
    reading(event => (event.type === 'finish' ? { ...event, finishReason: 'stop' } : event)),
    /^finish: /,
  ],
  [
    'sums usage',
    reading(event => {
      if (event.type === 'start') summed = 0
      if (event.type !== 'usage') return event
      summed += event.usage.outputTokens ?? 0
      return { ...event, usage: { ...event.usage, outputTokens: summed } }
    }),
    /^usage: snapshots replace/,
  ],
  ['forgets usage', reading(event => (event.type === 'usage' ? undefined : event)), /^usage: what the host reports/],
  ['drops a parameter in silence', writing(request => renderToy({ ...request, topK: undefined })), /^parameters: topK/],
  ['drops images in silence', writing(request => ({ ...renderToy(request), messages: [] })), /^parts: image-base64/],
  [
    'sends different bodies for the same request',
    writing(request => ({ ...renderToy(request), nonce: Math.random() })),
    /^hygiene: the same request/,
  ],
  [
    'sends foreign calls as its own',
    writing(({ messages }) => ({
      messages: messages.map(
        message => JSON.parse(JSON.stringify(message).replace('"providerExecuted":true', '"x":1')) as JsonValue,
      ),
    })),
    /^parts: what another host ran/,
  ],
  [
    'takes a cut stream for whole',
    settings =>
      toy(settings, {
        codec: {
          ...toyCodec,
          createStreamParser: context => {
            const parser = toyCodec.createStreamParser(context)
            return {
              push: parser.push.bind(parser),
              done: false,
              end: () => parser.end() || (context.emit({ type: 'finish', finishReason: 'stop' }), true),
            }
          },
        },
      }),
    /^stream errors: a stream that is cut/,
  ],
  [
    'lets errors of others out',
    around(provider => ({
      complete: async request =>
        provider.complete(request).catch(() => {
          throw new TypeError('oops')
        }),
    })),
    /^errors: status 500/,
  ],
  [
    'tells its key',
    settings => toy(settings, { transport: { fetch: settings.fetch, readError: readToyError } }),
    /^hygiene: no key/,
  ],
  [
    'tries again by itself',
    around(provider => ({ complete: request => provider.complete(request).catch(() => provider.complete(request)) })),
    /^errors: a call that fails is sent once/,
  ],
  [
    'changes the request',
    around(provider => ({
      complete: request => provider.complete(Object.assign(request, { stream: undefined }) && request),
    })),
    /^hygiene: settings and requests/,
  ],
  [
    'ignores the signal',
    around(provider => ({ stream: request => provider.stream(withoutSignal(request)) })),
    /^aborts: a signal that is aborted already/,
  ],
  [
    'leaves a listener',
    around(provider => ({
      complete: request => {
        request.signal?.addEventListener('abort', () => undefined)
        return provider.complete(request)
      },
    })),
    /^sockets: no listener is left/,
  ],
  [
    'leaves a timer',
    around(provider => ({
      complete: request => {
        setTimeout(() => undefined, 50)
        return provider.complete(request)
      },
    })),
    /^hygiene: no timer/,
  ],
  [
    'reads each piece of the network as a text of its own',
    settings =>
      toy(settings, {
        createDecoder: listener => {
          const decoder = createSSEDecoder(listener)
          const alone = (bytes: Uint8Array): Uint8Array => new TextEncoder().encode(new TextDecoder().decode(bytes))
          return {
            push: bytes => {
              decoder.push(alone(bytes))
            },
            end: () => {
              decoder.end()
            },
          }
        },
      }),
    /^bytes: an answer is the same wherever/,
  ],
  [
    'leaves connections open',
    settings =>
      toy({
        ...settings,
        fetch: async (input, init) => {
          const { signal: _, ...rest } = init ?? {}
          const response = await (settings.fetch ?? fetch)(input, rest)
          const reader = response.body?.getReader()
          const body = new ReadableStream<Uint8Array>({
            async pull(controller) {
              const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
              if (done || value === undefined) controller.close()
              else controller.enqueue(value)
            },
          })
          return new Response(body, response)
        },
      }),
    /^sockets: leaving the loop early/,
  ],
]

describe('providerSuite', () => {
  test('passes a provider that does everything right', async () => {
    const { failures, count, skipped } = await failuresOf(settings => toy(settings))
    expect(failures).toEqual({})
    expect(count).toBeGreaterThan(80)
    expect(skipped).toEqual([
      'parts: sources come out (skipped: sources is not supported)',
      'parts: images come out (skipped: imageOutput is not supported)',
      'parts: sound comes out (skipped: audioOutput is not supported)',
    ])
  })

  test.each(FAULTS)('notices a provider that %s', async (_fault, create, noticed) => {
    const { failures } = await failuresOf(create, {}, noticed)
    expect(Object.keys(failures)).not.toEqual([])
  })

  test('reports what is skipped, with the reason, and does not run it', async () => {
    const name = 'tools: calls without ids get some'
    const { skipped, count } = await failuresOf(settings => toy(settings), { skip: { [name]: 'It always has ids.' } })
    const all = await failuresOf(settings => toy(settings))
    expect(skipped).toEqual(expect.arrayContaining([...all.skipped, `${name} (skipped: It always has ids.)`]))
    expect(count).toBe(all.count - 1)
  })

  test('refuses a skip without a reason, of no case, and a flag that does not exist', async () => {
    const create: ProviderSuiteOptions['create'] = settings => toy(settings)
    await expect(failuresOf(create, { skip: { 'tools: calls without ids get some': ' ' } })).rejects.toThrow('Say why')
    await expect(failuresOf(create, { skip: { 'no such case': 'because' } })).rejects.toThrow('no case "no such case"')
    await expect(failuresOf(create, { supports: { noSuchFlag: true } as never })).rejects.toThrow(
      'no flag "noSuchFlag"',
    )
  })

  test('reports what a host cannot do as skipped', async () => {
    const supports = { tools: false, reasoning: false, reasoningState: false }
    const { failures, count, skipped } = await failuresOf(settings => toy(settings), { supports })
    const all = await failuresOf(settings => toy(settings))
    expect(failures).toEqual({})
    expect(all.count - count).toBeGreaterThan(15)
    expect(count + skipped.length).toBe(all.count + all.skipped.length)
    expect(skipped).toContain('tools: parallel calls stay apart and in order (skipped: tools is not supported)')
  })
})
