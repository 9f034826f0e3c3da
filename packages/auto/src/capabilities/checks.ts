import type { Capabilities, Provider } from '@llm/core'
import { bytes, events, generated, json, type Answer } from './answers.ts'
import { STORES } from './stores.ts'

/** One capability at the hosts that speak one form of it: what they answer, and what must come of it. */
export interface Check {
  readonly member: keyof Capabilities
  readonly hosts: readonly string[]
  /** One for each request, in order. */
  readonly answers: readonly Answer[]
  readonly call: (provider: Provider) => unknown
  readonly gives: unknown
  /** Where the first request goes. */
  readonly to: RegExp
}

const audio = { base64: 'UklGRg==', mediaType: 'audio/wav' }
const image = { type: 'image', source: { base64: 'AAAA', mediaType: 'image/png' } }
const png = { b64_json: 'AAAA', output_format: 'png' }
const sound = Uint8Array.of(1, 2, 3)
const GEMINI = ['google', 'vertex']
const LISTS =
  'openai,azure,groq,openrouter,deepseek,mistral,xai,together,fireworks,cerebras,moonshot,ollama,lmstudio,vllm,llamacpp'

async function all(items: AsyncIterable<unknown> | undefined): Promise<readonly unknown[]> {
  const list: unknown[] = []
  for await (const item of items ?? []) list.push(item)
  return list
}

type At = Pick<Check, 'hosts' | 'to'>

const embed = (model: string, answer: object, at: At): Check => ({
  ...at,
  member: 'embed',
  answers: [json(answer)],
  call: provider => provider.embed?.({ model, input: ['Hello.'] }),
  gives: { vectors: [Float32Array.of(0.5, -0.25)] },
})

const vector = [0.5, -0.25]

const EMBEDDINGS: readonly Check[] = [
  embed(
    'm',
    { data: [{ index: 0, embedding: vector }], usage: { prompt_tokens: 2, total_tokens: 2 } },
    {
      hosts: 'openai,azure,openrouter,mistral,together,fireworks,ollama,lmstudio,vllm,llamacpp'.split(','),
      to: /\/embeddings/,
    },
  ),
  embed('m', { embeddings: [{ values: vector }] }, { hosts: ['google'], to: /models\/m:batchEmbedContents$/ }),
  embed('gemini-embedding-2', { embedding: { values: vector } }, { hosts: ['vertex'], to: /:embedContent$/ }),
  embed(
    'amazon.titan-embed-text-v2:0',
    { embedding: vector, inputTextTokenCount: 2 },
    { hosts: ['bedrock'], to: /\/invoke$/ },
  ),
]

const makeImage = (answer: Answer, gives: unknown, at: At): Check => ({
  ...at,
  member: 'generateImage',
  answers: [answer],
  call: provider => provider.generateImage?.({ model: 'm', prompt: 'A cat.' }),
  gives: { images: [gives] },
})

const url = 'https://example.com/cat.png'

const IMAGES: readonly Check[] = [
  makeImage(json({ data: [png], output_format: 'png' }), image, {
    hosts: ['openai', 'azure'],
    to: /\/images\/generations/,
  }),
  makeImage(json({ data: [{ b64_json: 'AAAA' }] }), { type: 'image' }, { hosts: ['openrouter'], to: /\/images$/ }),
  makeImage(
    json({ data: [{ url }] }),
    { type: 'image', source: { url } },
    { hosts: ['xai'], to: /\/images\/generations$/ },
  ),
  makeImage(generated({ inlineData: { data: 'AAAA', mimeType: 'image/png' } }), image, {
    hosts: GEMINI,
    to: /:generateContent$/,
  }),
  {
    member: 'streamImage',
    hosts: ['openai', 'azure'],
    answers: [
      events(
        { type: 'image_generation.partial_image', partial_image_index: 0, ...png },
        { type: 'image_generation.completed', ...png },
      ),
    ],
    call: provider => all(provider.streamImage?.({ model: 'm', prompt: 'A cat.' })),
    gives: [
      { type: 'partial-image', index: 0, image },
      { type: 'image', index: 1, image },
    ],
    to: /\/images\/generations/,
  },
]

const speak = (answer: Answer, gives: unknown, at: At): Check => ({
  ...at,
  member: 'generateSpeech',
  answers: [answer],
  call: provider => provider.generateSpeech?.({ model: 'm', text: 'Hello.' }),
  gives,
})

const mp3 = { audio: sound, mediaType: 'audio/mpeg' }

const spoken = (at: At): readonly Check[] => [
  speak(bytes('audio/mpeg'), mp3, at),
  {
    ...at,
    member: 'streamSpeech',
    answers: [bytes('audio/mpeg')],
    call: provider => all(provider.streamSpeech?.({ model: 'm', text: 'Hello.' })),
    gives: [sound],
  },
]

const SPEECH: readonly Check[] = [
  ...spoken({ hosts: ['openai', 'azure', 'groq', 'openrouter', 'together'], to: /\/audio\/speech/ }),
  ...spoken({ hosts: ['xai'], to: /\/tts$/ }),
  speak(json({ audio_data: 'AQID' }), mp3, { hosts: ['mistral'], to: /\/audio\/speech$/ }),
  speak(generated({ inlineData: { data: 'AQID', mimeType: 'audio/mpeg' } }), mp3, {
    hosts: GEMINI,
    to: /:generateContent$/,
  }),
]

const transcribe = (answer: Answer, hosts: readonly string[], to: RegExp): Check => ({
  member: 'transcribe',
  hosts,
  answers: [answer],
  call: provider => provider.transcribe?.({ model: 'm', audio }),
  gives: { text: 'Hello.' },
  to,
})

const TRANSCRIPTIONS: readonly Check[] = [
  transcribe(
    json({ text: 'Hello.' }),
    'openai,azure,groq,openrouter,mistral,together,vllm'.split(','),
    /\/audio\/transcriptions/,
  ),
  transcribe(json({ text: 'Hello.' }), ['xai'], /\/stt$/),
  transcribe(generated({ text: 'Hello.' }), GEMINI, /:generateContent$/),
  {
    member: 'streamTranscription',
    hosts: ['openai', 'azure'],
    answers: [
      events({ type: 'transcript.text.delta', delta: 'Hello.' }, { type: 'transcript.text.done', text: 'Hello.' }),
    ],
    call: provider => all(provider.streamTranscription?.({ model: 'm', audio })),
    gives: [
      { type: 'text-delta', text: 'Hello.' },
      { type: 'finish', transcription: { text: 'Hello.' } },
    ],
    to: /\/audio\/transcriptions/,
  },
]

const film = (hosts: readonly string[], to: RegExp, ...answers: readonly Answer[]): Check => ({
  member: 'generateVideo',
  hosts,
  answers,
  call: async provider => {
    const job = await provider.generateVideo?.({ model: 'm', prompt: 'A wave.' })
    return [(await job?.wait({ interval: 1 }))?.state, await all(job?.download())]
  },
  gives: ['completed', [sound]],
  to,
})

const uri = 'https://generativelanguage.googleapis.com/v1beta/files/f1:download?alt=media'
const done = json({ done: true, response: { generateVideoResponse: { generatedSamples: [{ video: { uri } }] } } })
const inline = json({ done: true, response: { videos: [{ bytesBase64Encoded: 'AQID' }] } })
const ready = json({ status: 'done', video: { url: 'https://vidgen.x.ai/v1.mp4' } })
const operation = json({ name: 'operations/1' })
const start = /:predictLongRunning$/

const VIDEO: readonly Check[] = [
  film(['google'], start, operation, json({ name: 'operations/1' }), done, done, bytes('video/mp4')),
  film(['vertex'], start, operation, json({}), inline, inline),
  film(
    ['xai'],
    /\/videos\/generations$/,
    json({ request_id: 'v1' }),
    json({ status: 'pending' }),
    ready,
    ready,
    bytes('video/mp4'),
  ),
]

const code = (host: string, choice: object, to: RegExp): Check => ({
  member: 'completeCode',
  hosts: [host],
  answers: [json({ choices: [{ index: 0, finish_reason: 'stop', ...choice }] })],
  call: provider => provider.completeCode?.({ model: 'm', prefix: 'return ', suffix: '\n' }),
  gives: { text: 'a + b' },
  to,
})

const count = (hosts: readonly string[], answer: object, to: RegExp): Check => ({
  member: 'countTokens',
  hosts,
  answers: [json(answer)],
  call: provider => provider.countTokens?.({ model: 'm', messages: [{ role: 'user', content: 'Hi.' }] }),
  gives: { inputTokens: 3, source: 'provider' },
  to,
})

const models = (hosts: readonly string[], answer: object): Check => ({
  member: 'listModels',
  hosts,
  answers: [json(answer)],
  call: provider => provider.listModels?.(),
  gives: [{ id: 'm1' }],
  to: /models/,
})

const OTHERS: readonly Check[] = [
  {
    member: 'moderate',
    hosts: ['openai'],
    answers: [json({ results: [{ flagged: true, categories: { hate: true }, category_scores: { hate: 0.9 } }] })],
    call: provider => provider.moderate?.({ model: 'm', input: ['Bad.'] }),
    gives: { results: [{ flagged: true, categories: ['hate'], scores: { hate: 0.9 } }] },
    to: /\/moderations$/,
  },
  {
    member: 'rerank',
    hosts: ['openrouter', 'together', 'fireworks', 'vllm', 'llamacpp'],
    answers: [json({ results: [0.1, 0.9].map((score, index) => ({ index, relevance_score: score })) })],
    call: provider => provider.rerank?.({ model: 'm', query: 'q', documents: ['a', 'b'] }),
    gives: {
      results: [
        { index: 1, score: 0.9 },
        { index: 0, score: 0.1 },
      ],
    },
    to: /\/rerank$/,
  },
  code('deepseek', { text: 'a + b' }, /\/beta\/completions$/),
  code('mistral', { message: { role: 'assistant', content: 'a + b' } }, /\/fim\/completions$/),
  count(['anthropic'], { input_tokens: 3 }, /\/count_tokens/),
  count(['bedrock'], { inputTokens: 3 }, /\/count-tokens$/),
  count(GEMINI, { totalTokens: 3 }, /:countTokens$/),
  models(LISTS.split(','), { data: [{ id: 'm1' }] }),
  models(['anthropic'], { data: [{ id: 'm1' }], has_more: false }),
  models(['google'], { models: [{ name: 'models/m1' }] }),
  models(['vertex'], { publisherModels: [{ name: 'publishers/google/models/m1' }] }),
]

/** Every capability of every host. */
export const CHECKS: readonly Check[] = [
  ...EMBEDDINGS,
  ...IMAGES,
  ...SPEECH,
  ...TRANSCRIPTIONS,
  ...VIDEO,
  ...OTHERS,
  ...STORES,
]
