import { expect, test } from 'vitest'
import type { StandardSchema } from '../schema/schema.ts'
import { bindCodec } from './bind-codec.ts'
import type { CompletionCodec } from './codec.ts'

/** A format in which a request is a list of texts, and an answer one text. */
const codec: CompletionCodec<object> = {
  protocol: 'echo',
  history: { system: 'first' },
  renderRequest: ({ model, messages, stream }) => ({ model, stream, said: messages.map(({ content }) => content) }),
  parseResponse(body, context) {
    const { text, error } = body as { text: string; error?: string }
    if (error !== undefined) context.fail({ message: error, kind: 'overloaded' })
    context.start({ id: 'a1' })
    context.emit({ type: 'text-delta', text: text.trim() })
    context.emit({ type: 'finish', finishReason: 'stop' })
  },
  createStreamParser: () => {
    throw new Error('There is no stream.')
  },
}

const bound = bindCodec({
  id: 'example',
  codec,
  transport: { readError: () => ({}) },
  options: () => Promise.resolve({} as StandardSchema<object>),
})

test('a request goes through the same steps as one of complete', async () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'system', content: 'Be brief.' },
  ] as const
  const { body, prepared } = await bound.render({ model: 'm', messages })
  expect(body).toEqual({ model: 'm', stream: false, said: ['Be brief.', 'Hi'] })
  expect(prepared.provider).toBe('example')
  await expect(bound.render({ model: '', messages })).rejects.toMatchObject({ code: 'validation', parameter: 'model' })
})

test('an answer becomes a completion, and what is none a typed error', () => {
  const body = { text: ' Hello ' }
  expect(bound.read(body, { model: 'm' })).toMatchObject({
    id: 'a1',
    provider: 'example',
    model: 'm',
    text: 'Hello',
    finishReason: 'stop',
    response: { body },
  })
  expect(() => bound.read({ error: 'busy' })).toThrow(expect.objectContaining({ code: 'overloaded' }))
  expect(() => bound.read({})).toThrow(expect.objectContaining({ code: 'malformed_response' }))
})
