import { expect, test } from 'vitest'
import { createSqliteBackend } from './sqlite-backend.ts'
import { SqliteError } from './sqlite-connection.ts'

const backend = createSqliteBackend('never-opened.db')

// https://www.sqlite.org/rescode.html, extended codes included
test.each([
  [5, 'store', true, 'locked'],
  [517, 'store', true, 'locked'],
  [8, 'store', true, 'opened for writing'],
  [14, 'store', true, 'opened for writing'],
  [11, 'configuration', false, 'damaged'],
  [26, 'configuration', false, 'no ledger'],
  [13, 'store', true, 'no space'],
  [18, 'store', false, 'refuses a row'],
  [1299, 'store', false, 'refuses a row'],
])('%i means %s', (...[kind, code, retryable, words]) => {
  const error = backend.explain?.(new SqliteError('from SQLite', kind))
  expect(error).toMatchObject({ code, retryable, message: expect.stringContaining(words) as string })
})

test('what it does not know it leaves to others', () => {
  for (const cause of [new SqliteError('?', 1), new SqliteError('?', undefined), new Error('?')]) {
    expect(backend.explain?.(cause)).toBeUndefined()
  }
})
