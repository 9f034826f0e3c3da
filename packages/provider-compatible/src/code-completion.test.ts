import { ContextLengthError, InvalidRequestError, type CodeRequest, type ModelSpec } from '@llm/core'
import { expect, test } from 'vitest'
import { compatible, type CompatibleSettings } from './compatible.ts'

const USAGE = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 }
/** As https://api-docs.deepseek.com/api/create-completion has it. */
const TEXT = {
  id: 'c-1',
  object: 'text_completion',
  model: 'deepseek-flash',
  choices: [{ index: 0, text: 'return 1', finish_reason: 'stop', logprobs: null }],
  usage: { ...USAGE, prompt_cache_hit_tokens: 3 },
}
/** As https://docs.mistral.ai/api/endpoint/fim has it. */
const CHAT = {
  id: 'c-2',
  object: 'chat.completion',
  model: 'codestral-2508',
  choices: [{ index: 0, message: { role: 'assistant', content: 'return 1' }, finish_reason: 'model_length' }],
  usage: USAGE,
}

const REQUEST: CodeRequest = {
  model: 'm',
  prefix: 'def one():\n  ',
  suffix: '\n',
  maxTokens: 64,
  temperature: 0,
  topP: 0.9,
  stop: ['\n\n'],
  seed: 7,
}

async function fill(settings: CompatibleSettings, answer: object, request: Partial<CodeRequest> = {}) {
  const status = 'error' in answer && !('code' in (answer.error as object)) ? 400 : 200
  const sent: { url: string; body: unknown }[] = []
  const fetch = ((url: string, { body }: RequestInit) => {
    sent.push({ url, body: JSON.parse(body as string) })
    return Promise.resolve(Response.json(answer, { status, headers: { 'x-request-id': 'r-1' } }))
  }) as typeof globalThis.fetch
  const provider = compatible({ fetch, apiKey: 'sk-test', ...settings })
  return { completion: await provider.completeCode?.({ ...REQUEST, ...request }), sent }
}

test('DeepSeek fills in code under its beta address, without a seed', async () => {
  const { completion, sent } = await fill({ vendor: 'deepseek' }, TEXT)
  expect(sent).toEqual([
    {
      url: 'https://api.deepseek.com/beta/completions',
      body: {
        model: 'm',
        prompt: 'def one():\n  ',
        suffix: '\n',
        max_tokens: 64,
        temperature: 0,
        top_p: 0.9,
        stop: ['\n\n'],
      },
    },
  ])
  expect(completion).toMatchObject({
    id: 'c-1',
    provider: 'deepseek',
    model: 'deepseek-flash',
    requestId: 'r-1',
    text: 'return 1',
    finishReason: 'stop',
    usage: { inputTokens: 9, outputTokens: 4, cacheReadTokens: 3, source: 'reported' },
    warnings: [{ code: 'parameter-dropped', parameter: 'seed' }],
    response: { body: TEXT },
  })
})

test('Mistral fills in code in a call of its own, with a seed of another name', async () => {
  const { completion, sent } = await fill({ vendor: 'mistral' }, CHAT)
  expect(sent[0]?.url).toBe('https://api.mistral.ai/v1/fim/completions')
  expect(sent[0]?.body).toMatchObject({ prompt: 'def one():\n  ', suffix: '\n', random_seed: 7 })
  expect(sent[0]?.body).not.toHaveProperty('seed')
  expect(completion).toMatchObject({ text: 'return 1', finishReason: 'length', rawFinishReason: 'model_length' })
  expect(completion?.warnings).toEqual([])
})

test('any endpoint that is said to can do it, as OpenAI did', async () => {
  const { sent } = await fill({ baseURL: 'http://localhost/v1', capabilities: ['completeCode'] }, TEXT)
  expect(sent[0]).toMatchObject({ url: 'http://localhost/v1/completions', body: { seed: 7 } })
})

test('DeepSeek fills in code beside its responses API too', async () => {
  const { completion } = await fill({ vendor: 'deepseek', api: 'responses' }, TEXT)
  expect(completion?.text).toBe('return 1')
})

test('what is not given is not sent; the model is called what the host calls it', async () => {
  const spec = { id: 'm', hosts: { mistral: 'm-2508' } } as unknown as ModelSpec
  const warnings = [{ code: 'deprecated-model', message: 'm ends.' }] as const
  const { completion, sent } = await fill({ vendor: 'mistral' }, CHAT, {
    ...Object.fromEntries(Object.keys(REQUEST).map(key => [key, undefined])),
    model: 'm',
    prefix: 'a',
    spec,
    warnings,
    providerOptions: { mistral: { extraBody: { min_tokens: 2 } } },
  })
  expect(sent[0]?.body).toEqual({ model: 'm-2508', prompt: 'a', min_tokens: 2 })
  expect(completion?.warnings).toEqual(warnings)
})

test('errors are typed, whichever status they come with', async () => {
  const error = { error: { message: 'This model does not support FIM.', type: 'invalid_request_error' } }
  await expect(fill({ vendor: 'deepseek' }, error)).rejects.toBeInstanceOf(InvalidRequestError)
  const long = { error: { message: 'too long', code: 'context_length_exceeded' } }
  await expect(fill({ vendor: 'mistral' }, long)).rejects.toBeInstanceOf(ContextLengthError)
})

test('vendors that have no such call have no such capability', () => {
  expect('completeCode' in compatible({ vendor: 'xai' })).toBe(false)
})
