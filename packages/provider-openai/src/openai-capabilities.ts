import type { Capabilities } from '@llm/core'
import {
  createBatches,
  createEmbed,
  createEmbeddingBatches,
  createFiles,
  createGenerateImage,
  createGenerateSpeech,
  createListModels,
  createStreamImage,
  createStreamSpeech,
  createStreamTranscription,
  createTranscribe,
  createVectorStores,
  IMAGE_EDITS,
  type CompletionHost,
} from '@llm/protocol-openai'
import { createModerate } from './moderation.ts'
import type { OpenAIOptions } from './options.ts'

/** What OpenAI has besides completions. Its videos ended on 24 September 2026. */
export type OpenAICapabilities = Pick<
  Capabilities,
  | 'embed'
  | 'generateImage'
  | 'streamImage'
  | 'generateSpeech'
  | 'streamSpeech'
  | 'transcribe'
  | 'streamTranscription'
  | 'moderate'
  | 'listModels'
  | 'batches'
  | 'embeddingBatches'
  | 'files'
  | 'vectorStores'
>

/**
 * All of them.
 *
 * @param endpoint - where the completions of batches are: those of the API that the provider speaks.
 */
export function createCapabilities(host: CompletionHost<OpenAIOptions>, endpoint: string): OpenAICapabilities {
  const transcription = { unsupported: [] }
  return {
    embed: createEmbed(host),
    generateImage: createGenerateImage(host, IMAGE_EDITS),
    streamImage: createStreamImage(host, IMAGE_EDITS),
    generateSpeech: createGenerateSpeech(host),
    streamSpeech: createStreamSpeech(host),
    transcribe: createTranscribe(host, transcription),
    streamTranscription: createStreamTranscription(host, transcription),
    moderate: createModerate(host),
    listModels: createListModels(host),
    batches: createBatches(host, endpoint),
    embeddingBatches: createEmbeddingBatches(host, '/v1/embeddings'),
    files: createFiles(host),
    vectorStores: createVectorStores(host),
  }
}
