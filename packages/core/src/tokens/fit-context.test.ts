import { expect, test, vi } from 'vitest'
import { ContextLengthError } from '../errors/context-length-error.ts'
import type { CompletionRequest } from '../completion.ts'
import type { Message } from '../message.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import { fitContext } from './fit-context.ts'

const spec: ModelSpec = {
  id: 'small',
  family: 'f',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: {},
  contextWindow: 100,
}
const count = (text: string): number => text.length
const tokenizer = vi.fn(() => Promise.resolve(count))
const ask = (messages: readonly Message[], more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  model: 'small',
  messages,
  ...more,
})
const user = (length: number): Message => ({ role: 'user', content: 'x'.repeat(length) })

test('what surely fits is not even counted', async () => {
  tokenizer.mockClear()
  const request = ask([user(90)])
  expect(await fitContext(request, spec, { onOverflow: 'throw', tokenizer })).toBe(request)
  expect(
    await fitContext(
      ask([user(9999)]),
      { ...spec, contextWindow: undefined as never },
      { onOverflow: 'throw', tokenizer },
    ),
  ).toBeDefined()
  expect(tokenizer).not.toHaveBeenCalled()
})

test('long text of few tokens fits', async () => {
  const request = ask([user(300)])
  const few = { onOverflow: 'throw', tokenizer: () => Promise.resolve(() => 3) } as const
  expect(await fitContext(request, spec, few)).toBe(request)
})

test('what does not fit is refused with the numbers', async () => {
  const failure = fitContext(ask([user(200)], { maxTokens: 50 }), spec, { onOverflow: 'throw', tokenizer })
  await expect(failure).rejects.toThrow(ContextLengthError)
  await expect(failure).rejects.toThrow('takes about 204 tokens, and small has room for 50')
})

test('the oldest turns are left out where that is wanted, and a warning says so', async () => {
  const messages: Message[] = [
    { role: 'system', content: 'Be brief.' },
    user(60),
    { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'f', arguments: {} }] },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', content: 'ok' }] },
    user(40),
  ]
  const request = ask(messages)
  const fitted = await fitContext(request, spec, { onOverflow: 'trim', tokenizer })
  expect(fitted.messages).toEqual([messages[0], messages[4]])
  expect(fitted.warnings).toMatchObject([{ code: 'history-trimmed' }])
  expect(request.messages).toHaveLength(5)
})
