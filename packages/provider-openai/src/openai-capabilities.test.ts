import {
  APICallError,
  ContentFilterError,
  InvalidRequestError,
  NotFoundError,
  TransformationError,
  ValidationError,
} from '@llm/core'
import { describe, expect, test } from 'vitest'
import { openai, type OpenAISettings } from './openai.ts'

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Headers
  readonly body: unknown
}

/** A provider that gets one answer to everything, and what it sent: JSON, or the fields of a form. */
function fake(answer: unknown, settings: OpenAISettings = {}) {
  const sent: Sent[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { method, headers, url } = request
    const isForm = headers.get('content-type')?.startsWith('multipart/form-data') === true
    const text = isForm ? '' : await request.text()
    const body: unknown = isForm ? [...(await request.formData())] : text === '' ? undefined : JSON.parse(text)
    sent.push({ method, path: url.slice('https://api.openai.com/v1'.length), headers, body })
    return answer instanceof Response ? answer.clone() : Response.json(answer)
  }
  return { sent, provider: openai({ apiKey: 'sk-test', ...settings, fetch }) }
}

function sse(...events: object[]): Response {
  const lines = events.map(event => `event: x\ndata: ${JSON.stringify(event)}\n\n`)
  return new Response(lines.join(''), { headers: { 'content-type': 'text/event-stream' } })
}

function refusal(status: number, error: object): Response {
  return Response.json({ error }, { status })
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const SOUND = { base64: btoa('sound'), mediaType: 'audio/wav' }
const PNG = { base64: 'iVBORw0KGgo=', mediaType: 'image/png' }

describe('images', () => {
  test('are edited from bytes, addresses and uploads, within a mask', async () => {
    const { provider, sent } = fake({ data: [{ b64_json: 'AA==' }], output_format: 'svg' })
    const { images, warnings } = await provider.generateImage({
      model: 'gpt-image-2',
      prompt: 'Red.',
      images: [PNG, { url: 'https://example.com/a.png' }, { fileId: 'file_1' }],
      mask: { fileId: 'file_2' },
      seed: 1,
      providerOptions: { openai: { quality: 'high', inputFidelity: 'low', extraBody: { user: 'u' } } },
    })
    expect(sent[0]).toMatchObject({
      path: '/images/edits',
      body: {
        model: 'gpt-image-2',
        prompt: 'Red.',
        images: [
          { image_url: `data:image/png;base64,${PNG.base64}` },
          { image_url: 'https://example.com/a.png' },
          { file_id: 'file_1' },
        ],
        mask: { file_id: 'file_2' },
        quality: 'high',
        input_fidelity: 'low',
        user: 'u',
      },
    })
    expect(images).toEqual([{ type: 'image', source: { base64: 'AA==', mediaType: 'image/svg+xml' } }])
    expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'seed' }])
  })

  const stages = [
    { type: 'image_generation.partial_image', b64_json: 'AA==', partial_image_index: 0, output_format: 'webp' },
    { type: 'image_generation.partial_image', b64_json: 'AQ==', partial_image_index: 1, output_format: 'webp' },
  ]
  const last = {
    type: 'image_generation.completed',
    b64_json: 'Ag==',
    output_format: 'webp',
    usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
  }
  const image = (base64: string) => ({ type: 'image', source: { base64, mediaType: 'image/webp' } })

  test('come as they are made, the last with its usage', async () => {
    const { provider, sent } = fake(sse(...stages, last))
    const events = await collect(provider.streamImage({ model: 'gpt-image-2', prompt: 'A cat', aspectRatio: '1:1' }))
    expect(events).toMatchObject([
      { type: 'partial-image', index: 0, image: image('AA==') },
      { type: 'partial-image', index: 1, image: image('AQ==') },
      {
        type: 'image',
        index: 2,
        image: image('Ag=='),
        usage: { totalTokens: 3 },
        warnings: [{ parameter: 'aspectRatio' }],
      },
    ])
    expect(sent[0]).toMatchObject({ path: '/images/generations', body: { stream: true, partial_images: 2 } })
  })

  test('are asked for with as many stages as the options say, and may be edits', async () => {
    const { provider, sent } = fake(sse({ ...last, type: 'image_edit.completed' }))
    const providerOptions = { openai: { partialImages: 0 } }
    const request = { model: 'gpt-image-2', prompt: 'Red.', images: [PNG], providerOptions }
    expect(await collect(provider.streamImage(request))).toMatchObject([{ type: 'image', index: 0 }])
    expect(sent[0]).toMatchObject({ path: '/images/edits', body: { partial_images: 0 } })
  })

  test('that come at once are the last stage', async () => {
    const answer = { data: [{ b64_json: 'AA==' }, { b64_json: 'AQ==' }], output_format: 'webp' }
    const events = await collect(fake(answer).provider.streamImage({ model: 'm', prompt: 'A cat', n: 2 }))
    expect(events).toMatchObject([
      { type: 'image', index: 0, image: image('AA==') },
      { type: 'image', index: 1, image: image('AQ==') },
    ])
  })

  test.each<[string, Response, object]>([
    ['a cut stream', sse(...stages), { code: 'connection', retryable: true }],
    ['broken data', new Response('data: {"type"\n\n'), { code: 'malformed_response' }],
    [
      'an error in the stream',
      sse({
        type: 'error',
        error: { code: 'moderation_blocked', message: 'No.', type: 'image_generation_user_error' },
      }),
      { vendorCode: 'moderation_blocked', message: expect.stringContaining('No.') },
    ],
  ])('%s is a typed error', async (_what, answer, expected) => {
    const failure: unknown = await collect(fake(answer).provider.streamImage({ model: 'm', prompt: 'A cat' })).catch(
      (cause: unknown) => cause,
    )
    expect(failure).toBeInstanceOf(APICallError)
    expect(failure).toMatchObject(expected)
  })

  test('that are no images, or not to be made, are refused by OpenAI', async () => {
    const corrupt = refusal(400, { message: 'Invalid image data.', code: 'invalid_image_file', param: 'images[0]' })
    const request = { model: 'm', prompt: 'Red.', images: [{ base64: 'AAAA', mediaType: 'image/png' }] }
    await expect(fake(corrupt).provider.generateImage(request)).rejects.toBeInstanceOf(InvalidRequestError)
    const forbidden = refusal(400, { message: 'Against the policy.', code: 'content_policy_violation' })
    await expect(fake(forbidden).provider.generateImage(request)).rejects.toBeInstanceOf(ContentFilterError)
  })
})

describe('transcriptions', () => {
  test('have times and speakers, and options in their form', async () => {
    const words = [{ word: 'Hi', start: 0, end: 0.5 }]
    const { provider, sent } = fake({ text: 'Hi', language: 'english', duration: 0.5, words })
    const request = { model: 'whisper-1', audio: SOUND, language: 'en', prompt: 'A greeting.', temperature: 0 }
    expect(await provider.transcribe({ ...request, timestamps: 'word' })).toMatchObject({
      segments: [{ text: 'Hi', start: 0, end: 0.5 }],
      language: 'english',
      duration: 0.5,
    })
    await provider.transcribe({
      model: 'gpt-4o-transcribe-diarize',
      audio: SOUND,
      speakers: true,
      providerOptions: {
        openai: {
          chunkingStrategy: { type: 'server_vad', threshold: 0.5 },
          knownSpeakerNames: ['Ada', 'Bob'],
          extraBody: { response_format: 'json' },
        },
      },
    })
    const fields = sent.map(({ body }) => (body as [string, unknown][]).filter(([name]) => name !== 'file'))
    expect(fields).toEqual([
      [
        ['model', 'whisper-1'],
        ['language', 'en'],
        ['prompt', 'A greeting.'],
        ['temperature', '0'],
        ['response_format', 'verbose_json'],
        ['timestamp_granularities[]', 'word'],
      ],
      [
        ['model', 'gpt-4o-transcribe-diarize'],
        ['response_format', 'json'],
        ['chunking_strategy', 'auto'],
        ['chunking_strategy[type]', 'server_vad'],
        ['chunking_strategy[threshold]', '0.5'],
        ['known_speaker_names[]', 'Ada'],
        ['known_speaker_names[]', 'Bob'],
      ],
    ])
  })

  test('of a model that does not stream come at once', async () => {
    const { provider } = fake({ text: 'Hi', usage: { type: 'duration', seconds: 1 } })
    const events = await collect(provider.streamTranscription({ model: 'whisper-1', audio: SOUND }))
    expect(events).toMatchObject([{ type: 'finish', transcription: { text: 'Hi', usage: { raw: { seconds: 1 } } } }])
  })

  test('that are cut short are a typed error, and events that are new are passed over', async () => {
    const answer = sse({ type: 'transcript.text.delta', delta: 'H' }, { type: 'transcript.new' })
    const stream = fake(answer).provider.streamTranscription({ model: 'm', audio: SOUND })
    const told: unknown[] = []
    const reading = (async () => {
      for await (const event of stream) told.push(event)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'connection' })
    expect(told).toEqual([{ type: 'text-delta', text: 'H' }])
  })

  test.each([
    ['nothing', { base64: '', mediaType: 'audio/wav' }, ValidationError, 'audio is empty.'],
    ['what is no base64', { base64: '%%%', mediaType: 'audio/wav' }, ValidationError, 'audio is not base64.'],
    ['an address', { url: 'https://example.com/a.wav' }, TransformationError, 'only as bytes'],
    ['an upload', { fileId: 'file_1' }, TransformationError, 'only as bytes'],
  ])('of %s are refused before anything is sent', async (...[, audio, kind, message]) => {
    const { provider, sent } = fake({})
    const request = { model: 'whisper-1', audio }
    for (const call of [provider.transcribe(request), collect(provider.streamTranscription(request))]) {
      const failure: unknown = await call.catch((cause: unknown) => cause)
      expect(failure).toBeInstanceOf(kind)
      expect((failure as Error).message).toContain(message)
    }
    expect(sent).toEqual([])
  })
})

describe('moderation', () => {
  test('judges texts one by one, and names what they are flagged for', async () => {
    const results = [
      { flagged: true, categories: { hate: true, illicit: null, violence: false }, category_scores: { hate: 0.9 } },
    ]
    const { provider, sent } = fake({ model: 'omni-moderation-2024-09-26', results })
    const input = ['A', { type: 'text', text: 'B' }] as const
    const moderation = await provider.moderate({ model: 'omni-moderation-latest', input })
    expect(moderation).toMatchObject({
      model: 'omni-moderation-2024-09-26',
      results: [{ flagged: true, categories: ['hate'], scores: { hate: 0.9 } }],
    })
    expect(sent[0]?.body).toEqual({ model: 'omni-moderation-latest', input: ['A', 'B'] })
  })

  test('judges an image together with its text, but no upload', async () => {
    const { provider, sent } = fake({ results: [] })
    const image = (source: typeof PNG | { fileId: string }) => ({ type: 'image', source }) as const
    await provider.moderate({ model: 'm', input: ['A', image(PNG)] })
    expect(sent[0]?.body).toMatchObject({
      input: [
        { type: 'text', text: 'A' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG.base64}` } },
      ],
    })
    const upload = provider.moderate({ model: 'm', input: [image({ fileId: 'file_1' })] })
    await expect(upload).rejects.toBeInstanceOf(TransformationError)
  })
})

describe('vector stores', () => {
  const store = { id: 'vs_1', name: 'manuals', status: 'in_progress', file_counts: { total: 2 } }
  const file = { id: 'file_1', status: 'failed', usage_bytes: 5, last_error: { code: 'x', message: 'Unreadable.' } }

  test('are made, read, listed and deleted', async () => {
    const { provider, sent } = fake(store)
    const { vectorStores } = provider
    const providerOptions = { openai: { expiresAfter: { anchor: 'last_active_at', days: 7 } } }
    const made = await vectorStores.create({ name: 'manuals', fileIds: ['file_1'], providerOptions })
    expect(made).toEqual({ id: 'vs_1', name: 'manuals', fileCount: 2, state: 'processing' })
    expect(await vectorStores.get('vs/1')).toEqual(made)
    await vectorStores.delete('vs_1')
    expect(await fake({ data: [store] }).provider.vectorStores.list()).toEqual([made])
    expect(sent.map(({ method, path, body }) => [method, path, body])).toEqual([
      [
        'POST',
        '/vector_stores',
        { name: 'manuals', file_ids: ['file_1'], expires_after: { anchor: 'last_active_at', days: 7 } },
      ],
      ['GET', '/vector_stores/vs%2F1', undefined],
      ['DELETE', '/vector_stores/vs_1', undefined],
    ])
    expect(sent.every(({ headers }) => headers.get('openai-beta') === 'assistants=v2')).toBe(true)
  })

  test('take files in, say how they fare, and give them up', async () => {
    const { provider, sent } = fake(file)
    const { vectorStores } = provider
    const failed = { id: 'file_1', state: 'failed', message: 'Unreadable.', size: 5 }
    expect(await vectorStores.addFile('vs_1', 'file_1', { attributes: { year: 2026 } })).toEqual(failed)
    expect(await vectorStores.getFile('vs_1', 'file_1')).toEqual(failed)
    await vectorStores.removeFile('vs_1', 'file_1')
    const listed = fake({
      data: [
        { id: 'a', status: 'in_progress' },
        { id: 'b', status: 'completed' },
      ],
    })
    expect((await listed.provider.vectorStores.listFiles('vs_1')).map(({ state }) => state)).toEqual([
      'processing',
      'ready',
    ])
    expect(sent.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', '/vector_stores/vs_1/files', { file_id: 'file_1', attributes: { year: 2026 } }],
      ['GET', '/vector_stores/vs_1/files/file_1', undefined],
      ['DELETE', '/vector_stores/vs_1/files/file_1', undefined],
    ])
  })

  test('are searched', async () => {
    const content = [
      { type: 'text', text: 'Mars' },
      { type: 'text', text: 'is red.' },
    ]
    const found = { file_id: 'file_1', filename: 'a.md', score: 0.9, attributes: { lang: 'en' }, content }
    const { provider, sent } = fake({ data: [found] })
    const filters = { type: 'eq', key: 'lang', value: 'en' }
    expect(await provider.vectorStores.search?.('vs_1', { query: 'red', maxResults: 3, filters })).toEqual([
      { fileId: 'file_1', filename: 'a.md', score: 0.9, text: 'Mars\nis red.', attributes: { lang: 'en' } },
    ])
    expect(sent[0]).toMatchObject({
      path: '/vector_stores/vs_1/search',
      body: { query: 'red', max_num_results: 3, filters },
    })
  })

  test('and files that are not there are not found', async () => {
    const missing = refusal(404, { message: 'No such file: file_1', type: 'invalid_request_error', param: 'id' })
    const { provider } = fake(missing)
    await expect(provider.files.get('file_1')).rejects.toBeInstanceOf(NotFoundError)
    await expect(provider.vectorStores.addFile('vs_1', 'file_1')).rejects.toBeInstanceOf(NotFoundError)
    await expect(collect(provider.files.download?.('file_1') ?? fail())).rejects.toBeInstanceOf(NotFoundError)
  })
})

function fail(): never {
  throw new Error('There is no download.')
}

describe('options', () => {
  test('of an upload go into its form', async () => {
    const { provider, sent } = fake({ id: 'file_1' })
    const providerOptions = { openai: { expiresAfter: { anchor: 'created_at', seconds: 86_400 } } }
    await provider.files.upload({ data: new Uint8Array([1]), filename: 'a.bin', providerOptions })
    expect((sent[0]?.body as [string, unknown][]).filter(([name]) => name !== 'file')).toEqual([
      ['purpose', 'user_data'],
      ['expires_after[anchor]', 'created_at'],
      ['expires_after[seconds]', '86400'],
    ])
  })

  test('of a batch go to the batch, and not to its file', async () => {
    const { provider, sent } = fake({ id: 'x', status: 'validating' }, { api: 'chat' })
    const requests = [{ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }] as const
    await provider.batches.create({ requests, providerOptions: { openai: { metadata: { job: 'a' } } } })
    expect((sent[0]?.body as [string, unknown][]).map(([name]) => name)).toEqual(['purpose', 'file'])
    expect(sent[1]?.body).toEqual({
      input_file_id: 'x',
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
      metadata: { job: 'a' },
    })
  })

  test('that are not for completions are dropped from them with a warning', async () => {
    const { provider, sent } = fake({ id: 'r', status: 'completed', output: [] })
    const { warnings } = await provider.complete({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      providerOptions: { openai: { quality: 'high' } },
    })
    expect(warnings).toMatchObject([
      { code: 'unsupported-option', message: expect.stringContaining('not for completions') },
    ])
    expect(sent[0]?.body).not.toHaveProperty('quality')
  })
})
