import { expect, test } from 'vitest'
import { createPostgresBackend } from './postgres-backend.ts'

const backend = createPostgresBackend('postgres://localhost/never-connected')
const coded = (code: string) => Object.assign(new Error('from PostgreSQL'), { code })

test.each([
  [coded('28P01'), 'configuration', false, 'refuses the connection'],
  [coded('3D000'), 'configuration', false, 'refuses the connection'],
  [coded('53100'), 'store', true, 'out of space'],
  [coded('53300'), 'store', true, 'of connections'],
  [coded('22021'), 'store', false, 'refuses a row'],
  [coded('54000'), 'store', false, 'refuses a row'],
  [coded('57P01'), 'store', true, 'cannot be reached'],
  [coded('08006'), 'store', true, 'cannot be reached'],
  [coded('ECONNREFUSED'), 'store', true, 'cannot be reached'],
  [new Error('Connection terminated unexpectedly'), 'store', true, 'cannot be reached'],
  [new Error('Query read timeout'), 'store', true, 'cannot be reached'],
])('%s means %s', (...[cause, code, retryable, words]) => {
  const error = backend.explain?.(cause)
  expect(error).toMatchObject({ code, retryable, message: expect.stringContaining(words) as string })
  expect(error?.hint).not.toBe('')
  expect((error?.cause as Error).message).toBe(cause.message)
})

test('what it does not know it leaves to others', () => {
  for (const cause of [coded('42703'), new Error('?'), undefined]) expect(backend.explain?.(cause)).toBeUndefined()
})
