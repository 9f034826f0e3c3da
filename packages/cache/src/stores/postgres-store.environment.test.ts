import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { postgresStore } from './postgres-store.ts'
import { redisStore } from './redis-store.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test.each([
  ['DATABASE_URL', 'postgres', () => postgresStore()],
  ['REDIS_URL', 'redis', () => redisStore()],
])('a database is where %s says, unless a URL is given', async (name, scheme, open) => {
  const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  vi.stubEnv(name, `${scheme}://127.0.0.1:${String((server.address() as AddressInfo).port)}/0`)
  const store = open()
  const reached = once(server, 'connection')
  await expect(store.get('a')).rejects.toThrow()
  await reached
  await store.close?.()
  server.close()
})

test('PostgreSQL is nowhere by itself', () => {
  vi.stubEnv('DATABASE_URL', undefined)
  expect(() => postgresStore()).toThrow(expect.objectContaining({ code: 'configuration' }))
  expect(() => postgresStore({ url: '' })).toThrow(/postgresStore has no url/)
})
