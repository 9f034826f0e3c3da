import type { Capabilities, Provider } from '@llm/core'
import { describe, expect, test } from 'vitest'
import { CHECKS, type Check } from './capabilities/checks.ts'
import { HOSTS } from './capabilities/hosts.ts'

/** A host that answers in turn, and where it was asked. */
function over(host: string, answers: Check['answers']): { provider: Provider; asked: string[] } {
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = input => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input))
    const answer = answers[asked.push(decodeURIComponent(pathname)) - 1]
    return answer === undefined
      ? Promise.reject(new Error(`nothing to answer at ${pathname}`))
      : Promise.resolve(answer())
  }
  const create = HOSTS[host]
  if (create === undefined) throw new Error(`There is no host ${host}.`)
  return { provider: create(fetch), asked }
}

/** What is of every provider, and says nothing of what its host can do. */
const COMMON =
  'id,protocol,baseURL,complete,stream,preview,derive,modelOf,embeddingModel,maxEmbeddingInputs,close'.split(',')

const cells = CHECKS.flatMap(check => check.hosts.map((host): [string, string, Check] => [host, check.member, check]))

describe('each capability that a host has', () => {
  test.each(cells)('%s: %s', async (host, _, { answers, call, gives, to }) => {
    const { provider, asked } = over(host, answers)
    expect(await call(provider)).toMatchObject(gives as object)
    expect(asked).toHaveLength(answers.length)
    expect(asked[0]).toMatch(to)
  })

  test.each(Object.keys(HOSTS))('is tried at %s, and nothing else is', host => {
    const has = Object.keys(over(host, []).provider).filter(member => !COMMON.includes(member))
    const tried = cells.filter(([at]) => at === host).map(([, member]) => member as keyof Capabilities)
    expect([...new Set(tried)].sort()).toEqual(has.sort())
    expect(new Set(tried).size).toBe(tried.length)
  })
})
