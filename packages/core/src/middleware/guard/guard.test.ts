import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Completion, CompletionRequest } from '../../completion.ts'
import { ServerError } from '../../errors/server-error.ts'
import type { Provider } from '../../provider.ts'
import { accumulate, CompletionAccumulator } from '../../stream/accumulator.ts'
import { CompletionStream } from '../../stream/completion-stream.ts'
import type { CompletionEvent } from '../../stream/events.ts'
import { createHeldProvider, type HeldCall } from '../../testing/held-provider.ts'
import { guard } from './guard.ts'
import { blockText, redactText } from './pattern-guards.ts'

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const
const secret = redactText(/secret/i, { replacement: '***', window: 6 })
const turn = () => new Promise(setImmediate)

/** A host that answers with these events, one a batch, or fails behind them. */
function host(events: readonly CompletionEvent[], error?: Error): Provider {
  const respond = (accumulator: CompletionAccumulator) => {
    accumulator.response = { headers: { a: 'b' }, body: 'a secret' }
    return accumulator
  }
  return {
    id: 'host',
    protocol: 'p',
    complete() {
      const accumulator = respond(new CompletionAccumulator())
      for (const event of events) accumulator.push(event)
      return Promise.resolve(accumulator.snapshot())
    },
    stream() {
      const accumulator = respond(new CompletionAccumulator())
      const rest = [...events]
      return new CompletionStream({
        async pull() {
          const event = rest.shift()
          if (event === undefined && error !== undefined) throw error
          if (event === undefined) return undefined
          accumulator.push(event)
          return Promise.resolve([event])
        },
        cancel: () => Promise.resolve(),
        snapshot: interrupted => accumulator.snapshot(interrupted),
      })
    },
  }
}

describe('what is sent', () => {
  test('is guarded in every text of a request, and nothing that was passed is changed', async () => {
    const { provider, calls } = createHeldProvider()
    const guarded = guard({ input: secret })(provider)
    const state = { protocol: 'p', data: 1 }
    const given = {
      model: 'secret-model',
      messages: [
        { role: 'system', content: 'A secret.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Secret!' },
            { type: 'image', source: { url: 'secret.png' } },
            { type: 'audio', source: { url: 'secret.mp3' }, transcript: 'A secret.' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'secret', state },
            { type: 'text', text: 'my secret', state },
            {
              type: 'tool-call',
              id: '1',
              name: 'secret',
              arguments: { a: ['secret', 1, { b: 'secret' }] },
              argumentsText: 'secret',
            },
          ],
        },
        {
          role: 'tool',
          content: [{ type: 'tool-result', toolCallId: '1', content: [{ type: 'text', text: 'secret' }] }],
        },
      ],
    } as const
    const before = structuredClone(given)
    void guarded.complete(given)
    void guarded.embed({ model: 'm', input: ['secret', 'x'] })
    void guarded.stream({ ...request, messages: [{ role: 'user', content: 'secret' }] }).completion()
    await turn()
    const sent = (operation: HeldCall['operation']) => calls.find(call => call.operation === operation)?.request
    expect(sent('complete')).toEqual({
      model: 'secret-model',
      messages: [
        { role: 'system', content: 'A ***.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: '***!' },
            { type: 'image', source: { url: 'secret.png' } },
            { type: 'audio', source: { url: 'secret.mp3' }, transcript: 'A ***.' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'secret', state },
            { type: 'text', text: 'my ***' },
            {
              type: 'tool-call',
              id: '1',
              name: 'secret',
              arguments: { a: ['***', 1, { b: '***' }] },
              argumentsText: '***',
            },
          ],
        },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: '1', content: [{ type: 'text', text: '***' }] }] },
      ],
    })
    expect(sent('embed')).toEqual({ model: 'm', input: ['***', 'x'] })
    expect((sent('stream') as CompletionRequest).messages).toEqual([{ role: 'user', content: '***' }])
    expect(given).toEqual(before)
  })

  test('is not sent where it is refused', async () => {
    const { provider, calls } = createHeldProvider()
    const guarded = guard({ input: [blockText(/Hi/)] })(provider)
    await expect(guarded.complete(request)).rejects.toMatchObject({ code: 'content_filter' })
    await expect(guarded.stream(request).completion()).rejects.toMatchObject({ code: 'content_filter' })
    expect(calls).toHaveLength(0)
  })
})

/** An answer with everything in it that may hold a text. */
const call = { type: 'tool-call', id: '1', name: 'n', arguments: { a: 'secret' } } as const
const answer: readonly CompletionEvent[] = [
  { type: 'start', id: 'i', provider: 'host', model: 'm', warnings: [] },
  { type: 'reasoning-delta', text: 'sec', block: 0 },
  { type: 'text-delta', text: 'a se', block: 1 },
  { type: 'reasoning-delta', text: 'ret', block: 0, state: { protocol: 'p', data: 'seal' } },
  { type: 'text-delta', text: 'cret, ', block: 1 },
  { type: 'source', source: { type: 'source', url: 'x' } },
  { type: 'text-delta', text: 'plain, sec', state: { protocol: 'p', data: 'seal' } },
  { type: 'object-delta', object: { a: 'secr' } },
  { type: 'tool-call-start', id: '1', name: 'n' },
  { type: 'tool-call-delta', id: '1', text: '{"a":"secret"}' },
  { type: 'text-delta', text: 'ret' },
  { type: 'tool-call', toolCall: call },
  { type: 'usage', usage: { inputTokens: 1, source: 'reported' } },
  { type: 'object', object: { a: ['secret'] } },
  { type: 'finish', finishReason: 'stop' },
]

describe('what is answered', () => {
  test('is guarded in all its parts, and the same streamed or whole', async () => {
    const guarded = guard({ output: secret })(host(answer))
    const whole = await guarded.complete(request)
    expect(whole.content).toEqual([
      { type: 'reasoning', text: '***' },
      { type: 'text', text: 'a ***, ' },
      { type: 'source', url: 'x' },
      { type: 'text', text: 'plain, sec', state: { protocol: 'p', data: 'seal' } },
      { ...call, arguments: { a: '***' } },
      { type: 'text', text: 'ret' },
    ])
    expect(whole).toMatchObject({ text: 'a ***, plain, secret', object: { a: ['***'] }, usage: { inputTokens: 1 } })
    expect(whole.response).toEqual({ headers: { a: 'b' } })
    const stream = guarded.stream(request)
    const events: CompletionEvent[] = []
    for await (const event of stream) events.push(event)
    expect(await stream.completion()).toEqual(whole)
    expect((await accumulate(events)).content).toEqual(whole.content)
    expect(events.map(event => event.type).filter(type => type.includes('call') || type.includes('object'))).toEqual([
      'tool-call-start',
      'tool-call',
      'object',
    ])
  })

  test('is the same, streamed or whole, wherever it is cut', async () => {
    const text = (words: 'sec' | 'secret', block?: 2) => ({ type: 'text-delta' as const, text: words, block })
    const deltas = fc.array(
      fc.record({
        type: fc.constantFrom('text-delta' as const, 'reasoning-delta' as const),
        text: fc.constantFrom('sec', 'ret', 'secret', ' ', 'x', ''),
        block: fc.constantFrom(undefined, 1, 2),
      }),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(deltas, async given => {
        const events: CompletionEvent[] = [...given, { type: 'finish', finishReason: 'stop' }]
        const guarded = guard({ output: secret })(host(events))
        expect(await guarded.stream(request).completion()).toEqual(await guarded.complete(request))
      }),
      // A block and a text without one that both hold something back when the answer ends.
      { examples: [[[text('sec', 2), text('sec'), text('secret')]]] },
    )
  })

  test('ends where it is refused, and the host is left', async () => {
    const { provider, calls } = createHeldProvider()
    const guarded = guard({ output: blockText(/secret/, { window: 6 }) })(provider)
    const stream = guarded.stream(request)
    const seen: string[] = []
    const reading = (async () => {
      for await (const text of stream.textStream) seen.push(text)
    })()
    await turn()
    calls[0]?.emit({ type: 'text-delta', text: 'Not so sec' })
    await turn()
    calls[0]?.emit({ type: 'text-delta', text: 'ret a thing' })
    await expect(reading).rejects.toMatchObject({ code: 'content_filter', partial: { text: 'Not ' } })
    expect(seen).toEqual(['Not '])
    expect(calls[0]?.cancelled).toBe(true)
  })

  test('shows nothing of what was held back when the stream fails or is left', async () => {
    const begun: CompletionEvent[] = [{ type: 'text-delta', text: 'This is a secr' }]
    const failing = guard({ output: secret })(host(begun, new ServerError({ message: 'no' })))
    await expect(failing.stream(request).completion()).rejects.toMatchObject({
      code: 'server',
      partial: { text: 'This is ' },
    })
    const stream = guard({ output: secret })(host(begun)).stream(request)
    const iterator = stream[Symbol.asyncIterator]()
    await iterator.next()
    await iterator.return?.()
    expect(await stream.completion()).toMatchObject({ text: 'This is ', interrupted: true })
  })

  test('of a transcription is guarded, whole and piece by piece', async () => {
    const transcription = {
      provider: 'host',
      model: 'm',
      text: 'a secret',
      segments: [{ text: 'a secret', start: 0, end: 1 }],
      usage: { source: 'reported' as const },
      warnings: [],
      response: { headers: {}, body: 'a secret' },
    }
    const [segment] = transcription.segments
    const inner: Provider = {
      ...host([]),
      transcribe: () => Promise.resolve(transcription),
      async *streamTranscription() {
        yield { type: 'text-delta' as const, text: 'a sec' }
        yield { type: 'text-delta' as const, text: 'ret' }
        if (segment !== undefined) yield { type: 'segment' as const, segment }
        yield await Promise.resolve({ type: 'finish' as const, transcription })
      },
    }
    const guarded = guard({ output: secret })(inner)
    const audio = { model: 'm', audio: { url: 'x' } }
    const expected = { text: 'a ***', segments: [{ text: 'a ***', start: 0, end: 1 }], response: { headers: {} } }
    expect(await guarded.transcribe?.(audio)).toMatchObject(expected)
    const events: unknown[] = []
    for await (const event of guarded.streamTranscription?.(audio) ?? []) events.push(event)
    expect(events.slice(-2)).toMatchObject([{ text: 'a ***'.slice(2) }, { type: 'finish', transcription: expected }])
    expect(JSON.stringify(events)).not.toContain('secret')
  })
})

test('what is no text goes through: images, and sound in pieces', async () => {
  const image = { provider: 'host', images: [], usage: { source: 'reported' as const } }
  const inner = {
    ...host([]),
    generateImage: () => Promise.resolve(image),
    async *streamSpeech() {
      yield await Promise.resolve(new Uint8Array([1, 2]))
    },
  } as unknown as Provider
  const guarded = guard({ input: secret, output: secret })(inner)
  expect(await guarded.generateImage?.({ model: 'm', prompt: 'x' })).toBe(image)
  const pieces: Uint8Array[] = []
  for await (const piece of guarded.streamSpeech?.({ model: 'm', text: 'x', voice: 'v' }) ?? []) pieces.push(piece)
  expect(pieces).toEqual([new Uint8Array([1, 2])])
})

test('without guards nothing is changed; wrong options are refused', async () => {
  const plain: Completion = await guard({})(host(answer)).complete(request)
  expect(plain.response.body).toBe('a secret')
  expect(() => guard({ outputs: secret } as never)).toThrow('outputs')
})
