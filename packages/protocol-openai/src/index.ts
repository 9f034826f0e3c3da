export { createChatCodec } from './chat/codec.ts'
export type { ChatDialect, ChatReader, SearchFields } from './chat/dialect.ts'
export type {
  ChatAnnotation,
  ChatAudio,
  ChatBody,
  ChatChoice,
  ChatContent,
  ChatDelta,
  ChatToolCall,
  ChatUsage,
} from './chat/wire.ts'
export { MESSAGE_BLOCK } from './chat/parse-stream.ts'
export { readChatUsage } from './chat/usage.ts'
export { defineHost, type OpenAIHost, type RequestBuilder } from './define-host.ts'
export { warnDropped, warnOtherApi } from './dropped.ts'
export { isErrorBody, readError } from './errors.ts'
export { foreignHeaders } from './foreign-headers.ts'
export { renderLocation } from './location.ts'
export { fileIdOf, fromUrl, toUrl } from './media.ts'
export { createResponsesCodec } from './responses/codec.ts'
export type { ResponsesDialect } from './responses/dialect.ts'
export { addHostTools, type HostMcpServer, type HostTools } from './responses/host-tools.ts'
export type { ResponseBody, ResponseUsage } from './responses/wire.ts'
export { snakeKeys } from './snake-keys.ts'
export { createBatches, createEmbeddingBatches } from './capabilities/batches.ts'
export { createEmbed } from './capabilities/embeddings.ts'
export { createFiles } from './capabilities/files.ts'
export {
  callJson,
  readUsage,
  type BuildCall,
  type CapabilityCall,
  type CapabilityHost,
  type CompletionHost,
} from './capabilities/host.ts'
export { createGenerateImage, IMAGE_EDITS, IMAGE_EDITS_FORM, type ImageDialect } from './capabilities/images.ts'
export { createListModels } from './capabilities/models.ts'
export { createRerank } from './capabilities/rerank.ts'
export { createGenerateSpeech, createStreamSpeech, type SpeechDialect } from './capabilities/speech.ts'
export { createStreamImage } from './capabilities/stream-image.ts'
export { createStreamTranscription } from './capabilities/stream-transcription.ts'
export { createTranscribe, type TranscriptionDialect } from './capabilities/transcription.ts'
export { createVectorStores } from './capabilities/vector-stores.ts'
