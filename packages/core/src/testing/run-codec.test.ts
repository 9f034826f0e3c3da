import { expect, test } from 'vitest'
import type { CompletionCodec } from '../leaf/codec.ts'
import { parseWith, renderWith } from './run-codec.ts'

/** The answer is a text, whole or as one message. */
const codec: CompletionCodec<{ readonly loud?: boolean }> = {
  protocol: 'plain',
  renderRequest(prepared) {
    prepared.warn({ code: 'other', message: 'said' })
    return { prompt: prepared.messages, loud: prepared.options.loud }
  },
  parseResponse(body, context) {
    context.emit({ type: 'text-delta', text: (body as { answer: string }).answer })
    context.emit({ type: 'finish', finishReason: 'stop' })
  },
  createStreamParser(context) {
    return {
      done: false,
      push(message) {
        context.emit({ type: 'text-delta', text: message.data })
      },
      end() {
        context.emit({ type: 'finish', finishReason: 'stop' })
        return true
      },
    }
  },
}

test('a request is rendered with its options, and nothing is sent', async () => {
  const { body, warnings } = await renderWith(codec, { providerOptions: { host: { loud: true } } }, { answer: 'Hi' })
  expect(body).toEqual({ prompt: [{ role: 'user', content: 'Hi' }], loud: true })
  expect(warnings).toEqual([{ code: 'other', message: 'said' }])
})

test('a body is parsed, whole or as the text of a stream', async () => {
  expect((await parseWith(codec, { answer: 'Hello' })).text).toBe('Hello')
  expect((await parseWith(codec, 'data: Hel\n\ndata: lo\n\n')).text).toBe('Hello')
})
