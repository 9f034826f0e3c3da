import { expect, test } from 'vitest'
import { readKey } from './call-key.ts'

const call = (metadata: object) => ({ operation: 'complete', provider: 'p', request: { model: 'm', metadata } })

test('joins its parts so that no two keys are confused', () => {
  const key = readKey('x', ['provider', 'model', 'user', 'project', 'organization'])
  expect(key(call({ userId: 'u', projectId: 'q', organizationId: 'o' }))).toBe('p:m:u:q:o')
  const users = readKey('x', ['user', 'project'])
  expect(users(call({ userId: 'a:b' }))).not.toBe(users(call({ userId: 'a', projectId: 'b' })))
  expect(readKey('x', 'user')(call({}))).toBe('')
  expect(readKey('x', 'user')(call({ userId: 'half a pair: \ud83d' }))).toBe('half%20a%20pair%3A%20%EF%BF%BD')
  expect(readKey('x', given => given.operation)(call({}))).toBe('complete')
  expect(() => readKey('x', 'toString' as never)).toThrow('toString')
})
