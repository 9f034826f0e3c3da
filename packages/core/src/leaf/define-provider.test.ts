import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { isRecord } from '../json.ts'
import type { CompletionEvent } from '../stream/events.ts'
import type { CompletionCodec, PreparedRequest } from './codec.ts'
import { defineProvider, type HostDefinition } from './define-provider.ts'
import {
  answering,
  bytesOf,
  codec,
  collect,
  failure,
  finish,
  host,
  line,
  request,
  sse,
  start,
  text,
  type Options,
} from './__fixtures__/event-host.ts'

describe('a call', () => {
  test('goes out as the codec writes it and comes back as a completion', async () => {
    const fetch = answering(
      Response.json(
        { events: [start, text('Hello'), finish] },
        { headers: { 'x-request-id': 'r1', 'set-cookie': 'a=b' } },
      ),
    )
    const completion = await host({ fetch }).complete({
      ...request,
      temperature: 1,
      seed: 7,
      providerOptions: { fake: { tier: 'gold' } },
    })
    const [url, init] = fetch.mock.calls[0] ?? []
    expect(url).toBe('https://example.com/v1')
    expect(JSON.parse(init?.body as string)).toEqual({
      ...request,
      temperature: 1,
      seed: 7,
      provider: 'fake',
      tools: [],
      tier: 'gold',
      stream: false,
    })
    expect(completion).toMatchObject({
      id: 'a1',
      requestId: 'r1',
      provider: 'fake',
      model: 'm-1',
      text: 'Hello',
      finishReason: 'stop',
    })
    expect(completion.warnings).toEqual([{ code: 'parameter-dropped', message: 'no seed', parameter: 'seed' }])
    expect(completion.response.body).toEqual({ events: [start, text('Hello'), finish] })
    expect(completion.response.headers).not.toHaveProperty('set-cookie')
  })

  test('knows the model: its id at this host, its rules, its family', async () => {
    const fetch = answering(sse(text('x'), finish))
    const spec = {
      id: 'm',
      family: 'f',
      hosts: { fake: 'm@fake' },
      input: ['text'],
      output: ['text'],
      capabilities: {},
      parameters: { temperature: { max: 1 } },
    } as const
    const state = { family: 'g', protocol: 'events', data: 1 }
    const messages = [
      ...request.messages,
      { role: 'assistant', content: [{ type: 'text', text: 'x', state }] },
    ] as const
    const { model, warnings } = await host({ fetch })
      .stream({ ...request, messages, temperature: 2, spec })
      .completion()
    expect(JSON.parse(fetch.mock.calls[0]?.[1]?.body as string)).toMatchObject({
      model: 'm@fake',
      temperature: 1,
      family: 'f',
      messages: [{}, { content: [{ type: 'text', text: 'x' }] }],
    })
    expect(model).toBe('m@fake')
    expect(warnings.map(({ code }) => code)).toEqual(['parameter-changed', 'state-dropped'])
  })

  test('is sent a snapshot that the caller names, and its own name for any other', async () => {
    const spec = { id: 'm', family: 'f', input: ['text'], output: ['text'], capabilities: {}, parameters: {} } as const
    const sent = async (model: string) => {
      const provider = host({ fetch: answering(sse(text('x'), finish)) })
      const id = model === 'm-instruct' ? model : 'm'
      const stream = provider.stream({ ...request, model, spec: { ...spec, id, hosts: { fake: 'm', other: 'o/m' } } })
      return (await stream.completion()).model
    }
    const names = await Promise.all(['m', 'm-2026-01-01', 'm-instruct', 'o/m', 'latest'].map(sent))
    expect(names).toEqual(['m', 'm-2026-01-01', 'm', 'm', 'm'])
  })

  test('may have names of its own for models, which count over the spec and are told to whoever asks', async () => {
    const fetch = answering(sse(text('x'), finish), sse(text('x'), finish))
    const names = new Map([['m', 'deployed']])
    const provider = host({
      fetch,
      nameOf: model => names.get(model),
      modelOf: name => (name === 'deployed' ? 'm' : undefined),
    })
    const { model } = await provider.stream(request).completion()
    expect(model).toBe('deployed')
    expect((await provider.stream({ ...request, model: 'other' }).completion()).model).toBe('other')
    expect([provider.modelOf?.('deployed'), provider.modelOf?.('other')]).toEqual(['m', undefined])
    expect(host()).not.toHaveProperty('modelOf')
  })

  test('compiles schemas of tools and output', async () => {
    const fetch = answering(Response.json({ events: [text('{"a":1}'), finish] }))
    const schema = z.strictObject({ a: z.number() }).meta({ title: 'An answer!' })
    const { object } = await host({ fetch }).complete({
      ...request,
      output: schema,
      tools: [{ name: 'now' }, { name: 'add', parameters: schema }],
    })
    const compiled = {
      type: 'object',
      properties: { a: { type: 'number' } },
      required: ['a'],
      additionalProperties: false,
      title: 'An answer!',
    }
    expect(JSON.parse(fetch.mock.calls[0]?.[1]?.body as string)).toMatchObject({
      tools: [
        { name: 'now', schema: { type: 'object', properties: {} } },
        { name: 'add', schema: compiled },
      ],
      output: { type: 'schema', name: 'An_answer_', schema: compiled, strict: true },
    })
    expect(object).toEqual({ a: 1 })
    const json = answering(Response.json({ events: [text('[]'), finish] }))
    expect((await host({ fetch: json }).complete({ ...request, output: 'json' })).object).toEqual([])
  })

  test('has the members of its host, and only those', async () => {
    const close = vi.fn(() => Promise.resolve())
    const provider = defineProvider({
      ...definition(),
      close,
      capabilities: { countTokens: () => Promise.resolve({ inputTokens: 1, source: 'provider' as const }) },
    })
    expect(Object.keys(provider).sort()).toEqual([
      'close',
      'complete',
      'countTokens',
      'id',
      'preview',
      'protocol',
      'stream',
    ])
    await provider.close?.()
    expect(close).toHaveBeenCalledTimes(1)
    expect((await provider.countTokens()).inputTokens).toBe(1)
    expect(Object.keys(host()).sort()).toEqual(['complete', 'id', 'preview', 'protocol', 'stream'])
  })

  test('what a codec warns of late comes with the end', async () => {
    const late: CompletionCodec<Options> = {
      ...codec,
      parseResponse(_body, context) {
        context.emit(text('x'))
        context.warn({ code: 'other', message: 'late' })
        context.emit({ ...finish, warnings: [{ code: 'other', message: 'own' }] })
        expect(context.state(1)).toEqual({ protocol: 'events', data: 1 })
      },
    }
    const { warnings } = await host({ codec: late, fetch: answering(Response.json({})) }).complete(request)
    expect(warnings.map(({ message }) => message)).toEqual(['own', 'late'])
  })

  const event = fc.oneof(
    fc.record({
      type: fc.constantFrom('text-delta' as const, 'reasoning-delta' as const),
      text: fc.string(),
      block: fc.constantFrom(undefined, 1, 2),
    }),
    fc.record({
      type: fc.constant('usage' as const),
      usage: fc.record({ outputTokens: fc.nat(), source: fc.constant('reported' as const) }),
    }),
    fc.record({
      type: fc.constant('tool-call-start' as const),
      id: fc.constantFrom('c1', 'c2'),
      name: fc.constant('t'),
    }),
    fc.record({ type: fc.constant('tool-call-delta' as const), id: fc.constantFrom('c1', 'c2'), text: fc.string() }),
    fc.record({
      type: fc.constant('source' as const),
      source: fc.record({ type: fc.constant('source' as const), url: fc.webUrl() }),
    }),
  )

  test('streamed or not gives the same completion, however the network cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event), fc.integer({ min: 1, max: 90 }), async (middle, size) => {
        const events = [start, ...middle, finish] as CompletionEvent[]
        const bytes = new TextEncoder().encode(events.map(line).join(''))
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.slice(index * size, (index + 1) * size),
        )
        const streamed = await host({ fetch: answering(new Response(bytesOf(pieces))) })
          .stream(request)
          .completion()
        const whole = await host({ fetch: answering(Response.json({ events })) }).complete(request)
        expect({ ...streamed, response: {} }).toEqual({ ...whole, response: {} })
      }),
      { numRuns: 60 },
    )
  })
})

function definition(): HostDefinition<Options, object> {
  return {
    id: 'fake',
    codec,
    transport: { readError: () => ({}) },
    options: () => Promise.reject(new Error('unused')),
    buildRequest: () => Promise.resolve({ url: 'https://example.com' }),
  }
}

describe('a request that is wrong', () => {
  const wrong: readonly [string, unknown, object][] = [
    ['is none', undefined, { code: 'validation' }],
    ['is a text', 'Hi', { code: 'validation' }],
    [
      'has an unknown field',
      { ...request, temprature: 1 },
      { parameter: 'temprature', hint: 'Did you mean "temperature"?' },
    ],
    ['has a field of a wrong type', { ...request, maxTokens: 'many' }, { parameter: 'maxTokens' }],
    ['has a signal that is none', { ...request, signal: {}, timeout: 5 }, { parameter: 'signal' }],
    [
      'has an unknown option of the host',
      { ...request, providerOptions: { fake: { tire: 'x' } } },
      { parameter: 'providerOptions.fake' },
    ],
    [
      'has an option of a wrong type',
      { ...request, providerOptions: { fake: { tier: 1 } } },
      { message: expect.stringContaining('tier: ') },
    ],
    ['has a schema that is none', { ...request, tools: [{ name: 'x', parameters: 'text' }] }, { code: 'validation' }],
  ]
  test.each(wrong)('%s: nothing is sent', async (_name, given, expected) => {
    const fetch = answering()
    const provider = host({ fetch })
    for (const error of [
      await failure(provider.complete(given as never)),
      await failure(provider.stream(given as never).completion()),
    ]) {
      expect(error).toMatchObject({ name: 'ValidationError', hint: expect.any(String), ...expected })
    }
    expect((await collect(provider.stream(given as never))).error).toMatchObject({ name: 'ValidationError' })
    expect(fetch).not.toHaveBeenCalled()
  })

  test('or that the SDK cannot build says so, without the key', async () => {
    const buildRequest = (): Promise<never> => Promise.reject(new TypeError('bad header plain0key0of0no0shape'))
    const error = await failure(host({ buildRequest }).complete(request))
    expect(error).toMatchObject({ name: 'ConfigurationError', hint: expect.stringContaining('base URL') })
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('plain0key')
  })
})

describe('an answer that is wrong', () => {
  const html = (): Response =>
    new Response('<!doctype html><title>502 Bad Gateway</title>', { headers: { 'content-type': 'text/html' } })
  const json = (body: string): Response => new Response(body, { headers: { 'content-type': 'application/json' } })
  const bodies: readonly [string, () => Response, string][] = [
    ['malformed JSON', () => json('{"events": nope}'), 'cut short or is broken'],
    ['JSON cut short', () => json('{"events": ['), 'cut short or is broken'],
    ['an empty body', () => json(''), 'the body is empty'],
    ['no content', () => new Response(null, { status: 204 }), 'the body is empty'],
    ['an HTML page', html, 'an HTML page (502 Bad Gateway)'],
    ['null', () => json('null'), 'cannot be read'],
    ['another form', () => json('{"choices": []}'), 'cannot be read'],
  ]
  test.each(bodies)('%s, whole or streamed', async (_name, response, message) => {
    const whole = await failure(host({ fetch: answering(response()) }).complete(request))
    const streamed = await collect(host({ fetch: answering(response()) }).stream(request))
    for (const error of [whole, streamed.error]) {
      expect(error).toMatchObject({
        name: 'MalformedResponseError',
        retryable: false,
        provider: 'fake',
        model: 'm',
        message: expect.stringContaining(message),
      })
    }
  })

  test('plain text', async () => {
    const error = await failure(
      host({ fetch: answering(new Response('upstream sk-abcdef123456 died')) }).complete(request),
    )
    expect(error.message).toBe('fake: the body is not JSON (text/plain;charset=UTF-8): upstream [redacted] died')
  })

  test('an error inside a success', async () => {
    const body = { error: { message: 'Overloaded', kind: 'overloaded', code: 'overloaded_error' } }
    const error = await failure(
      host({ fetch: answering(Response.json(body, { headers: { 'x-request-id': 'r9' } })) }).complete(request),
    )
    expect(error).toMatchObject({
      name: 'OverloadedError',
      retryable: true,
      vendorCode: 'overloaded_error',
      requestId: 'r9',
    })
  })

  const statuses: readonly [string, Response, object][] = [
    [
      'a JSON body',
      Response.json({ error: { message: 'Slow down', type: 'rpm' } }, { status: 429, headers: { 'retry-after': '3' } }),
      { name: 'RateLimitError', retryAfterMs: 3000, vendorCode: 'rpm', message: 'fake answered 429: Slow down' },
    ],
    [
      'a body that knows better',
      Response.json({ error: { message: 'Pay', type: 'quota' } }, { status: 429 }),
      { name: 'QuotaExceededError', retryable: false },
    ],
    [
      'an HTML page',
      new Response('<html><title>Bad</title>', { status: 502 }),
      { name: 'ServerError', status: 502, message: expect.stringContaining('HTML page (Bad)') },
    ],
    [
      'an empty body',
      new Response('', { status: 401 }),
      { name: 'AuthenticationError', message: 'fake answered 401: the body is empty.' },
    ],
    [
      'a body of another form',
      Response.json(['no'], { status: 503 }),
      { name: 'OverloadedError', message: 'fake answered 503: ["no"]' },
    ],
    ['null', new Response('null', { status: 404 }), { name: 'NotFoundError', status: 404 }],
    ['broken JSON', new Response('{"error"', { status: 400 }), { name: 'InvalidRequestError' }],
    [
      'a key in it',
      Response.json({ error: { message: 'plain0key0of0no0shape is wrong' } }, { status: 401 }),
      { message: 'fake answered 401: [redacted] is wrong' },
    ],
  ]
  test.each(statuses)('a failure with %s', async (_name, response, expected) => {
    expect(await failure(host({ fetch: answering(response.clone()) }).complete(request))).toMatchObject(expected)
    expect((await collect(host({ fetch: answering(response) }).stream(request))).error).toMatchObject(expected)
  })
})

describe('a stream', () => {
  test('gives events as the codec reads them, whatever the content type says', async () => {
    for (const type of ['text/event-stream', 'text/plain', '']) {
      const response = new Response(line(start) + line(text('Hi')) + line(finish), {
        headers: { 'content-type': type },
      })
      const { events } = await collect(host({ fetch: answering(response) }).stream(request))
      expect(events).toEqual([{ ...start, provider: 'fake' }, text('Hi'), finish])
    }
  })

  test('connects on the first read only, and once', async () => {
    const fetch = answering(sse(text('a'), finish))
    const stream = host({ fetch }).stream(request)
    await new Promise(resolve => setTimeout(resolve, 1))
    expect(fetch).not.toHaveBeenCalled()
    const iterator = stream[Symbol.asyncIterator]()
    await Promise.all([iterator.next(), iterator.next(), iterator.next()])
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  test('of a host that answers with JSON has the same events', async () => {
    const { events } = await collect(
      host({ fetch: answering(Response.json({ events: [start, text('Hi'), finish] })) }).stream(request),
    )
    expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'finish'])
  })

  test('may be of another framing', async () => {
    const createDecoder: NonNullable<HostDefinition<Options, object>['createDecoder']> = listener => ({
      push: bytes => {
        listener.onMessage({ data: new TextDecoder().decode(bytes) })
      },
      end: () => undefined,
    })
    const body = bytesOf([text('x'), finish].map(event => new TextEncoder().encode(JSON.stringify(event))))
    const { events } = await collect(host({ createDecoder, fetch: answering(new Response(body)) }).stream(request))
    expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'finish'])
  })

  test.each<[string, object, object]>([
    [
      'an error',
      { type: 'error', error: { status: 529, message: 'busy', retryAfterMs: 9 } },
      { name: 'OverloadedError', status: 529, retryAfterMs: 9 },
    ],
    [
      'what trips the codec',
      { type: 'trip' },
      { name: 'MalformedResponseError', message: expect.stringContaining('tripped') },
    ],
  ])('throws %s behind the content that came in the same piece', async (_name, event, expected) => {
    const { events, error } = await collect(
      host({ fetch: answering(sse(start, text('so far'), event)) }).stream(request),
    )
    expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta'])
    expect(error).toMatchObject({ ...expected, requestId: 'r1', partial: { text: 'so far', interrupted: true } })
    expect('partial' in JSON.parse(JSON.stringify(error))).toBe(false)
  })

  test('that is broken JSON in the middle', async () => {
    const { error } = await collect(
      host({ fetch: answering(new Response(line(text('a')) + 'data: {"type\n\n')) }).stream(request),
    )
    expect(error).toMatchObject({ name: 'MalformedResponseError', partial: { text: 'a' } })
  })

  test.each([
    ['between two messages', line(text('a'))],
    ['inside a message', line(text('a')) + 'data: {"type":"tex'],
    ['before anything', ''],
    ['with pings only', ': ping\n\n'],
  ])('that is cut %s', async (_name, body) => {
    const { error } = await collect(host({ fetch: answering(new Response(body)) }).stream(request))
    expect(error).toMatchObject({
      name: 'ConnectionError',
      retryable: true,
      message: expect.stringContaining('before the answer was complete'),
    })
    expect(error?.partial?.text).toBe(body === '' || body.startsWith(':') ? '' : 'a')
  })
})

describe('an abort', () => {
  test('before the call: nothing is sent', async () => {
    const fetch = answering()
    const signal = AbortSignal.abort(new Error('no need'))
    expect(await failure(host({ fetch }).complete({ ...request, signal }))).toMatchObject({
      name: 'AbortedError',
      cause: { message: 'no need' },
    })
    expect((await collect(host({ fetch }).stream({ ...request, signal }))).error).toMatchObject({
      name: 'AbortedError',
    })
    expect(fetch).not.toHaveBeenCalled()
  })

  test('while the credentials are fetched does not wait for them, nor does a deadline', async () => {
    const buildRequest = (): Promise<never> => new Promise(() => undefined)
    const controller = new AbortController()
    setTimeout(() => {
      controller.abort()
    }, 10)
    expect(await failure(host({ buildRequest }).complete({ ...request, signal: controller.signal }))).toMatchObject({
      name: 'AbortedError',
    })
    expect(await failure(host({ buildRequest }).complete({ ...request, timeout: 10 }))).toMatchObject({
      name: 'TimeoutError',
    })
  })

  test('that came before the deadline is the reason, though the deadline has passed as well', async () => {
    const controller = new AbortController()
    const buildRequest = async (): Promise<never> => {
      controller.abort()
      await new Promise(resolve => setTimeout(resolve, 20))
      throw new Error('late')
    }
    expect(
      await failure(host({ buildRequest }).complete({ ...request, signal: controller.signal, timeout: 5 })),
    ).toMatchObject({ name: 'AbortedError' })
  })
})

test('a reader who leaves waits for nobody: the body of a cloned response is not cancelled before its clone', async () => {
  const endless = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(line(text('a'))))
    },
  })
  const response = new Response(endless)
  const clone = response.clone()
  const seen: string[] = []
  for await (const { type } of host({ fetch: answering(response) }).stream(request)) {
    seen.push(type)
    if (type === 'text-delta') break
  }
  expect(seen.at(-1)).toBe('text-delta')
  expect(clone.bodyUsed).toBe(false)
})

test('a network that gives up in time has its own timer', async () => {
  for (const code of ['UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT']) {
    const fetch = answering(() =>
      Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('slow'), { code }) })),
    )
    expect(await failure(host({ fetch }).complete(request))).toMatchObject({
      name: 'TimeoutError',
      timer: 'connect',
      retryable: true,
    })
  }
})

test('what is thrown and is no error at all is the network’s', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>().mockRejectedValue('odd')
  expect(await failure(host({ fetch }).complete(request))).toMatchObject({
    name: 'ConnectionError',
    message: 'fake: odd',
  })
})

test('nothing of a provider shows its key', () => {
  const prepared: PreparedRequest<Options>[] = []
  const provider = host({
    buildRequest: (_body, request) => {
      prepared.push(request)
      return Promise.reject(new Error('x'))
    },
  })
  expect(inspect(provider, { depth: 10, showHidden: true }) + JSON.stringify(provider)).not.toContain('plain0key')
  expect(isRecord(provider)).toBe(true)
})
