import type { BatchClient, PreparedRequest, TranscriptionRequest } from '@llm/core'
import {
  toUrl,
  type ChatDialect,
  type CompletionHost,
  type ImageDialect,
  type ResponsesDialect,
  type SpeechDialect,
  type TranscriptionDialect,
} from '@llm/protocol-openai'
import type { CodeDialect } from './code-completion.ts'
import { createMistralBatches } from './compatible-mistral-batches.ts'
import { createXaiBatches, type XaiCodecs } from './compatible-xai-batches.ts'
import { fillReasoning, switchThinking } from './completion/compatible-thinking.ts'
import { renameSeed, renderMistralPart, renderThoughts } from './completion/compatible-mistral.ts'
import { renderPerplexitySearch, renderXaiSearch } from './completion/compatible-search.ts'
import { readTicks, readTotalCost, withRest } from './completion/compatible-usage.ts'
import type { CompatibleOptions } from './options.ts'

export type Request = PreparedRequest<CompatibleOptions>

/** A vendor that this package knows. */
export type VendorId =
  | 'deepseek'
  | 'mistral'
  | 'xai'
  | 'together'
  | 'fireworks'
  | 'cerebras'
  | 'perplexity'
  | 'moonshot'
  | 'ollama'
  | 'lmstudio'
  | 'vllm'
  | 'llamacpp'

/** What an endpoint may have besides completions. `generateSpeech` comes with `streamSpeech`, where sound comes as bytes. */
export type CompatibleCapability =
  | 'embed'
  | 'listModels'
  | 'rerank'
  | 'generateImage'
  | 'generateSpeech'
  | 'transcribe'
  | 'generateVideo'
  | 'files'
  | 'batches'
  | 'completeCode'

/** One vendor: where it is, and how it differs. */
export interface Vendor {
  readonly baseURL: string
  /** The environment variable with the key. */
  readonly env: string
  /** A server of one's own: it may want no key. */
  readonly keyless?: true
  readonly chat: ChatDialect<CompatibleOptions>
  /** Absent where it has no responses API. */
  readonly responses?: ResponsesDialect<CompatibleOptions>
  readonly capabilities: readonly CompatibleCapability[]
  readonly images?: ImageDialect
  readonly speech?: SpeechDialect
  readonly transcription?: TranscriptionDialect
  readonly code?: CodeDialect
  /** Absent where batches are files, as at OpenAI. */
  readonly batches?: (host: CompletionHost<CompatibleOptions>, codecs: XaiCodecs) => BatchClient
}

const diarized = ({ timestamps, speakers }: TranscriptionRequest): Record<string, string> => ({
  ...(speakers === true && { diarize: 'true' }),
  ...((timestamps ?? speakers) && { 'timestamp_granularities[]': timestamps ?? 'segment' }),
})

/** Reasoning that is not encrypted goes back as text, and only to hosts that take it so. */
const OPEN: ResponsesDialect<CompatibleOptions> = { protocol: 'open-responses', encryptedReasoning: false }

/** What is so at most vendors. */
export const COMMON: ChatDialect<CompatibleOptions> = { unsupported: ['verbosity'], renderWebSearch: false }

/** A server of one's own that runs any model. */
const LOCAL = { keyless: true, responses: OPEN } as const

export const VENDORS: Readonly<Record<VendorId, Vendor>> = {
  /** Source: https://api-docs.deepseek.com */
  deepseek: {
    baseURL: 'https://api.deepseek.com',
    env: 'DEEPSEEK_API_KEY',
    chat: {
      maxTokensField: 'max_tokens',
      reasoningField: 'reasoning_content',
      renderReasoning: switchThinking,
      extendMessage: fillReasoning,
      unsupported: ['seed', 'verbosity', 'parallelToolCalls'],
      finishReasons: { insufficient_system_resource: 'error' },
    },
    responses: OPEN,
    capabilities: ['listModels', 'completeCode'],
    // Source: https://api-docs.deepseek.com/api/create-completion
    code: { path: '/beta/completions' },
  },
  /** Source: https://docs.mistral.ai/api */
  mistral: {
    baseURL: 'https://api.mistral.ai/v1',
    env: 'MISTRAL_API_KEY',
    chat: {
      maxTokensField: 'max_tokens',
      streamUsage: false,
      history: {
        toolCallIds: { pattern: /^[a-zA-Z0-9]{9}$/, length: 9 },
        system: 'first',
        urls: { image: /^https:/i, file: /^https:/i },
      },
      finishReasons: { model_length: 'length' },
      renderPart: renderMistralPart,
      extendMessage: renderThoughts,
      extendBody: renameSeed,
      readUsage: withRest('inputTokens'),
    },
    capabilities: ['embed', 'listModels', 'transcribe', 'generateSpeech', 'files', 'batches', 'completeCode'],
    batches: createMistralBatches,
    speech: { whole: true },
    transcription: { renderDetail: diarized, unsupported: ['prompt'] },
    // Source: https://docs.mistral.ai/api/endpoint/fim
    code: { path: '/fim/completions', seedField: 'random_seed' },
  },
  /** Source: https://docs.x.ai/docs/api-reference */
  xai: {
    baseURL: 'https://api.x.ai/v1',
    env: 'XAI_API_KEY',
    chat: { reasoningField: 'reasoning_content', readUsage: withRest('outputTokens'), readCost: readTicks },
    // Its reasoning is encrypted for itself: no other host of responses reads it.
    responses: { protocol: 'xai-responses', renderWebSearch: renderXaiSearch, readCost: readTicks },
    capabilities: ['listModels', 'generateImage', 'generateSpeech', 'transcribe', 'generateVideo', 'files', 'batches'],
    batches: createXaiBatches,
    images: {
      render: ({ model, prompt, n, images, aspectRatio: aspect_ratio }) => ({
        path: images === undefined ? '/images/generations' : '/images/edits',
        body: {
          model,
          prompt,
          n,
          aspect_ratio,
          images: images?.map(image => ({ type: 'image_url', url: toUrl(image) })),
        },
      }),
      unsupported: ['mask', 'size', 'seed'],
    },
    speech: {
      render: ({ text, language = 'auto', voice: voice_id, format }) => ({
        path: '/tts',
        body: { text, language, voice_id, ...(format !== undefined && { output_format: { codec: format } }) },
      }),
      unsupported: ['instructions', 'speed'],
    },
    transcription: {
      path: '/stt',
      renderDetail: ({ speakers }) => (speakers === true ? { diarize: 'true' } : {}),
      unsupported: ['prompt', 'temperature', 'timestamps'],
    },
  },
  /** Source: https://docs.together.ai/reference */
  together: {
    baseURL: 'https://api.together.xyz/v1',
    env: 'TOGETHER_API_KEY',
    chat: { maxTokensField: 'max_tokens', topK: true, reasoningField: 'reasoning' },
    capabilities: ['embed', 'listModels', 'rerank', 'generateSpeech', 'transcribe'],
  },
  /** Source: https://docs.fireworks.ai/api-reference */
  fireworks: {
    baseURL: 'https://api.fireworks.ai/inference/v1',
    env: 'FIREWORKS_API_KEY',
    chat: { maxTokensField: 'max_tokens', topK: true, reasoningField: 'reasoning_content' },
    responses: OPEN,
    capabilities: ['embed', 'listModels', 'rerank'],
  },
  /** Source: https://inference-docs.cerebras.ai/api-reference/chat-completions */
  cerebras: {
    baseURL: 'https://api.cerebras.ai/v1',
    env: 'CEREBRAS_API_KEY',
    chat: { reasoningField: 'reasoning', unsupported: ['frequencyPenalty', 'presencePenalty', 'verbosity'] },
    capabilities: ['listModels'],
  },
  /** Source: https://docs.perplexity.ai/api-reference/chat-completions-post */
  perplexity: {
    baseURL: 'https://api.perplexity.ai',
    env: 'PERPLEXITY_API_KEY',
    chat: {
      maxTokensField: 'max_tokens',
      topK: true,
      unsupported: ['seed', 'stop', 'parallelToolCalls', 'verbosity'],
      renderWebSearch: renderPerplexitySearch,
      readCost: readTotalCost,
    },
    capabilities: [],
  },
  /** Source: https://platform.moonshot.ai/docs/api/chat */
  moonshot: {
    baseURL: 'https://api.moonshot.ai/v1',
    env: 'MOONSHOT_API_KEY',
    chat: {
      // Images are taken as bytes, or as uploads of its own. Source: https://platform.moonshot.ai/docs/guide/use-kimi-vision-model
      history: { urls: {} },
      reasoningField: 'reasoning_content',
      renderReasoning: switchThinking,
      extendMessage: fillReasoning,
      unsupported: ['seed', 'verbosity', 'parallelToolCalls'],
    },
    capabilities: ['listModels'],
  },
  /** Source: https://docs.ollama.com/api/openai-compatibility. Its cloud is at `https://ollama.com/v1`. */
  ollama: {
    ...LOCAL,
    baseURL: 'http://localhost:11434/v1',
    env: 'OLLAMA_API_KEY',
    chat: {
      maxTokensField: 'max_tokens',
      reasoningField: 'reasoning',
      // It takes images only as bytes. Source: https://github.com/ollama/ollama/issues/6753
      history: { toolMedia: ['image'], urls: {} },
      unsupported: ['verbosity', 'parallelToolCalls'],
    },
    capabilities: ['embed', 'listModels'],
  },
  /** Source: https://lmstudio.ai/docs/developer/openai-compat */
  lmstudio: {
    ...LOCAL,
    baseURL: 'http://localhost:1234/v1',
    env: 'LM_API_TOKEN',
    chat: { maxTokensField: 'max_tokens', topK: true },
    capabilities: ['embed', 'listModels'],
  },
  /** Source: https://docs.vllm.ai/en/latest/serving/openai_compatible_server */
  vllm: {
    ...LOCAL,
    baseURL: 'http://localhost:8000/v1',
    env: 'VLLM_API_KEY',
    chat: { topK: true, reasoningField: 'reasoning' },
    capabilities: ['embed', 'listModels', 'rerank', 'transcribe'],
  },
  /** Source: https://github.com/ggml-org/llama.cpp/tree/master/tools/server */
  llamacpp: {
    ...LOCAL,
    baseURL: 'http://localhost:8080/v1',
    env: 'LLAMA_API_KEY',
    chat: { maxTokensField: 'max_tokens', topK: true, reasoningField: 'reasoning_content' },
    capabilities: ['embed', 'listModels', 'rerank'],
  },
}
