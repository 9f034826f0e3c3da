export type { ClientFactory } from './calls.ts'
export type {
  ServiceEmbeddingRequest,
  ServiceImageRequest,
  ServiceRequest,
  ServiceSpeechRequest,
  ServiceTarget,
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
} from './responses.ts'
export { createService, type Service, type ServiceOptions } from './service.ts'
