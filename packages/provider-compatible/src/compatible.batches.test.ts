import { AbortedError, InvalidRequestError, RateLimitError, ValidationError, type CompletionRequest } from '@llm/core'
import { loadCassettes, replayExchanges, type Exchange } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { compatible, type CompatibleSettings } from './compatible.ts'

const folder = process.env['LLM_RECORDINGS']

type Fields = Readonly<Record<string, unknown>>

/** A provider whose calls are answered in turn, and what it sent. */
function fake(settings: CompatibleSettings, ...answers: readonly unknown[]) {
  const sent: { method: string; url: string; body: unknown; authorization: string | null }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const text = await request.text()
    const { pathname, search } = new URL(request.url)
    sent.push({
      method: request.method,
      url: pathname + search,
      body: text === '' ? undefined : JSON.parse(text),
      authorization: request.headers.get('authorization'),
    })
    return Response.json(answers[sent.length - 1])
  }
  const { batches, generateVideo } = compatible({ apiKey: 'sk-test', fetch, ...settings })
  if (batches === undefined) throw new Error('no batches')
  return { batches, generateVideo, sent }
}

const ask = (content: string, model: string = 'm'): CompletionRequest => ({
  model,
  messages: [{ role: 'user', content }],
})

const chatAnswer = (content: string): object => ({
  choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }],
})

describe('batches of mistral', () => {
  const job = (status: string, more: object = {}): object => ({ id: 'j1', status, created_at: 1_700_000_000, ...more })
  const vendor = { vendor: 'mistral' } as const

  test('are of one model, and sent as complete would send them', async () => {
    const { batches, sent } = fake(vendor, job('QUEUED', { total_requests: 0 }))
    const made = await batches.create({ requests: [{ ...ask('One'), maxTokens: 5 }, ask('Two')] })
    expect(made).toEqual({ id: 'j1', state: 'queued', total: 2, createdAt: '2023-11-14T22:13:20.000Z' })
    const messages = (content: string) => [{ role: 'user', content }]
    expect(sent[0]).toMatchObject({ method: 'POST', url: '/v1/batch/jobs' })
    expect(sent[0]?.body).toEqual({
      endpoint: '/v1/chat/completions',
      model: 'm',
      requests: [
        { custom_id: '0', body: { messages: messages('One'), max_tokens: 5 } },
        { custom_id: '1', body: { messages: messages('Two') } },
      ],
    })
    await expect(batches.create({ requests: [ask('a', 'm'), ask('b', 'n')] })).rejects.toBeInstanceOf(ValidationError)
  })

  test('give each request its own answer, error or absence, in the order of the requests', async () => {
    const outputs = [
      { custom_id: '1', response: { status_code: 429, body: { message: 'Slow down.' } } },
      { custom_id: '0', response: { status_code: 200, body: chatAnswer('{"value":["a"]}') } },
    ]
    const { batches } = fake(vendor, job('CANCELLED', { total_requests: 3, outputs }))
    const requests = [{ ...ask('One'), output: { type: 'array', items: { type: 'string' } } }, ask('Two'), ask('Three')]
    const [first, second, third] = await batches.results('j1', { requests })
    expect(first).toMatchObject({ ok: true, value: { object: ['a'] } })
    expect(second?.ok === false && second.error).toBeInstanceOf(RateLimitError)
    expect(third?.ok === false && third.error).toBeInstanceOf(AbortedError)
  })

  test('are waited for, cancelled, listed page by page, and may fail as a whole', async () => {
    const page = Array.from({ length: 100 }, () => job('SUCCESS'))
    const { batches, sent } = fake(
      vendor,
      job('RUNNING'),
      job('CANCELLATION_REQUESTED'),
      { data: page },
      { data: [job('TIMEOUT_EXCEEDED')] },
      job('FAILED', { errors: [{ message: 'No such model.' }] }),
    )
    await expect(batches.results('j1')).rejects.toThrow('it is running')
    expect((await batches.cancel('j1')).state).toBe('cancelling')
    expect((await batches.list()).map(({ state }) => state).slice(99)).toEqual(['completed', 'expired'])
    await expect(batches.results('j1')).rejects.toThrow('No such model.')
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1/batch/jobs/j1?inline=true',
      'POST /v1/batch/jobs/j1/cancel',
      'GET /v1/batch/jobs?page_size=100&page=0',
      'GET /v1/batch/jobs?page_size=100&page=1',
      'GET /v1/batch/jobs/j1?inline=true',
    ])
  })
})

describe('batches of xai', () => {
  const state = (pending: number, more: object = {}): object => ({
    batch_id: 'b1',
    create_time: '2026-08-10',
    state: { num_requests: 3, num_pending: pending, num_success: 1, num_error: 1 },
    ...more,
  })
  const vendor = { vendor: 'xai' } as const

  test('are made empty and filled, in the form of the API that is spoken', async () => {
    for (const [api, kind] of [
      ['chat', 'chat_get_completion'],
      ['responses', 'responses'],
    ] as const) {
      const { batches, sent } = fake({ ...vendor, api }, state(0), null)
      expect(await batches.create({ requests: [ask('One')] })).toMatchObject({ id: 'b1', state: 'running', total: 1 })
      const [line] = (sent[1]?.body as { batch_requests: Fields[] }).batch_requests
      expect(line).toMatchObject({ batch_request_id: '0', batch_request: { [kind]: { model: 'm' } } })
    }
  })

  test('give each request its own answer, error or absence, page after page', async () => {
    const { batches, sent } = fake(
      vendor,
      state(0, { cancel_time: '2026-08-11' }),
      {
        results: [{ batch_request_id: '1', batch_result: { error: { code: 'bad', error: 'Unknown model.' } } }],
        pagination_token: 'n/2',
      },
      { results: [{ batch_request_id: '0', batch_result: { response: { chat_get_completion: chatAnswer('4') } } }] },
    )
    const [first, second, third] = await batches.results('b1')
    expect(first).toMatchObject({ ok: true, value: { text: '4', provider: 'xai' } })
    expect(second?.ok === false && second.error.message).toContain('Unknown model.')
    expect(third?.ok === false && third.error).toBeInstanceOf(AbortedError)
    expect(sent[2]?.url).toBe('/v1/batches/b1/results?limit=100&pagination_token=n%2F2')
  })

  test('are waited for, cancelled and listed', async () => {
    const { batches } = fake(vendor, state(2), state(2, { cancel_time: '2026-08-11' }), { batches: [state(0)] })
    await expect(batches.results('b1')).rejects.toThrow('it is running')
    expect((await batches.cancel('b1')).state).toBe('cancelling')
    expect(await batches.list()).toMatchObject([{ id: 'b1', state: 'completed', succeeded: 1, failed: 1 }])
  })
})

test('batches of any other endpoint are files, where it is said to have them', async () => {
  const settings = { apiKey: undefined, baseURL: 'http://localhost:9/v1', capabilities: ['batches'] } as const
  const { batches, sent } = fake(settings, { data: [{ id: 'b1', status: 'in_progress' }], has_more: false })
  expect(await batches.list()).toEqual([{ id: 'b1', state: 'running' }])
  expect(sent[0]).toMatchObject({ url: '/v1/batches', authorization: null })
})

describe('videos of xai', () => {
  test('fail with what the host says, and are not downloaded before they are done', async () => {
    const { generateVideo, sent } = fake(
      { vendor: 'xai' },
      { request_id: 'v1' },
      { status: 'failed', error: { message: 'Refused.' } },
      { status: 'pending', progress: 40 },
      { status: 'pending' },
      {},
    )
    const image = { base64: 'AAAA', mediaType: 'image/png' }
    const request = { model: 'v', prompt: 'p', image, size: '854x480', aspectRatio: '16:9' } as const
    const job = await generateVideo?.(request)
    expect(sent[0]?.body).toEqual({
      model: 'v',
      prompt: 'p',
      resolution: '480p',
      aspect_ratio: '16:9',
      image: { url: 'data:image/png;base64,AAAA' },
    })
    expect(await job?.status()).toEqual({ state: 'failed', message: 'Refused.' })
    expect(await job?.status()).toEqual({ state: 'running', progress: 0.4 })
    await expect(job?.download()[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(InvalidRequestError)
    await expect(generateVideo?.(request)).rejects.toMatchObject({ code: 'malformed_response' })
  })
})

describe.skipIf(folder === undefined)('recorded (LLM_RECORDINGS)', () => {
  async function recorded(vendor: 'mistral' | 'xai', api: string): Promise<readonly Exchange[]> {
    const found = (await loadCassettes(`${folder ?? ''}/${vendor}`)).filter(cassette => cassette.api === api)
    expect(found).toHaveLength(1)
    return found.flatMap(({ exchanges }) => exchanges)
  }
  const questions = ['What is 2 + 2? Just the number.', 'Name the largest planet in our solar system. One word.']

  test.each([1, 2])('a batch of mistral (seed %i)', async seed => {
    const { fetch, done } = replayExchanges(await recorded('mistral', 'batch'), { strict: true, seed })
    const { batches } = compatible({ vendor: 'mistral', apiKey: 'k', fetch })
    const made = await batches?.create({ requests: questions.map(question => ask(question, 'mistral-small-latest')) })
    const states: (string | undefined)[] = []
    for (let times = 0; times < 3; times++) states.push((await batches?.get(made?.id ?? ''))?.state)
    expect(states).toEqual(['running', 'running', 'completed'])
    const items = await batches?.results(made?.id ?? '')
    expect(items?.map(item => item.ok && [item.value.text, item.value.usage.inputTokens])).toEqual([
      ['4', 27],
      ['Jupiter', 27],
    ])
    done()
  })

  test.each([1, 2])('a batch of xai (seed %i)', async seed => {
    // The name of a batch is the caller's to choose.
    const { fetch, done } = replayExchanges(await recorded('xai', 'batch'), { strict: true, seed, ignore: ['name'] })
    const { batches } = compatible({ vendor: 'xai', apiKey: 'k', api: 'responses', fetch })
    const made = await batches?.create({ requests: questions.map(question => ask(question, 'grok-4.3')) })
    expect(made).toMatchObject({ total: 2, createdAt: '2026-08-10T00:00:00.000Z' })
    expect((await batches?.get(made?.id ?? ''))?.state).toBe('running')
    expect((await batches?.get(made?.id ?? ''))?.state).toBe('running')
    const items = await batches?.results(made?.id ?? '')
    expect(items?.map(item => item.ok && item.value.text)).toEqual(['4', 'Jupiter'])
    expect(items?.[0]).toMatchObject({
      value: { provider: 'xai', usage: { inputTokens: 204, reasoningTokens: 82, cacheReadTokens: 192 } },
    })
    done()
  })

  test.each([1, 2])('a video of xai (seed %i)', async seed => {
    const exchanges = await recorded('xai', 'video')
    const last = exchanges.at(-1)
    if (last === undefined) throw new Error('no exchanges')
    const { url } = (last.response.json as { video: { url: string } }).video
    const film: Exchange = {
      request: { method: 'GET', url },
      response: { status: 200, headers: { 'content-type': 'video/mp4' }, text: 'film' },
    }
    const { fetch, done } = replayExchanges([...exchanges, last, film], { strict: true, seed })
    const { generateVideo } = compatible({ vendor: 'xai', apiKey: 'k', fetch })
    const job = await generateVideo?.({
      model: 'grok-imagine-video',
      prompt: 'a calm ocean wave at sunset',
      duration: 1,
      size: '854x480',
    })
    const progress: (number | undefined)[] = []
    const end = await job?.wait({ interval: 0, onProgress: status => progress.push(status.progress) })
    expect(end).toEqual({ state: 'completed', progress: 1 })
    expect(progress).toHaveLength(27)
    const pieces: Uint8Array[] = []
    for await (const piece of job?.download() ?? []) pieces.push(piece)
    expect(Buffer.concat(pieces).toString()).toBe('film')
    done()
  })
})
