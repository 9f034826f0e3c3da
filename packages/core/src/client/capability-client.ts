import { embedMany, embedOf, type EmbedManyRequest, type ManyEmbeddings } from '../embedding/embed-many.ts'
import type { Embedding, EmbeddingRequest } from '../embedding.ts'
import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import { nameAt } from '../leaf/prepare-request.ts'
import type { GeneratedImages, ImageEvent, ImageRequest } from '../media/image.ts'
import type { MediaInput, MediaOptions } from '../media/media-input.ts'
import { readMedia } from '../media/read-media.ts'
import type { Speech, SpeechRequest } from '../media/speech.ts'
import type { Transcription, TranscriptionEvent, TranscriptionRequest } from '../media/transcription.ts'
import type { VideoJob, VideoRequest } from '../media/video.ts'
import type { MediaSource } from '../message.ts'
import type { Moderation, ModerationRequest } from '../moderation.ts'
import type { Capabilities, Provider } from '../provider.ts'
import type { RerankRequest, Reranking } from '../rerank.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import { refuseMisfit } from './refuse-impossible.ts'

/** A request as a client takes it: without what stands before the options, and with any model of the family. */
type Options<Request, Given extends keyof Request> = Omit<Request, Given | 'model'> & {
  readonly model?: string | undefined
}

/** How an image is made, or changed where `images` are given. */
export interface ImageOptions extends Options<ImageRequest, 'prompt' | 'images' | 'mask'> {
  readonly images?: readonly MediaInput[] | undefined
  readonly mask?: MediaInput | undefined
  readonly media?: MediaOptions | undefined
}

/** How a video is made. */
export interface VideoOptions extends Options<VideoRequest, 'prompt' | 'image'> {
  readonly image?: MediaInput | undefined
  readonly media?: MediaOptions | undefined
}

/** How sound is written down. */
export interface TranscriptionOptions extends Options<TranscriptionRequest, 'audio'> {
  readonly media?: MediaOptions | undefined
}

/** How a text is spoken. */
export type SpeechOptions = Options<SpeechRequest, 'text'>

/** How content is judged. */
export type ModerationOptions = Options<ModerationRequest, 'input'>

/** How documents are ordered. */
export type RerankOptions = Options<RerankRequest, 'query'>

/** How a text is embedded. */
export type EmbedOptions = Options<EmbeddingRequest, 'input'>

/** How texts are embedded, and in which batches. */
export type EmbedManyOptions = Options<EmbedManyRequest, 'input'>

/** The vector of one text. */
export interface TextEmbedding extends Omit<Embedding, 'vectors'> {
  readonly vector: Float32Array
}

/**
 * What a client does besides completions, where its provider can. Each call throws an {@link UnsupportedOperationError}
 * where the provider has no such call, or the model is known not to fit it.
 *
 * @example
 * ```ts
 * import type { ModelClient } from '@llm/core' // every client is a capability client
 *
 * declare const client: ModelClient
 *
 * const { images } = await client.generateImage('A cat in a hat', { size: '1024x1024' })
 * const { vector } = await client.embed('Hello!')
 * console.log(images.length, vector.length)
 * ```
 */
export abstract class CapabilityClient {
  abstract readonly model: string
  abstract get provider(): Provider
  abstract spec(model?: string): Promise<ModelSpec>

  /** Makes images, or changes those that are given. */
  async generateImage(prompt: string, options: ImageOptions = {}): Promise<GeneratedImages> {
    const { call, model } = await this.#find('generateImage', options)
    return call({ ...(await readImages(options)), prompt, model })
  }

  /** Makes an image, and shows it as it comes to be. Connects on the first read. */
  async *streamImage(prompt: string, options: ImageOptions = {}): AsyncGenerator<ImageEvent, void> {
    const { call, model } = await this.#find('streamImage', options)
    yield* call({ ...(await readImages(options)), prompt, model })
  }

  /** Speaks a text. */
  async generateSpeech(text: string, options: SpeechOptions = {}): Promise<Speech> {
    const { call, model } = await this.#find('generateSpeech', options)
    return call({ ...options, text, model })
  }

  /** Speaks a text: the bytes as they arrive. Connects on the first read. */
  async *streamSpeech(text: string, options: SpeechOptions = {}): AsyncGenerator<Uint8Array, void> {
    const { call, model } = await this.#find('streamSpeech', options)
    yield* call({ ...options, text, model })
  }

  /** Writes down what is said. */
  async transcribe(audio: MediaInput, options: TranscriptionOptions = {}): Promise<Transcription> {
    const { call, model } = await this.#find('transcribe', options)
    return call({ ...(await readAudio(audio, options)), model })
  }

  /** Writes down what is said, as it goes. Connects on the first read. */
  async *streamTranscription(
    audio: MediaInput,
    options: TranscriptionOptions = {},
  ): AsyncGenerator<TranscriptionEvent, void> {
    const { call, model } = await this.#find('streamTranscription', options)
    yield* call({ ...(await readAudio(audio, options)), model })
  }

  /** Begins to make a video. It takes minutes: the job tells how it goes, waits for it and downloads it. */
  async generateVideo(prompt: string, options: VideoOptions = {}): Promise<VideoJob> {
    const { call, model } = await this.#find('generateVideo', options)
    const { image, media, ...rest } = options
    const first = image === undefined ? undefined : await readImage(image, 'image', media)
    return call({ ...rest, image: first, prompt, model })
  }

  /** Judges content by the host's policy. */
  async moderate(input: ModerationRequest['input'], options: ModerationOptions = {}): Promise<Moderation> {
    const { call, model } = await this.#find('moderate', options)
    return call({ ...options, input, model })
  }

  /** Orders documents by how well they answer a query. */
  async rerank(query: string, options: RerankOptions): Promise<Reranking> {
    const { call, model } = await this.#find('rerank', options)
    return call({ ...options, query, model })
  }

  /** The vector of a text. */
  async embed(text: string, options: EmbedOptions = {}): Promise<TextEmbedding> {
    const { vectors, ...embedding } = await embedOf(this.provider)({
      ...options,
      input: [text],
      model: await this.#embeddingModel(options.model),
    })
    return { ...embedding, vector: vectors[0] ?? new Float32Array() }
  }

  /** The vectors of any number of texts, in order: in batches that the host takes, several at a time. */
  async embedMany(texts: readonly string[], options: EmbedManyOptions = {}): Promise<ManyEmbeddings> {
    return embedMany(this.provider, {
      ...options,
      input: texts,
      model: await this.#embeddingModel(options.model),
    })
  }

  /** The client's own model where it embeds; else the one that its provider was lent, as no other can be meant. */
  async #embeddingModel(asked: string | undefined): Promise<string> {
    const spec = await this.spec(asked)
    const { id, embeddingModel } = this.provider
    if (asked === undefined && embeddingModel !== undefined && !spec.output.includes('embedding')) return embeddingModel
    embedOf(this.provider)
    refuseMisfit('embed', spec)
    return nameAt(id, { model: asked ?? this.model, spec })
  }

  async #find<Name extends Call>(
    name: Name,
    { model = this.model }: { readonly model?: string | undefined },
  ): Promise<{ readonly call: Capabilities[Name]; readonly model: string }> {
    const spec = await this.spec(model)
    refuseMisfit(name, spec)
    const { provider } = this
    const call = provider[name]
    if (call !== undefined) {
      return { call: call.bind(provider) as Capabilities[Name], model: nameAt(provider.id, { model, spec }) }
    }
    throw new UnsupportedOperationError({
      message: `${provider.id} has no ${name}().`,
      hint: `Use a provider that has: the table of capabilities in the documentation says which do.`,
    })
  }
}

type Call =
  | 'generateImage'
  | 'streamImage'
  | 'generateSpeech'
  | 'streamSpeech'
  | 'transcribe'
  | 'streamTranscription'
  | 'generateVideo'
  | 'moderate'
  | 'rerank'

async function readImages({
  images,
  mask,
  media,
  ...options
}: ImageOptions): Promise<Omit<ImageRequest, 'prompt' | 'model'>> {
  return {
    ...options,
    images: images && (await Promise.all(images.map(input => readImage(input, 'images', media)))),
    mask: mask === undefined ? undefined : await readImage(mask, 'mask', media),
  }
}

function readImage(input: MediaInput, parameter: string, media: MediaOptions | undefined): Promise<MediaSource> {
  return readMedia(input, { ...media, kind: 'image', parameter })
}

async function readAudio(
  audio: MediaInput,
  { media, ...options }: TranscriptionOptions,
): Promise<Omit<TranscriptionRequest, 'model'>> {
  return { ...options, audio: await readMedia(audio, { ...media, kind: 'audio', parameter: 'audio' }) }
}
