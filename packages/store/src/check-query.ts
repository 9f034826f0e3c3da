import { ValidationError } from '@llm/core'
import type { Dimension, ExportOptions, ListOptions, RequestFilter, TimeBucket, UsageOptions } from './repository.ts'

const LONGEST_PAGE = 1000

/** Every one, as the compiler sees to. */
const DIMENSIONS: Readonly<Record<Dimension, true>> = {
  ...{ provider: true, model: true, family: true, operation: true, status: true, errorCode: true, finishReason: true },
  ...{ cache: true, experiment: true, variant: true, userId: true, projectId: true, organizationId: true, tag: true },
}
const TEXTS: Readonly<Record<Exclude<keyof RequestFilter, 'since' | 'until'>, true>> = { ...DIMENSIONS, callId: true }
const BUCKETS: Readonly<Record<TimeBucket, true>> = { hour: true, day: true, week: true, month: true }

type Extra<Options extends RequestFilter> = Readonly<Record<Exclude<keyof Options, keyof RequestFilter>, true>>
const LIST: Extra<ListOptions> = { limit: true, cursor: true, first: true, content: true }
const USAGE: Extra<UsageOptions> = { groupBy: true, bucket: true, percentiles: true }
const EXPORT: Extra<ExportOptions> = { format: true, content: true }

/** @throws {@link ValidationError} that says what is wrong. */
export function checkList(options: ListOptions): void {
  checkFilter(options, LIST)
  const { limit = 50, cursor, first = 'newest' } = options
  if (!Number.isInteger(limit) || limit < 1 || limit > LONGEST_PAGE) {
    throw invalid('limit', `must be a whole number from 1 to ${LONGEST_PAGE}`, 'Follow nextCursor for more.')
  }
  if (cursor !== undefined && !isId(cursor)) {
    throw invalid('cursor', 'is none', 'Pass the nextCursor of the page before, unchanged.')
  }
  if (first !== 'newest' && first !== 'oldest') throw invalid('first', 'is wrong', 'Use newest or oldest.')
}

/** @throws {@link ValidationError} that says what is wrong. */
export function checkUsage(options: UsageOptions): void {
  checkFilter(options, USAGE)
  const { groupBy = [], bucket } = options
  const unknown = groupBy.find(name => !Object.hasOwn(DIMENSIONS, name))
  if (unknown !== undefined) throw invalid('groupBy', `has no ${JSON.stringify(unknown)}`, listOf(DIMENSIONS))
  if (bucket !== undefined && !Object.hasOwn(BUCKETS, bucket)) throw invalid('bucket', 'is none', listOf(BUCKETS))
}

/** @throws {@link ValidationError} that says what is wrong. */
export function checkExport(options: ExportOptions): void {
  checkFilter(options, EXPORT)
  if (options.format !== 'jsonl' && options.format !== 'csv') throw invalid('format', 'is none', 'Use jsonl or csv.')
}

/** Whose requests: a text that is missing would show those of everybody. */
export function checkOwner(name: 'userId' | 'projectId' | 'organizationId', id: unknown): void {
  if (typeof id !== 'string')
    throw invalid(name, 'is not a text', `Pass one, or use list for the requests of everybody.`)
}

export function checkDate(name: string, date: Date): Date {
  if (date instanceof Date && Number.isFinite(date.getTime())) return date
  throw invalid(name, 'is no date', 'Pass a valid Date.')
}

/** A field that is not looked at would show more than was asked for. */
function checkFilter(filter: RequestFilter, extra: Readonly<Record<string, true>>): void {
  const known = { ...TEXTS, since: true, until: true, ...extra }
  for (const [name, value] of Object.entries(filter)) {
    if (!Object.hasOwn(known, name)) throw invalid(name, 'is no field of a question', listOf(known))
    if (value === undefined) continue
    if (Object.hasOwn(TEXTS, name) && typeof value !== 'string')
      throw invalid(name, 'is not a text', `Correct ${name}.`)
    if (name === 'since' || name === 'until') checkDate(name, value as Date)
  }
}

function isId(text: unknown): boolean {
  return typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

function listOf(names: object): string {
  return `There are: ${Object.keys(names).join(', ')}.`
}

function invalid(parameter: string, problem: string, hint: string): ValidationError {
  return new ValidationError({ message: `${parameter} ${problem}.`, hint, parameter })
}
