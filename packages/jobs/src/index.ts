export { createJobs, type Jobs, type WaitOptions } from './jobs.ts'
export { JobStoreError } from './job-error.ts'
export type {
  Job,
  JobFailure,
  JobFilter,
  JobOperation,
  JobOperations,
  JobOwner,
  JobPage,
  JobProgress,
  JobState,
  NewJob,
  StoredEmbedding,
  StoredMedia,
  StoredSpeech,
  StoredVideo,
} from './job.ts'
export type { MediaFile, SaveMedia } from './media.ts'
export type { ResolveProvider } from './run-job.ts'
export type { CallbackSettings, JobsSettings } from './settings.ts'
export { CallbackSignatureError, verifyCallback, type CallbackEvent, type ReceivedCallback } from './sign-callback.ts'
export type { JobWorker, WorkOptions } from './worker.ts'
