import { expect, test } from 'vitest'
import { loadOptional } from './load-package.ts'

test('what is not installed says how it is', async () => {
  const cause = new Error('no such module')
  const missing = (packages: string) => loadOptional(packages, () => Promise.reject(cause))
  await expect(missing('pg')).rejects.toMatchObject({
    code: 'configuration',
    message: 'pg is not installed, or cannot be loaded.',
    hint: 'Run: npm install pg',
    cause: { message: 'no such module' },
  })
  await expect(missing('a b')).rejects.toMatchObject({ message: 'a b are not installed, or cannot be loaded.' })
  expect(await loadOptional('there', () => Promise.resolve(1))).toBe(1)
})
