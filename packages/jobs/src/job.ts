import type {
  Completion,
  CompletionRequest,
  Embedding,
  EmbeddingRequest,
  GeneratedImages,
  ImageRequest,
  JsonObject,
  Moderation,
  ModerationRequest,
  Reranking,
  RerankRequest,
  Speech,
  SpeechRequest,
  Transcription,
  TranscriptionRequest,
  VideoRequest,
} from '@llm/core'

/** Where the bytes of a result were put. */
export interface StoredMedia {
  readonly url: string
  readonly mediaType: string
}

/** Vectors, as JSON has them. */
export interface StoredEmbedding extends Omit<Embedding, 'vectors'> {
  readonly vectors: readonly (readonly number[])[]
}

/** A speech whose sound was put into a file. */
export interface StoredSpeech extends Omit<Speech, 'audio' | 'mediaType'> {
  readonly audio: StoredMedia
}

/** A video that was put into a file. */
export interface StoredVideo {
  /** The host's id for it. */
  readonly id: string
  readonly provider: string
  readonly model: string
  readonly video: StoredMedia
}

/** What a job can do: the calls of a provider, under the same names, with what goes in and what comes out. */
export interface JobOperations {
  complete: { request: CompletionRequest; result: Completion }
  embed: { request: EmbeddingRequest; result: StoredEmbedding }
  generateImage: { request: ImageRequest; result: GeneratedImages }
  generateSpeech: { request: SpeechRequest; result: StoredSpeech }
  generateVideo: { request: VideoRequest; result: StoredVideo }
  moderate: { request: ModerationRequest; result: Moderation }
  rerank: { request: RerankRequest; result: Reranking }
  transcribe: { request: TranscriptionRequest; result: Transcription }
}

/** The name of something that a job can do. */
export type JobOperation = keyof JobOperations

/** Where a job is. A failed one will not be tried again by itself: see {@link Jobs.retry}. */
export type JobState = 'queued' | 'active' | 'completed' | 'failed' | 'cancelled'

/** For whom a job is done. It becomes the `metadata` of the call. */
export interface JobOwner {
  readonly userId?: string | undefined
  readonly projectId?: string | undefined
  readonly organizationId?: string | undefined
}

interface NewJobOptions extends JobOwner {
  /** Who shall do it: the name that workers pass to their `resolve`. */
  readonly provider: string
  /** Jobs with a higher one go first. Defaults to 0. */
  readonly priority?: number | undefined
  /** Not before: a moment, or so many milliseconds from now. */
  readonly startAfter?: Date | number | undefined
  /**
   * Names the job among those of its owner: starting it again gives the id of the first, whatever became of that, for as
   * long as it is kept.
   */
  readonly key?: string | undefined
  /** Told of the end, with a signed POST: see {@link verifyCallback}. Needs the setting `callbacks`. */
  readonly callbackUrl?: string | undefined
  /** How often it is tried. Defaults to the setting. */
  readonly maxAttempts?: number | undefined
  /** How many milliseconds one attempt may take. Defaults to the setting. */
  readonly timeout?: number | undefined
}

/** A job to be done. The request is plain data: no signal, no functions, no schema objects, no bytes. */
export type NewJob = NewJobOptions &
  (
    | {
        readonly operation?: 'complete' | undefined
        readonly request: CompletionRequest
        /** Reads the answer as a stream, so that {@link JobProgress.text} grows. */
        readonly stream?: boolean | undefined
      }
    | {
        [O in Exclude<JobOperation, 'complete'>]: {
          readonly operation: O
          readonly request: JobOperations[O]['request']
        }
      }[Exclude<JobOperation, 'complete'>]
  )

/** How far a job is. */
export interface JobProgress {
  /** The answer so far, of a job with `stream`. */
  readonly text?: string
  /** From 0 to 1, where the host says. */
  readonly fraction?: number
}

/**
 * Why an attempt failed: the error as data. `code` is that of the library's error, `worker_lost` where the process that
 * ran it is gone, or `unknown` for an error of something else.
 */
export interface JobFailure {
  readonly name: string
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly retryable: boolean
  /** More of the library's error, such as `status` and `requestId`. */
  readonly details?: JsonObject
}

interface JobOf<O extends JobOperation> extends JobOwner {
  readonly id: string
  readonly operation: O
  readonly provider: string
  readonly key?: string
  readonly state: JobState
  readonly priority: number
  /** How often it was begun. */
  readonly attempts: number
  readonly maxAttempts: number
  /** ISO 8601 dates. */
  readonly createdAt: string
  readonly startAfter: string
  /** When the last attempt began. */
  readonly startedAt?: string
  /** When it ended, however it did. */
  readonly endedAt?: string
  readonly progress?: JobProgress
  /** Of the last attempt that failed; it may be tried again. */
  readonly error?: JobFailure
  readonly callbackUrl?: string
  /** Absent in lists. */
  readonly request?: JobOperations[O]['request']
  /** Absent in lists, and before the end. Media is in files: their parts have a `url`. */
  readonly result?: JobOperations[O]['result']
}

/**
 * A job, as it is now. Plain data.
 *
 * @example
 * ```ts
 * import type { Job } from '@llm/jobs'
 *
 * function describe(job: Job): string {
 *   if (job.operation === 'complete' && job.state === 'completed') return job.result?.text ?? ''
 *   return job.error === undefined ? job.state : `${job.state}: ${job.error.message}`
 * }
 * ```
 */
export type Job<O extends JobOperation = JobOperation> = { [K in O]: JobOf<K> }[O]

/** Which jobs to list. What is left out is not looked at. */
export interface JobFilter extends JobOwner {
  readonly state?: JobState | undefined
  /** At most so many. Defaults to 50. */
  readonly limit?: number | undefined
  /** {@link JobPage.nextCursor} of the page before. */
  readonly cursor?: string | undefined
}

/** Jobs, the newest first, without their requests and results. */
export interface JobPage {
  readonly items: readonly Job[]
  /** Where the next page begins; absent on the last. */
  readonly nextCursor?: string
}
