import { createHash, randomUUID } from 'node:crypto'
import { allowedAddresses, ConfigurationError, isRecord, validateRequest, ValidationError } from '@llm/core'
import type { JobOperation, JobOwner, NewJob } from './job.ts'
import { checkRanges, type ResolvedSettings } from './settings.ts'

/** What is kept of a job besides what the queue keeps itself. */
export interface JobPayload extends JobOwner {
  readonly operation: JobOperation
  readonly provider: string
  readonly request: object
  readonly key?: string | undefined
  readonly callbackUrl?: string | undefined
  readonly stream?: boolean | undefined
  readonly timeout: number
  readonly maxAttempts: number
}

const OPERATIONS: readonly JobOperation[] = [
  ...(['complete', 'embed', 'generateImage', 'generateSpeech', 'generateVideo'] as const),
  ...(['moderate', 'rerank', 'transcribe'] as const),
]
const TEXTS = ['provider', 'userId', 'projectId', 'organizationId', 'key', 'callbackUrl'] as const
const FIELDS: readonly string[] = [
  ...TEXTS,
  'operation',
  'request',
  'stream',
  'priority',
  'startAfter',
  'maxAttempts',
  'timeout',
]

/**
 * Checks a job, and gives what is kept of it.
 *
 * @throws {@link ValidationError} or {@link ConfigurationError} that says what is wrong.
 */
export async function readJob(job: NewJob, settings: ResolvedSettings): Promise<JobPayload> {
  if (!isRecord(job)) throw invalid('job', 'is not an object', 'Pass { provider, request }.')
  const unknown = Object.keys(job).find(field => !FIELDS.includes(field))
  if (unknown !== undefined) throw invalid(unknown, 'is no field of a job', `There are: ${FIELDS.join(', ')}.`)
  checkFields(job)
  const { operation = 'complete', provider, userId, projectId, organizationId, key, callbackUrl } = job
  const { timeout = settings.timeout, maxAttempts = settings.maxAttempts, request } = job
  if (!isRecord(request))
    throw invalid('request', 'is not an object', 'Pass what the provider takes, such as { model, messages }.')
  checkPlain(request, 'request')
  if (operation === 'complete') validateRequest(request as unknown as Parameters<typeof validateRequest>[0])
  if (callbackUrl !== undefined) await checkCallbackUrl(callbackUrl, settings)
  const stream = 'stream' in job && job.stream === true
  const owner = { userId, projectId, organizationId }
  return { operation, provider, request, ...owner, key, callbackUrl, stream, timeout, maxAttempts }
}

function checkFields(job: NewJob): void {
  for (const field of TEXTS) {
    const value: unknown = job[field]
    if (value === undefined && field !== 'provider') continue
    if (typeof value !== 'string' || value === '') throw invalid(field, 'is not a text', `Give ${field}.`)
    checkText(value, field)
  }
  const { operation = 'complete', priority = 0, startAfter = 0, maxAttempts, timeout } = job
  if (!OPERATIONS.includes(operation))
    throw invalid('operation', 'does not exist', `There are: ${OPERATIONS.join(', ')}.`)
  if (!Number.isInteger(priority)) throw invalid('priority', 'is not a whole number', 'Give one, such as 10.')
  if (!Number.isFinite(Number(startAfter))) throw invalid('startAfter', 'is no time', 'Give a Date or milliseconds.')
  if (maxAttempts !== undefined && !Number.isInteger(maxAttempts)) {
    throw invalid('maxAttempts', 'is not a whole number', 'Give one, such as 3.')
  }
  checkRanges({ maxAttempts, timeout })
}

async function checkCallbackUrl(text: string, { callbacks }: ResolvedSettings): Promise<void> {
  if (callbacks === undefined) {
    throw new ConfigurationError({
      message: 'A job has a callbackUrl, but there is nothing to sign callbacks with.',
      hint: 'Set callbacks: { secret } in the settings of the jobs, here and in the workers.',
    })
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw invalid('callbackUrl', 'is no URL that can be called', 'Give an https: URL.')
  }
  // A name is looked up when it is called: who owns it may point it elsewhere in between.
  const { privateAddresses } = callbacks
  if ((await allowedAddresses(url, { privateAddresses, resolve: async () => undefined })) !== undefined) return
  throw invalid('callbackUrl', 'leads to an address that is not public', 'Allow it: callbacks.privateAddresses.')
}

const HINTS: Readonly<Record<string, string>> = {
  signal: 'A job is ended with cancel(id).',
  execute: 'A job makes one call and runs no tool: pass the definition, and run the calls of its result yourself.',
}

/** Deeper than any request is; what holds itself has no bottom. */
const DEEPEST = 200

/** Refuses what would not come out of the database as it went in. */
function checkPlain(value: unknown, path: string, depth = 0): void {
  if (value === undefined || value === null || typeof value === 'boolean') return
  if (depth > DEEPEST) throw invalid(path.slice(0, 100), 'is nested without an end', 'Requests of jobs are plain data.')
  if (typeof value === 'string') checkText(value, path)
  else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw invalid(path, 'is a number that JSON does not have', 'Leave it out.')
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      checkPlain(item, `${path}[${String(index)}]`, depth + 1)
    })
  } else if (isPlainObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      checkText(key, path)
      checkPlain(item, `${path}.${key}`, depth + 1)
    }
  } else throw notPlain(value, path)
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || '~standard' in value) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function notPlain(value: unknown, path: string): ValidationError {
  const field = path.slice(path.lastIndexOf('.') + 1)
  const schema = typeof value === 'object' && value !== null && '~standard' in value
  const bytes = value instanceof Uint8Array || value instanceof ArrayBuffer || value instanceof Blob
  const what = schema
    ? 'a schema object'
    : bytes
      ? 'bytes'
      : typeof value === 'object'
        ? 'an object of a class'
        : `a ${typeof value}`
  const hint = schema
    ? 'Pass toJsonSchema(schema).'
    : bytes
      ? 'Pass { base64, mediaType }, a URL, or { fileId } of an upload.'
      : (HINTS[field] ?? 'Requests of jobs are plain data.')
  return invalid(path, `is ${what}, which cannot be kept in a queue`, hint)
}

function checkText(text: string, path: string): void {
  if (text.isWellFormed() && !text.includes('\0')) return
  throw invalid(path, 'has a character that a database cannot keep', 'Take out U+0000 and lone surrogates.')
}

function invalid(parameter: string, problem: string, hint: string): ValidationError {
  return new ValidationError({ message: `${parameter} ${problem}.`, hint, parameter })
}

/** The id of a new job. With a key it is always the same for the same owner, and another for other owners. */
export function jobId({ key, organizationId, projectId, userId }: Pick<NewJob, 'key' | keyof JobOwner>): string {
  return key === undefined ? randomUUID() : uuidOf([organizationId ?? null, projectId ?? null, userId ?? null, key])
}

/** The UUID (version 8) of any data. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8 */
function uuidOf(data: unknown): string {
  const hex = createHash('sha256').update(JSON.stringify(data)).digest('hex')
  const variant = ((parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
