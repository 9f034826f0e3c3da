import { ValidationError } from '@llm/core'
import type { JobFilter, JobState } from './job.ts'

const STATES: readonly JobState[] = ['queued', 'active', 'completed', 'failed', 'cancelled']
const FIELDS = ['userId', 'projectId', 'organizationId', 'state', 'limit', 'cursor'] as const

const LARGEST_PAGE = 1000

/** @throws {@link ValidationError} that says what is wrong: a filter that is not looked at would show others' jobs. */
export function checkFilter(filter: JobFilter): void {
  for (const [field, value] of Object.entries(filter)) {
    if (!(FIELDS as readonly string[]).includes(field))
      throw invalid(field, 'is no filter', `Use ${FIELDS.join(', ')}.`)
    if (value === undefined || field === 'limit' || field === 'state') continue
    if (typeof value !== 'string' || value === '')
      throw invalid(field, 'is not a text', 'Give a text that is not empty, or leave it out.')
  }
  const { state, limit } = filter
  if (state !== undefined && !STATES.includes(state))
    throw invalid('state', 'is none that a job has', `Use ${STATES.join(', ')}.`)
  if (limit === undefined || (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_PAGE)) return
  throw invalid('limit', `is no whole number from 1 to ${String(LARGEST_PAGE)}`, 'Read further pages by cursor.')
}

function invalid(parameter: string, problem: string, hint: string): ValidationError {
  return new ValidationError({ message: `${parameter} ${problem}.`, hint, parameter })
}
