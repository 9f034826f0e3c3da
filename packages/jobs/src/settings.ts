import { checkSettings, ConfigurationError, environment, silentLogger, type Logger, type SettingsSpec } from '@llm/core'
import type { SaveMedia } from './media.ts'
import { checkSecret } from './sign-callback.ts'

/** How the ends of jobs are told to URLs. */
export interface CallbackSettings {
  /** Signs callbacks: 16 characters or more, or `whsec_` and base64 as other libraries for such callbacks write it. */
  readonly secret: string
  /**
   * Whether callbacks may go to this machine and private networks: to all of them, or only to these hosts (`name` or
   * `name:port`).
   *
   * @default false
   */
  readonly privateAddresses?: boolean | readonly string[] | undefined
  /**
   * How many milliseconds a receiver has to answer.
   *
   * @default 15_000
   */
  readonly timeout?: number | undefined
}

/** Where jobs are kept, and how they are run. */
export interface JobsSettings {
  /** The `postgres:` URL of a database that any number of processes share. Defaults to `DATABASE_URL`. */
  readonly url?: string | undefined
  /** A folder, for one process: an embedded PostgreSQL. Defaults to `llm-jobs`, where there is no `url`. */
  readonly folder?: string | undefined
  /**
   * The schema in the database.
   *
   * @default 'llm_jobs'
   */
  readonly schema?: string | undefined
  /**
   * How often a job is tried before it counts as failed. A worker that dies uses up an attempt too.
   *
   * @default 5
   */
  readonly maxAttempts?: number | undefined
  /**
   * The wait after a first failure, in milliseconds. It doubles with each, up to ten minutes; five times as long for hosts
   * that are too busy, and never shorter than the host asks.
   *
   * @default 1000
   */
  readonly retryDelayMs?: number | undefined
  /**
   * How many milliseconds one attempt may take, 23 hours at most.
   *
   * @default 900_000
   */
  readonly timeout?: number | undefined
  /**
   * After how many milliseconds of silence a worker counts as dead, and its jobs go to another: 10 seconds or more.
   *
   * @default 30_000
   */
  readonly heartbeatMs?: number | undefined
  /**
   * How often workers look for jobs that others started, in milliseconds.
   *
   * @default 500
   */
  readonly pollMs?: number | undefined
  /**
   * How many milliseconds jobs are kept after they were completed or cancelled; `Infinity` keeps them.
   *
   * @default 7 days
   */
  readonly keepMs?: number | undefined
  /**
   * How many milliseconds jobs are kept that have failed: the dead letters, to be looked at and tried again.
   *
   * @default 30 days
   */
  readonly keepFailedMs?: number | undefined
  /** Where images, sound and video are put. Defaults to `media` in `folder`; with a `url` there is no default. */
  readonly mediaFolder?: string | undefined
  /** Puts images, sound and video elsewhere, such as into object storage, and answers with their URL. */
  readonly saveMedia?: SaveMedia | undefined
  readonly callbacks?: CallbackSettings | undefined
  /** Told of what goes wrong behind the scenes. Defaults to silence. */
  readonly logger?: Logger | undefined
}

const SETTINGS: SettingsSpec<JobsSettings> = {
  url: { type: 'string' },
  folder: { type: 'string' },
  schema: { type: 'string' },
  maxAttempts: { type: 'number' },
  retryDelayMs: { type: 'number' },
  timeout: { type: 'number' },
  heartbeatMs: { type: 'number' },
  pollMs: { type: 'number' },
  keepMs: { type: 'number' },
  keepFailedMs: { type: 'number' },
  mediaFolder: { type: 'string' },
  saveMedia: { type: 'function' },
  callbacks: { type: 'record' },
  logger: { type: 'record' },
}

const CALLBACKS: SettingsSpec<Omit<CallbackSettings, 'privateAddresses'>> = {
  secret: { type: 'string' },
  timeout: { type: 'ms' },
}

/** Settings with their defaults. */
export interface ResolvedSettings {
  readonly place: { readonly url: string } | { readonly folder: string }
  readonly schema: string
  readonly maxAttempts: number
  readonly retryDelayMs: number
  readonly timeout: number
  readonly heartbeatMs: number
  readonly pollMs: number
  readonly keepMs: number
  readonly keepFailedMs: number
  readonly media: SaveMedia | { readonly folder: string } | undefined
  readonly callbacks: CallbackSettings | undefined
  readonly logger: Logger
}

/** Settings that are numbers. A job may have its own of some. */
type Numbers = Pick<
  ResolvedSettings,
  'maxAttempts' | 'retryDelayMs' | 'timeout' | 'heartbeatMs' | 'pollMs' | 'keepMs' | 'keepFailedMs'
>

const HOUR = 3_600_000
const DAY = 24 * HOUR

const DEFAULTS: Numbers = {
  maxAttempts: 5,
  retryDelayMs: 1000,
  timeout: 900_000,
  heartbeatMs: 30_000,
  pollMs: 500,
  keepMs: 7 * DAY,
  keepFailedMs: 30 * DAY,
}

/** Limits of pg-boss, and what makes sense. */
const RANGES: Readonly<Record<keyof Numbers, readonly [number, number]>> = {
  maxAttempts: [1, 1000],
  retryDelayMs: [0, HOUR],
  timeout: [1, 23 * HOUR],
  heartbeatMs: [10_000, HOUR],
  pollMs: [10, HOUR],
  keepMs: [1000, Infinity],
  keepFailedMs: [1000, Infinity],
}

/** @throws {@link ConfigurationError} that says what is wrong. */
export function readSettings(settings: JobsSettings): ResolvedSettings {
  // `Infinity` is no number that a setting may be, but for how long jobs are kept.
  const { keepMs, keepFailedMs, ...others } = settings
  const checked = checkSettings('the jobs', others, SETTINGS)
  const { schema = 'llm_jobs', callbacks, logger = silentLogger } = checked
  const numbers = readNumbers({ ...checked, keepMs, keepFailedMs })
  if (!/^[a-z_][a-z0-9_]{0,48}$/.test(schema)) throw wrong('schema', 'must be a name in small letters, digits and _')
  const place = readPlace(checked)
  const media = readMedia(checked, place)
  return { place, schema, ...numbers, logger, media, callbacks: callbacks && readCallbacks(callbacks) }
}

function readNumbers(settings: JobsSettings): Numbers {
  const names = Object.keys(DEFAULTS) as (keyof Numbers)[]
  const numbers = Object.fromEntries(names.map(name => [name, settings[name] ?? DEFAULTS[name]])) as unknown as Numbers
  checkRanges(numbers)
  return numbers
}

/** Checks the numbers that a job may set for itself as well. */
export function checkRanges(values: { readonly [K in keyof Numbers]?: number | undefined }): void {
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = values[name as keyof Numbers]
    const whole = name !== 'maxAttempts' || Number.isInteger(value)
    if (value === undefined || (value >= least && value <= most && whole)) continue
    throw wrong(name, `must be a number from ${String(least)} to ${String(most)}`)
  }
}

function readPlace({ url, folder }: JobsSettings): ResolvedSettings['place'] {
  if (url !== undefined && folder !== undefined) throw wrong('url and folder', 'cannot both be set')
  if (folder !== undefined) return { folder }
  const given = url ?? environment()['DATABASE_URL']
  if (given === undefined || given === '') return { folder: 'llm-jobs' }
  if (/^postgres(?:ql)?:\/\//.test(given)) return { url: given }
  throw wrong(url === undefined ? 'DATABASE_URL' : 'url', 'must begin with postgres://')
}

function readMedia(settings: JobsSettings, place: ResolvedSettings['place']): ResolvedSettings['media'] {
  const { mediaFolder, saveMedia } = settings
  if (saveMedia !== undefined && mediaFolder !== undefined)
    throw wrong('mediaFolder and saveMedia', 'cannot both be set')
  if (saveMedia !== undefined) return saveMedia
  if (mediaFolder !== undefined) return { folder: mediaFolder }
  return 'folder' in place ? { folder: `${place.folder}/media` } : undefined
}

function readCallbacks({ privateAddresses, ...others }: CallbackSettings): CallbackSettings {
  const { secret, timeout = 15_000 } = checkSettings('callbacks', others, CALLBACKS)
  checkSecret(secret)
  return { secret, timeout, privateAddresses }
}

function wrong(what: string, must: string): ConfigurationError {
  return new ConfigurationError({
    message: `The settings of the jobs are wrong: ${what} ${must}.`,
    hint: `Change ${what} where createJobs() is called; what is left out has a default.`,
  })
}
