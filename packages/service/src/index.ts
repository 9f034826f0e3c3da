export type { ClientFactory } from './calls.ts'
export type {
  ServiceEmbeddingRequest,
  ServiceImageRequest,
  ServiceRequest,
  ServiceSpeechRequest,
  ServiceTarget,
  ServiceTranscriptionRequest,
  ServiceVideoRequest,
  StructuredRequest,
  TextRequest,
} from './requests.ts'
export type {
  Answer,
  AnswerInfo,
  AnswerSource,
  EmbeddingAnswer,
  ImageAnswer,
  ObjectAnswer,
  ServiceError,
  ServiceResponse,
  ServiceResult,
  SpeechAnswer,
  TextAnswer,
  TranscriptionAnswer,
  VideoAnswer,
} from './responses.ts'
export { createService, type Service, type ServiceOptions } from './service.ts'
