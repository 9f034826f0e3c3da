import { InvalidRequestError, type JsonObject, type Usage } from '@llm/core'
import {
  exchangesOf,
  jsonDifferences,
  loadCassettes,
  replayFetch,
  type Exchange,
  type NamedExchange,
} from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { openai } from './openai.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = folder === undefined ? [] : await loadCassettes(`${folder}/openai`)
const SEEDS = [1, 2, 3]

type Fields = Readonly<Record<string, unknown>>
/** A field of a recorded form. */
type Part = Readonly<{ name: string; filename?: string; content_type?: string; text?: string; base64?: string }>

function of(api: string): readonly NamedExchange[] {
  return exchangesOf(cassettes, { provider: 'openai', api })
}

function host(exchanges: readonly Exchange[], seed: number) {
  const { fetch, requests } = replayFetch(exchanges, { seed })
  return { provider: openai({ apiKey: 'sk-test', fetch }), requests }
}

function partOf(exchange: Exchange, name: string): Part {
  const part = (exchange.request.multipart as readonly Part[] | undefined)?.find(field => field.name === name)
  if (part === undefined) throw new Error(`The recording has no ${name}.`)
  return part
}

/** What means the same in two forms: their fields by name, files as what they hold. */
function formOf(parts: unknown): Readonly<Record<string, unknown>> {
  const fields = (parts as readonly Part[]).map(({ name, filename, content_type: type, text, base64 }) => {
    if (filename === undefined) return [name, text ?? '']
    return [name, { filename, type, content: text ?? atob(base64 ?? '') }]
  })
  return Object.fromEntries(fields) as Fields
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'))
}

/** Each usage that the image and audio APIs send. */
function expectedUsage(usage: Fields): Partial<Usage> {
  const details = (name: string): Fields => (usage[name] ?? {}) as Fields
  const counts = {
    inputTokens: usage['input_tokens'],
    outputTokens: usage['output_tokens'],
    totalTokens: usage['total_tokens'],
    inputImageTokens: details('input_tokens_details')['image_tokens'],
    outputImageTokens: details('output_tokens_details')['image_tokens'],
    inputAudioTokens: details('input_token_details')['audio_tokens'],
  }
  const known = Object.entries(counts).filter(([, count]) => count !== undefined)
  return { ...(Object.fromEntries(known) as Partial<Usage>), raw: usage as JsonObject, source: 'reported' }
}

describe.skipIf(folder === undefined)('recorded capabilities of OpenAI (LLM_RECORDINGS)', () => {
  test('are all there', () => {
    const counts = ['embeddings', 'images', 'moderation', 'speech', 'transcription', 'files', 'batch'].map(api => [
      api,
      of(api).length,
    ])
    expect(Object.fromEntries(counts)).toEqual({
      embeddings: 3,
      images: 7,
      moderation: 3,
      speech: 1,
      transcription: 4,
      files: 6,
      batch: 20,
    })
  })

  test.each(of('embeddings'))('$name', async exchange => {
    const { model, input, dimensions } = exchange.request.json as { model: string; input: string; dimensions: number }
    const { data, usage } = exchange.response.json as { data: { embedding: number[] }[]; usage: Fields }
    for (const seed of SEEDS) {
      const { provider, requests } = host([exchange], seed)
      const { vectors, usage: used } = await provider.embed({ model, input: [input].flat(), dimensions })
      expect(vectors).toEqual(data.map(({ embedding }) => Float32Array.from(embedding)))
      expect(used).toMatchObject({ inputTokens: usage['prompt_tokens'], totalTokens: usage['total_tokens'] })
      // One text is a list of one here.
      expect(requests[0]?.body).toEqual({ ...(exchange.request.json as object), input: [input].flat() })
    }
  })

  test.each(of('images').filter(({ response }) => response.status === 200))('$name', async exchange => {
    const { images, quality, ...request } = exchange.request.json as ImageBody
    const { data, output_format, usage } = exchange.response.json as ImageAnswer
    for (const seed of SEEDS) {
      const { provider, requests } = host([exchange], seed)
      const made = await provider.generateImage({
        ...request,
        images: images?.map(({ image_url: url }) => ({ url })),
        providerOptions: { openai: { quality } },
      })
      const sources = data.map(({ b64_json: base64 }) => ({ base64, mediaType: `image/${output_format}` }))
      expect(made.images.map(({ source }) => source)).toEqual(sources)
      expect(made.usage).toEqual(expectedUsage(usage))
      expect(requests[0]?.url).toBe(exchange.request.url)
      expect(jsonDifferences(exchange.request.json, requests[0]?.body)).toEqual([])
    }
  })

  test.each(of('images').filter(({ response }) => response.status !== 200))('refused: $name', async exchange => {
    const { images, ...request } = exchange.request.json as ImageBody
    const { error } = exchange.response.json as { error: { message: string; code: string; param: string } }
    const { provider, requests } = host([exchange], 1)
    const thrown: unknown = await provider
      .generateImage({ ...request, images: images?.map(({ image_url: url }) => ({ url })) })
      .catch((cause: unknown) => cause)
    expect(thrown).toBeInstanceOf(InvalidRequestError)
    expect(thrown).toMatchObject({ status: 400, vendorCode: error.code, parameter: error.param, retryable: false })
    expect((thrown as Error).message).toContain(error.message)
    expect(requests[0]?.body).toEqual(exchange.request.json)
  })

  test.each(of('moderation'))('$name', async exchange => {
    const { model, input } = exchange.request.json as { model: string; input: string | readonly WireInput[] }
    const { results } = exchange.response.json as { results: Judgement[] }
    const parts = [input].flat().map(part => {
      if (typeof part === 'string') return part
      const { text, image_url: image } = part
      return image === undefined ? (text ?? '') : ({ type: 'image', source: image } as const)
    })
    for (const seed of SEEDS) {
      const { provider, requests } = host([exchange], seed)
      expect((await provider.moderate({ model, input: parts })).results).toEqual(
        results.map(({ flagged, categories, category_scores: scores }) => ({
          flagged,
          scores,
          categories: Object.entries(categories).flatMap(([name, fired]) => (fired ? [name] : [])),
        })),
      )
      // One text is a list of one here.
      expect(requests[0]?.body).toEqual({ model, input: [input].flat() })
    }
  })

  test.each(of('speech'))('$name', async exchange => {
    const { input: text, ...request } = exchange.request.json as { model: string; input: string; voice: string }
    const sound = bytesOf(exchange.response.base64 ?? '')
    for (const seed of SEEDS) {
      const { provider, requests } = host([exchange, exchange], seed)
      const { audio, mediaType } = await provider.generateSpeech({ ...request, text })
      expect([Buffer.compare(audio, sound), mediaType]).toEqual([0, 'audio/mpeg'])
      const pieces: Uint8Array[] = []
      for await (const piece of provider.streamSpeech({ ...request, text })) pieces.push(piece)
      expect(Buffer.compare(Buffer.concat(pieces), sound)).toBe(0)
      expect(requests.map(({ body }) => body)).toEqual([exchange.request.json, exchange.request.json])
    }
  })

  function transcriptionOf(exchange: Exchange) {
    const { filename, content_type: mediaType = '', base64 = '' } = partOf(exchange, 'file')
    const speakers = exchange.request.multipart?.some(({ text }) => text === 'diarized_json') === true
    return { model: partOf(exchange, 'model').text ?? '', audio: { base64, mediaType }, filename, speakers }
  }

  test.each(of('transcription').filter(({ response }) => response.sse === undefined))('$name', async exchange => {
    const { text, duration, segments = [], usage } = exchange.response.json as WireTranscription
    for (const seed of SEEDS) {
      const { provider, requests } = host([exchange], seed)
      const said = await provider.transcribe(transcriptionOf(exchange))
      expect([said.text, said.duration, said.warnings]).toEqual([text, duration, []])
      expect(said.segments).toEqual(
        segments.map(segment => ({
          text: segment.text,
          start: segment.start,
          end: segment.end,
          speaker: segment.speaker,
        })),
      )
      expect(said.usage).toEqual(expectedUsage(usage))
      expect(formOf(requests[0]?.body)).toEqual(formOf(exchange.request.multipart))
    }
  })

  test.each(of('transcription').filter(({ response }) => response.sse !== undefined))('$name', async exchange => {
    const lines = exchange.response.sse?.split('\n').filter(line => line.startsWith('data: {')) ?? []
    const wire = lines.map(line => JSON.parse(line.slice('data: '.length)) as WireEvent)
    const last = wire.at(-1)
    const told = wire.slice(0, -1).map(({ type, delta, text, start, end, speaker }) => {
      if (type === 'transcript.text.delta') return { type: 'text-delta', text: delta }
      return { type: 'segment', segment: { text, start, end, speaker } }
    })
    for (const seed of SEEDS) {
      const { provider, requests } = host([exchange], seed)
      const events = []
      for await (const event of provider.streamTranscription(transcriptionOf(exchange))) events.push(event)
      expect(events.slice(0, -1)).toEqual(told)
      expect(events.at(-1)).toMatchObject({
        type: 'finish',
        transcription: {
          text: last?.text,
          usage: expectedUsage(last?.usage ?? {}),
          segments: told.flatMap(({ segment }) => segment ?? []),
        },
      })
      expect(formOf(requests[0]?.body)).toEqual(formOf(exchange.request.multipart))
    }
  })

  test.each(of('files').filter(({ request, name }) => request.method === 'POST' && name.startsWith('uploaded')))(
    '$name',
    async exchange => {
      const { filename = '', content_type: mediaType, base64 = '' } = partOf(exchange, 'file')
      const { id, bytes } = exchange.response.json as { id: string; bytes: number }
      const { provider, requests } = host([exchange], 1)
      const uploaded = await provider.files.upload({ data: bytesOf(base64), filename, mediaType })
      expect(uploaded).toEqual({ id, filename, size: bytes, state: 'ready' })
      expect(formOf(requests[0]?.body)).toEqual(formOf(exchange.request.multipart))
    },
  )
})

interface ImageBody {
  readonly model: string
  readonly prompt: string
  readonly n?: number
  readonly size?: `${number}x${number}`
  readonly quality?: 'low'
  readonly images?: readonly { readonly image_url: string }[]
}

interface ImageAnswer {
  readonly data: readonly { readonly b64_json: string }[]
  readonly output_format: string
  readonly usage: Fields
}

interface WireInput {
  readonly text?: string
  readonly image_url?: { readonly url: string }
}

interface Judgement {
  readonly flagged: boolean
  readonly categories: Readonly<Record<string, boolean>>
  readonly category_scores: Readonly<Record<string, number>>
}

interface WireSegment {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly speaker: string
}

interface WireTranscription {
  readonly text: string
  readonly duration?: number
  readonly segments?: readonly WireSegment[]
  readonly usage: Fields
}

interface WireEvent extends WireSegment {
  readonly type: string
  readonly delta: string
  readonly usage: Fields
}
