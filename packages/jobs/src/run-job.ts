import { type LLMError, TimeoutError, UnsupportedProviderError, type Provider } from '@llm/core'
import type { JobWithMetadata } from 'pg-boss'
import type { JobOwner, JobProgress } from './job.ts'
import type { JobPayload } from './job-request.ts'
import type { JobTable } from './job-table.ts'
import { checkMediaPlace, createMediaWriter } from './media.ts'
import { MAKES_MEDIA, runOperation } from './operations.ts'
import type { ResolvedSettings } from './settings.ts'

/** Finds the provider that a job names. */
export type ResolveProvider = (name: string) => Provider | undefined | Promise<Provider | undefined>

/** Around jobs. */
export interface RunContext {
  readonly table: JobTable
  readonly settings: ResolvedSettings
  readonly resolve: ResolveProvider
}

const PROGRESS_MS = 1000

/**
 * Does a job, within its time.
 *
 * @throws whatever the provider does; {@link TimeoutError} after the job's timeout, even where the provider never ends.
 */
export async function runJob(
  job: JobWithMetadata<JobPayload>,
  signal: AbortSignal,
  context: RunContext,
): Promise<object> {
  const { timeout } = job.data
  const late = new AbortController()
  const timer = setTimeout(() => {
    late.abort(tooLong(timeout))
  }, timeout)
  const end = AbortSignal.any([signal, late.signal])
  try {
    return { result: storable(await Promise.race([call(job, end, context), rejected(end)])) }
  } catch (error) {
    // A provider says that it was aborted; what counts is by whom.
    throw late.signal.aborted ? late.signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}

async function call(job: JobWithMetadata<JobPayload>, signal: AbortSignal, context: RunContext): Promise<unknown> {
  const { operation, provider: name, request, stream = false } = job.data
  const { settings, table, resolve } = context
  const provider = await resolve(name)
  if (provider === undefined) {
    throw new UnsupportedProviderError({
      message: `No provider is called ${JSON.stringify(name)} here.`,
      hint: 'Give the `providers` of each worker every name that jobs are started with.',
    })
  }
  if (MAKES_MEDIA.has(operation)) await checkMediaPlace(settings.media)
  const reporter = reportProgress(progress => table.setProgress(job, progress))
  const media = createMediaWriter(settings.media, `${job.id}-${String(job.retryCount + 1)}`)
  const owner = ownerOf(job.data)
  const metadata = { requestId: job.id, ...owner, ...(request as { readonly metadata?: object }).metadata }
  // A host that had done it when the worker before died gives what it has, where it can.
  const once = operation === 'complete' ? {} : { idempotencyKey: job.id }
  const named = { ...once, ...request, metadata }
  return runOperation(operation, named, { provider, signal, stream, media, progress: reporter })
}

function ownerOf({ userId, projectId, organizationId }: JobOwner): JobOwner {
  return {
    ...(userId !== undefined && { userId }),
    ...(projectId !== undefined && { projectId }),
    ...(organizationId !== undefined && { organizationId }),
  }
}

/** Writes progress down once a second at most. Nothing depends on it: what fails is told again with the next. */
function reportProgress(write: (progress: JobProgress) => Promise<void>): (progress: JobProgress) => void {
  let next = 0
  return progress => {
    if (Date.now() < next) return
    next = Date.now() + PROGRESS_MS
    write(progress).catch(() => undefined)
  }
}

/** Models now and then write what a database does not keep: U+0000, halves of surrogate pairs. */
function storable(result: unknown): unknown {
  return JSON.parse(JSON.stringify(result), (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value,
  )
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as LLMError)
      },
      { once: true },
    )
  })
}

function tooLong(timeout: number): TimeoutError {
  return new TimeoutError({
    message: `The job took longer than ${String(timeout)} ms.`,
    hint: 'Raise the timeout of the job, or ask for less.',
    timer: 'total',
  })
}
