import { expect, test } from 'vitest'
import type { CodeRequest } from '../code-completion.ts'
import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import { wrapProvider } from '../middleware/wrap-provider.ts'
import type { Provider } from '../provider.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import { ModelSpecRegistry } from '../specs/registry.ts'
import { accumulate } from '../stream/accumulator.ts'
import { deferStream } from '../stream/defer-stream.ts'
import { completeCode } from './complete-code.ts'
import { ModelClient } from './model-client.ts'

const talker: ModelSpec = {
  id: 'talker',
  family: 'f',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: {},
}
const coder: ModelSpec = { ...talker, id: 'coder', capabilities: { codeCompletion: true }, deprecated: { use: 'next' } }

function clientOf(model: string, extra: Partial<Provider> = {}): ModelClient {
  const provider: Provider = {
    id: 'host',
    protocol: 'p',
    complete: () => Promise.reject(new Error('not a conversation')),
    stream: () => deferStream(() => Promise.reject(new Error('not a conversation'))),
    ...extra,
  }
  return new ModelClient(model, {
    provider,
    family: { name: 'f', registry: () => new ModelSpecRegistry([talker, coder]) },
  })
}

test('goes to the provider with what is known of the model, and what there is to say of it', async () => {
  const sent: CodeRequest[] = []
  const around: string[] = []
  const client = clientOf('talker', {
    completeCode(request) {
      sent.push(request)
      return accumulate([{ type: 'text-delta', text: '2' }])
    },
  })
  client.setProvider(
    wrapProvider(client.provider, {
      around: (name, request, proceed) => {
        around.push(name)
        return proceed(request)
      },
    }),
  )
  const { text } = await completeCode(client, { model: 'coder', prefix: 'a = ', suffix: '\n', maxTokens: 5, hint: '' })
  expect(text).toBe('2')
  expect(sent).toEqual([
    {
      model: 'coder',
      prefix: 'a = ',
      suffix: '\n',
      maxTokens: 5,
      spec: coder,
      warnings: [{ code: 'deprecated-model', message: 'coder is deprecated. Use next.', parameter: 'model' }],
    },
  ])
  expect(around).toEqual(['completeCode'])
})

test.each([
  ['talker', 'talker does not fill in code.'],
  ['coder', 'host has no call that fills in code.'],
])('is refused with a hint: %s', async (model, message) => {
  const call = completeCode(clientOf(model), { prefix: 'a', hint: 'Use another.' })
  await expect(call).rejects.toThrow(UnsupportedOperationError)
  await expect(call).rejects.toMatchObject({ message, hint: 'Use another.' })
})
