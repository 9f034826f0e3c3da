import { ContentFilterError, RateLimitError, TimeoutError, UnsupportedOperationError, ValidationError } from '@llm/core'
import { exchangesOf, loadCassettes, replayFetch, type Cassette, type Exchange, type ReplayFetch } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { google, vertex, type GoogleProvider, type VertexProvider } from './google.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = {
  google: folder === undefined ? [] : await loadCassettes(`${folder}/google`),
  vertex: folder === undefined ? [] : await loadCassettes(`${folder}/vertex`),
}

function googleOver(exchanges: readonly Exchange[]): ReplayFetch & { readonly provider: GoogleProvider } {
  const replay = replayFetch(exchanges, { seed: 2 })
  return { ...replay, provider: google({ apiKey: 'AIza-test', fetch: replay.fetch }) }
}

function vertexOver(exchanges: readonly Exchange[]): ReplayFetch & { readonly provider: VertexProvider } {
  const replay = replayFetch(exchanges, { seed: 2 })
  const settings = { project: 'test-project', location: 'us-central1', accessToken: () => 'ya29.test-token' }
  return { ...replay, provider: vertex({ ...settings, fetch: replay.fetch }) }
}

/** One exchange with an answer of JSON. */
function answering(json: unknown, status = 200): Exchange {
  const request = { method: 'POST', url: 'https://example.com' }
  return { request, response: { status, headers: { 'content-type': 'application/json' }, json } }
}

function cassette(list: readonly Cassette[], part: string): Cassette {
  const found = list.find(({ name }) => name.includes(part))
  if (found === undefined) throw new Error(`There is no recording of ${part}.`)
  return found
}

function pathOf(url = ''): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

describe.skipIf(folder === undefined)('recorded traffic (LLM_RECORDINGS)', () => {
  interface EmbedBody {
    readonly requests: readonly {
      readonly content: { readonly parts: readonly { readonly text?: string }[] }
      readonly outputDimensionality?: number
    }[]
  }
  interface EmbedAnswer {
    readonly embeddings: readonly { readonly values: readonly number[] }[]
    readonly usageMetadata?: { readonly promptTokenCount: number }
  }
  const embeddings = exchangesOf(cassettes.google, { provider: 'google', api: 'embeddings' })
  // An image has no place in a request for vectors of texts.
  const ofTexts = embeddings.filter(({ request }) => !JSON.stringify(request.json).includes('inline_data'))

  test('has embeddings', () => {
    expect([embeddings.length, ofTexts.length]).toEqual([5, 4])
  })

  test.each(ofTexts)('google: $name', async exchange => {
    const body = exchange.request.json as EmbedBody
    const answer = exchange.response.json as EmbedAnswer
    const { provider, requests } = googleOver([exchange])
    const result = await provider.embed({
      model: /models\/([^:]+)/.exec(exchange.request.url)?.[1] ?? '',
      input: body.requests.map(({ content }) => content.parts[0]?.text ?? ''),
      dimensions: body.requests[0]?.outputDimensionality,
    })
    expect(requests[0]?.body).toEqual(body)
    expect(pathOf(requests[0]?.url)).toBe(pathOf(exchange.request.url))
    expect(result.vectors).toEqual(answer.embeddings.map(({ values }) => Float32Array.from(values)))
    expect(result.usage.inputTokens).toBe(answer.usageMetadata?.promptTokenCount)
  })

  test.each(exchangesOf(cassettes.vertex, { provider: 'vertex', api: 'embeddings' }))(
    'vertex: $name',
    async exchange => {
      const body = exchange.request.json as {
        readonly instances: readonly { readonly content: string }[]
        readonly parameters?: { readonly outputDimensionality: number }
      }
      const { predictions } = exchange.response.json as {
        predictions: { embeddings: { values: number[]; statistics: { token_count: number } } }[]
      }
      const { provider, requests } = vertexOver([exchange])
      const input = body.instances.map(({ content }) => content)
      const dimensions = body.parameters?.outputDimensionality
      const { vectors, usage } = await provider.embed({ model: 'text-embedding-004', input, dimensions })
      expect(requests[0]?.body).toEqual(body)
      expect(pathOf(requests[0]?.url)).toBe(pathOf(exchange.request.url))
      expect(vectors).toEqual(predictions.map(({ embeddings: { values } }) => Float32Array.from(values)))
      const counts = predictions.map(({ embeddings: { statistics } }) => statistics.token_count)
      expect(usage.inputTokens).toBe(counts.reduce((sum, count) => sum + count, 0))
    },
  )

  test('google: counts tokens of what would be sent', async () => {
    const exchanges = exchangesOf(cassettes.google, { provider: 'google', api: 'count_tokens' })
    const { provider, requests } = googleOver(exchanges)
    const bare = {
      model: 'gemini-3.5-flash',
      messages: [{ role: 'user', content: 'What is the capital of France?' }],
    } as const
    const counts = [await provider.countTokens(bare), await provider.countTokens(bare)]
    expect(counts.map(({ inputTokens }) => inputTokens)).toEqual([8, 8])
    expect(requests[0]?.body).toEqual(exchanges[0]?.request.json)
    const full = await provider.countTokens({
      ...bare,
      messages: [{ role: 'system', content: 'Be terse.' }, ...bare.messages],
      tools: [{ name: 'counting_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }],
    })
    expect(full).toEqual({ inputTokens: 61, source: 'provider' })
    expect(pathOf(requests[2]?.url)).toBe('/v1beta/models/gemini-3.5-flash:countTokens')
  })

  test('vertex: counts tokens of what would be sent', async () => {
    const exchanges = exchangesOf(cassettes.vertex, { provider: 'vertex', api: 'count_tokens' })
    const { provider, requests } = vertexOver(exchanges)
    const messages = [{ role: 'user', content: 'What is the capital of France?' }] as const
    expect(await provider.countTokens({ model: 'gemini-2.5-flash', messages })).toMatchObject({ inputTokens: 7 })
    expect(requests[0]?.body).toEqual(exchanges[0]?.request.json)
    expect(pathOf(requests[0]?.url)).toBe(pathOf(exchanges[0]?.request.url))
  })

  test.each([
    ['google', googleOver, 1518 + 5],
    ['vertex', vertexOver, undefined],
  ] as const)('%s: an image of a Gemini model', async (host, over, total) => {
    const { exchanges } = cassette(cassettes[host], 'can_paint_images')
    const { provider, requests } = over(exchanges)
    const { images, usage } = await provider.generateImage({
      model: 'gemini-3.1-flash-lite-image',
      prompt: 'a siamese cat',
    })
    const [answer] = exchanges
    const data = /"data":"([^"]+)"/.exec(JSON.stringify(answer?.response.json))?.[1]
    expect(images).toHaveLength(1)
    expect(images[0]).toMatchObject({ type: 'image', source: { base64: data, mediaType: 'image/jpeg' } })
    expect(requests[0]?.body).toMatchObject({ generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } })
    if (total !== undefined) expect(usage.totalTokens).toBe(total)
  })

  test('google: speech is a WAV file around the samples', async () => {
    const { exchanges } = cassette(cassettes.google, 'can_speak')
    const { provider, requests } = googleOver(exchanges)
    const { audio, mediaType, usage } = await provider.generateSpeech({
      model: 'gemini-2.5-flash-preview-tts',
      text: 'Ruby is a programming language designed for developer happiness.',
      voice: 'Kore',
    })
    const { model: _, ...body } = exchanges[0]?.request.json as { readonly model: string }
    expect(requests[0]?.body).toEqual(body)
    const data = /"data":"([^"]+)"/.exec(JSON.stringify(exchanges[0]?.response.json))?.[1] ?? ''
    const header = Buffer.from(audio)
    expect([mediaType, header.toString('latin1', 0, 4), header.toString('latin1', 8, 16)]).toEqual([
      'audio/wav',
      'RIFF',
      'WAVEfmt ',
    ])
    expect([header.readUInt32LE(24), header.readUInt32LE(40)]).toEqual([24_000, audio.length - 44])
    expect(header.subarray(44).toString('base64')).toBe(data)
    expect(usage.outputAudioTokens).toBe(111)
  })

  test.each([
    ['google', googleOver],
    ['vertex', vertexOver],
  ] as const)('%s: sound is written down', async (host, over) => {
    const { exchanges } = cassette(cassettes[host], 'can_transcribe_audio')
    const sent = exchanges[0]?.request.json as {
      contents: [{ parts: [{ text: string }, { inline_data: { mime_type: string; data: string } }] }]
    }
    const [{ parts }] = sent.contents
    const { mime_type: mediaType, data: base64 } = parts[1].inline_data
    const { provider, requests } = over(exchanges)
    const { text } = await provider.transcribe({ model: 'gemini-2.5-flash', audio: { base64, mediaType } })
    expect(text).toBe('Ruby is a programming language designed for developer happiness.')
    expect(requests[0]?.body).toEqual({
      contents: [{ role: 'user', parts: [parts[0], { inlineData: { mimeType: mediaType, data: base64 } }] }],
    })
  })

  test('google: a video is started, awaited and downloaded', async () => {
    const { exchanges } = cassette(cassettes.google, 'can_animate_videos')
    const download = { ...answering(undefined), response: { status: 200, headers: {}, text: 'bytes of a video' } }
    const { provider, requests } = googleOver([...exchanges.slice(0, 6), ...exchanges.slice(5, 6), download])
    const job = await provider.generateVideo({
      model: 'veo-3.1-lite-generate-preview',
      prompt: 'a calm ocean wave at sunset',
      duration: 4,
    })
    expect(requests[0]?.body).toEqual(exchanges[0]?.request.json)
    const seen: string[] = []
    const done = await job.wait({ interval: 1, onProgress: ({ state }) => seen.push(state) })
    expect(done).toEqual({ state: 'completed' })
    expect(seen).toEqual(['running', 'running', 'running', 'running', 'completed'])
    let text = ''
    for await (const bytes of job.download()) text += Buffer.from(bytes).toString()
    expect(text).toBe('bytes of a video')
    expect(requests.map(({ url }) => pathOf(url))).toEqual([
      ...exchanges.slice(0, 6).map(({ request }) => pathOf(request.url)),
      pathOf(exchanges[5]?.request.url),
      pathOf(exchanges[6]?.request.url),
    ])
  })

  test('google: a file is uploaded in two requests', async () => {
    const { exchanges } = cassette(cassettes.google, 'uploads_a_pdf_through_the_files_api')
    const { provider, requests } = googleOver(exchanges)
    const data = Buffer.from(exchanges[1]?.request.base64 ?? '', 'base64')
    const file = await provider.files.upload({ data, filename: 'sample.pdf', mediaType: 'application/pdf' })
    expect(file).toEqual({
      id: 'files/k4t1ywl66fz2',
      filename: 'sample.pdf',
      mediaType: 'application/pdf',
      size: 18_810,
      state: 'ready',
      expiresAt: '2026-08-21T14:34:13.503405945Z',
    })
    expect(requests.map(({ url }) => pathOf(url))).toEqual(exchanges.map(({ request }) => pathOf(request.url)))
    expect(requests[0]?.headers).toMatchObject({
      'x-goog-upload-command': 'start',
      'x-goog-upload-header-content-length': String(data.length),
      'x-goog-upload-header-content-type': 'application/pdf',
    })
    expect(requests[0]?.headers['x-goog-api-key']).toBe('AIza-test')
    expect(requests[1]?.headers).toMatchObject({
      'x-goog-upload-offset': '0',
      'x-goog-upload-command': 'upload, finalize',
    })
    expect(requests[1]?.headers['x-goog-api-key']).toBeUndefined()
  })

  test('google: a batch is made, watched and read', async () => {
    const { exchanges } = cassette(cassettes.google, 'batch_with_gemini')
    const last = exchanges.at(-1)
    const { provider, requests } = googleOver([...exchanges.slice(0, 2), ...(last ? [last, last] : [])])
    const ask = (content: string) => ({ model: 'gemini-2.5-flash', messages: [{ role: 'user', content }] }) as const
    const made = await provider.batches.create({
      requests: [ask('What is 2 + 2? Just the number.'), ask('Name the largest planet in our solar system. One word.')],
    })
    expect(made).toEqual({
      id: 'batches/31u18uq6dr4ods3957z38i1mbfa581k01xcq',
      state: 'queued',
      total: 2,
      createdAt: '2026-08-19T14:34:12.267870162Z',
    })
    const contents = (body: unknown): unknown => JSON.stringify(body).match(/"contents":\[.*?\]\}\]/g)
    expect(contents(requests[0]?.body)).toEqual(contents(exchanges[0]?.request.json))
    expect(await provider.batches.get(made.id)).toMatchObject({ state: 'running' })
    expect(await provider.batches.get(made.id)).toMatchObject({ state: 'completed', succeeded: 2 })
    const results = await provider.batches.results(made.id)
    expect(results.map(item => (item.ok ? item.value.text : item.error))).toEqual(['4', 'Jupiter'])
    expect(results[0]).toMatchObject({ value: { provider: 'google', usage: { inputTokens: 13, outputTokens: 44 } } })
    expect(requests.map(({ url }) => pathOf(url))).toEqual([
      '/v1beta/models/gemini-2.5-flash:batchGenerateContent',
      ...Array.from({ length: 3 }, () => `/v1beta/${made.id}`),
    ])
  })
})

describe('what is not recorded', () => {
  test('tasks of embeddings have names of their own, and options stand above them', async () => {
    const { provider, requests } = googleOver([
      answering({ embeddings: [{ values: [1] }] }),
      answering({ embeddings: [{ values: [1] }] }),
    ])
    const request = { model: 'm', input: ['a'], task: 'query' } as const
    await provider.embed(request)
    await provider.embed({ ...request, providerOptions: { google: { taskType: 'FACT_VERIFICATION', title: 't' } } })
    expect(requests.map(({ body }) => (body as { requests: unknown[] }).requests[0])).toEqual([
      { model: 'models/m', content: { parts: [{ text: 'a' }] }, taskType: 'RETRIEVAL_QUERY' },
      { model: 'models/m', content: { parts: [{ text: 'a' }] }, taskType: 'FACT_VERIFICATION', title: 't' },
    ])
  })

  test('Gemini embeddings on Vertex are asked for one by one, and add up', async () => {
    const bodies: unknown[] = []
    const fetch: typeof globalThis.fetch = (_url, init) => {
      const body = JSON.parse(init?.body as string) as {
        readonly content: { readonly parts: [{ readonly text: string }] }
      }
      bodies.push(body)
      const values = [Number(body.content.parts[0].text)]
      return Promise.resolve(Response.json({ embedding: { values }, usageMetadata: { promptTokenCount: 5 } }))
    }
    const provider = vertex({ project: 'p', accessToken: () => 'ya29.test-token', fetch })
    const input = Array.from({ length: 10 }, (_, index) => String(index))
    const { vectors, usage } = await provider.embed({ model: 'gemini-embedding-2', input, dimensions: 1 })
    expect(vectors).toEqual(input.map(text => Float32Array.of(Number(text))))
    expect(usage.inputTokens).toBe(50)
    expect(bodies[9]).toEqual({ content: { parts: [{ text: '9' }] }, embedContentConfig: { outputDimensionality: 1 } })
  })

  test('fewer vectors than texts are an error', async () => {
    const { provider } = googleOver([answering({ embeddings: [] })])
    await expect(provider.embed({ model: 'm', input: ['a'] })).rejects.toMatchObject({ code: 'malformed_response' })
  })

  test('Imagen has an API of its own', async () => {
    const { provider, requests } = vertexOver([
      answering({ predictions: [{ bytesBase64Encoded: 'AAAA', mimeType: 'image/png', prompt: 'a big cat' }] }),
    ])
    const { images, revisedPrompt, warnings } = await provider.generateImage({
      model: 'imagen-4.0-generate-001',
      prompt: 'cat',
      n: 2,
      size: '1024x1536',
      providerOptions: { vertex: { parameters: { negativePrompt: 'dog' } } },
    })
    expect(images).toEqual([{ type: 'image', source: { base64: 'AAAA', mediaType: 'image/png' } }])
    expect(revisedPrompt).toBe('a big cat')
    expect(warnings).toMatchObject([{ code: 'parameter-changed', parameter: 'size' }])
    expect(requests[0]?.body).toEqual({
      instances: [{ prompt: 'cat' }],
      parameters: { sampleCount: 2, aspectRatio: '2:3', negativePrompt: 'dog' },
    })
  })

  test('images that were filtered are an error that says so', async () => {
    const { provider } = googleOver([answering({ predictions: [{ raiFilteredReason: 'Not this one.' }] })])
    const failure = provider.generateImage({ model: 'imagen-4.0', prompt: 'x' })
    await expect(failure).rejects.toThrow(ContentFilterError)
    const gemini = googleOver([answering({ candidates: [{ finishReason: 'IMAGE_SAFETY' }] })]).provider
    await expect(gemini.generateImage({ model: 'gemini-3-pro-image', prompt: 'x' })).rejects.toThrow(ContentFilterError)
  })

  test('images to edit go to Gemini, with their shape; a mask goes nowhere', async () => {
    const part = { inlineData: { mimeType: 'image/png', data: 'BBBB' } }
    const { provider, requests } = googleOver([
      answering({ candidates: [{ content: { parts: [part] }, finishReason: 'STOP' }] }),
    ])
    const source = { base64: 'AAAA', mediaType: 'image/png' }
    const request = { model: 'gemini-3-pro-image', prompt: 'x', images: [source] }
    const { images, warnings } = await provider.generateImage({ ...request, aspectRatio: '16:9', n: 3 })
    expect(images).toMatchObject([{ source: { base64: 'BBBB' } }])
    expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'n' }])
    expect(requests[0]?.body).toMatchObject({
      contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }, { text: 'x' }] }],
      generationConfig: { imageConfig: { aspectRatio: '16:9' } },
    })
    await expect(provider.generateImage({ ...request, mask: source })).rejects.toThrow(UnsupportedOperationError)
  })

  test('speech takes instructions, a language and several speakers', async () => {
    const sound = { inlineData: { mimeType: 'audio/mpeg', data: 'AAAA' } }
    const { provider, requests } = googleOver([
      answering({ candidates: [{ content: { parts: [sound] }, finishReason: 'STOP' }] }),
    ])
    const { mediaType, audio, warnings } = await provider.generateSpeech({
      model: 'tts',
      text: 'Joe: Hi.',
      instructions: 'Say it slowly',
      language: 'en-US',
      speed: 2,
      format: 'mp3',
      providerOptions: { google: { speech: { speakers: [{ speaker: 'Joe', voice: 'Kore' }] } } },
    })
    expect([mediaType, audio.length]).toEqual(['audio/mpeg', 3])
    expect(warnings.map(({ parameter }) => parameter)).toEqual(['speed', 'format'])
    expect(requests[0]?.body).toMatchObject({
      contents: [{ parts: [{ text: 'Say it slowly:\nJoe: Hi.' }] }],
      generationConfig: {
        responseModalities: ['AUDIO'],
        speechConfig: {
          languageCode: 'en-US',
          multiSpeakerVoiceConfig: {
            speakerVoiceConfigs: [{ speaker: 'Joe', voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } }],
          },
        },
      },
    })
  })

  test('a video on Vertex comes as bytes; one that was refused says why', async () => {
    const name = 'projects/p/locations/l/publishers/google/models/veo-3/operations/1'
    const done = answering({ name, done: true, response: { videos: [{ bytesBase64Encoded: 'AAEC' }] } })
    const refused = answering({ name, done: true, response: { raiMediaFilteredReasons: ['No celebrities.'] } })
    const failed = answering({ name, done: true, error: { code: 13, message: 'It broke.' } })
    const { provider, requests } = vertexOver([answering({ name }), done, refused, failed])
    const image = { base64: 'AAAA', mediaType: 'image/png' }
    const job = await provider.generateVideo({
      model: 'veo-3',
      prompt: 'x',
      image,
      size: '1280x720',
      aspectRatio: '16:9',
    })
    expect(requests[0]?.body).toEqual({
      instances: [{ prompt: 'x', image: { bytesBase64Encoded: 'AAAA', mimeType: 'image/png' } }],
      parameters: { resolution: '720p', aspectRatio: '16:9' },
    })
    const pieces: number[] = []
    for await (const bytes of job.download()) pieces.push(...bytes)
    expect(pieces).toEqual([0, 1, 2])
    expect(requests[1]?.body).toEqual({ operationName: name })
    expect(pathOf(requests[1]?.url)).toMatch(/\/publishers\/google\/models\/veo-3:fetchPredictOperation$/)
    expect(await job.status()).toEqual({ state: 'failed', message: 'No celebrities.' })
    expect(await job.wait()).toEqual({ state: 'failed', message: 'It broke.' })
  })

  test('waiting for a video ends with its time limit, and at once when aborted', async () => {
    const { provider } = googleOver(Array.from({ length: 5 }, () => answering({ name: 'operations/1' })))
    const job = await provider.generateVideo({ model: 'veo-3', prompt: 'x' })
    await expect(job.wait({ interval: 60_000, timeout: 1000 })).rejects.toThrow(TimeoutError)
    const controller = new AbortController()
    const waiting = job.wait({
      interval: 60_000,
      signal: controller.signal,
      onProgress: () =>
        setTimeout(() => {
          controller.abort()
        }, 1),
    })
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
  })

  test('lists are read to their last page', async () => {
    const { provider, requests } = googleOver([
      answering({
        models: [{ name: 'models/a', displayName: 'A', inputTokenLimit: 10, outputTokenLimit: 5 }],
        nextPageToken: 'more',
      }),
      answering({ models: [{ name: 'models/b' }] }),
      answering({}),
      answering({ operations: [{ name: 'batches/1', metadata: { state: 'BATCH_STATE_EXPIRED' } }] }),
    ])
    expect(await provider.listModels()).toEqual([
      { id: 'a', name: 'A', contextWindow: 10, maxOutputTokens: 5 },
      { id: 'b' },
    ])
    expect(await provider.files.list()).toEqual([])
    expect(await provider.batches.list()).toEqual([{ id: 'batches/1', state: 'expired' }])
    expect(requests.map(({ url }) => pathOf(url))).toEqual([
      '/v1beta/models?pageSize=100',
      '/v1beta/models?pageSize=100&pageToken=more',
      '/v1beta/files?pageSize=100',
      '/v1beta/batches?pageSize=100',
    ])
    const { provider: cloud, requests: sent } = vertexOver([
      answering({ publisherModels: [{ name: 'publishers/google/models/gemini-3.5-flash' }] }),
    ])
    expect(await cloud.listModels()).toEqual([{ id: 'gemini-3.5-flash' }])
    expect(pathOf(sent[0]?.url)).toBe('/v1beta1/publishers/google/models?pageSize=100')
  })

  test('files are looked up, fetched and deleted by name', async () => {
    const { provider, requests } = googleOver([
      answering({ name: 'files/a', state: 'PROCESSING' }),
      { ...answering(undefined), response: { status: 200, headers: {}, text: 'abc' } },
      answering({}),
    ])
    expect(await provider.files.get('files/a')).toEqual({ id: 'files/a', state: 'processing' })
    let text = ''
    for await (const bytes of provider.files.download?.('files/a') ?? []) text += Buffer.from(bytes).toString()
    expect(text).toBe('abc')
    await provider.files.delete('files/a')
    expect(requests.map(({ method, url }) => `${method} ${pathOf(url)}`)).toEqual([
      'GET /v1beta/files/a',
      'GET /v1beta/files/a:download?alt=media',
      'DELETE /v1beta/files/a',
    ])
  })

  test('results of a batch come in the order of its requests, each with its own error', async () => {
    const answer = { candidates: [{ content: { parts: [{ text: 'one' }] }, finishReason: 'STOP' }] }
    const inlinedResponses = [
      { metadata: { key: '2' }, response: { error: { code: 500, message: 'Broken.' } } },
      { metadata: { key: '0' }, response: answer },
      { metadata: { key: '1' }, error: { code: 8, message: 'Too much.' } },
    ]
    const { provider } = googleOver([
      answering({ name: 'batches/1', done: true, response: { inlinedResponses: { inlinedResponses } } }),
      answering({ name: 'batches/1', metadata: { state: 'BATCH_STATE_RUNNING' } }),
      answering({}),
      answering({ name: 'batches/1', metadata: { state: 'BATCH_STATE_CANCELLED' } }),
    ])
    const [first, second, third] = await provider.batches.results('batches/1')
    expect(first).toMatchObject({ ok: true, value: { text: 'one' } })
    expect(second?.ok === false && second.error).toBeInstanceOf(RateLimitError)
    expect(third).toMatchObject({ ok: false, error: { status: 500 } })
    await expect(provider.batches.results('batches/1')).rejects.toThrow('no results yet')
    expect(await provider.batches.cancel('batches/1')).toEqual({ id: 'batches/1', state: 'cancelled' })
  })

  test('a batch is of one model', async () => {
    const messages = [{ role: 'user', content: 'Hi' }] as const
    const { provider, requests } = googleOver([])
    const mixed = provider.batches.create({
      requests: [
        { model: 'a', messages },
        { model: 'b', messages },
      ],
    })
    await expect(mixed).rejects.toThrow(ValidationError)
    expect(requests).toEqual([])
  })

  test('wrong options are named before anything is sent', async () => {
    const { provider, requests } = googleOver([])
    const options = { safetySetings: [] } as object
    const failure = provider.embed({ model: 'm', input: ['a'], providerOptions: { google: options } })
    await expect(failure).rejects.toThrow(ValidationError)
    expect(requests).toEqual([])
  })
})
