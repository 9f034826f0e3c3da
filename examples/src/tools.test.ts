import type { ChatCompletionRequest, FixtureResponse } from '@copilotkit/aimock'
import { gpt } from '@llm/client-gpt'
import { afterSteps, tool, type PausedRun, type Provider, type RunOptions, type RunResult } from '@llm/core'
import { anthropic } from '@llm/provider-anthropic'
import { bedrock } from '@llm/provider-bedrock'
import { openai } from '@llm/provider-openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { startLoopbackServer, type LoopbackServer } from './loopback-server.ts'

/** The tool loop over real HTTP, in four wire formats. */

let server: LoopbackServer

/** Calls two tools at once, one of them wrongly; then corrects it; then tells what came of that. */
function answer({ messages }: ChatCompletionRequest): FixtureResponse {
  const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => JSON.stringify(content))
  if (results.length === 0) {
    return {
      toolCalls: [
        { name: 'double', arguments: '{"n":"four"}' },
        { name: 'now', arguments: '{}' },
      ],
    }
  }
  if (results.length === 2) return { toolCalls: [{ name: 'double', arguments: '{"n":4}' }] }
  return { content: `It is ${results.at(-1)?.replaceAll(/\D/g, '') ?? ''}.` }
}

beforeAll(async () => {
  server = await startLoopbackServer(answer, { ttft: 0, tps: 100_000 })
})
afterAll(() => server.close())

const HOSTS: readonly (readonly [string, (url: string) => Provider])[] = [
  ['chat completions', url => openai({ api: 'chat', apiKey: 'k', baseURL: `${url}/v1` })],
  ['responses', url => openai({ api: 'responses', apiKey: 'k', baseURL: `${url}/v1` })],
  ['messages', url => anthropic({ apiKey: 'k', baseURL: url })],
  ['converse', url => bedrock({ apiKey: 'k', region: 'us-east-1', baseURL: url })],
]

const double = {
  name: 'double',
  parameters: z.object({ n: z.number() }),
  execute: ({ n }: { n: number }): string => String(2 * n),
}
const now = tool({ name: 'now', execute: () => 'noon' })

const ways = HOSTS.flatMap(([name, create]) => [[name, 'whole', create] as const, [name, 'streamed', create] as const])

test.each(ways)('a run over %s, %s', async (_name, way, create) => {
  const client = gpt<string>('gpt-6-luna', { provider: create(server.url) })
  const options: RunOptions = { tools: [tool(double), now], stopWhen: afterSteps(5) }
  const run = (): Promise<RunResult> =>
    way === 'whole' ? client.run('Double four.', options) : client.streamRun('Double four.', options).result()
  const { status, text, steps, messages } = await run()
  expect([status, text, steps.length]).toEqual(['finished', 'It is 8.', 3])
  const results = messages.flatMap(({ role, content }) => (role === 'tool' ? content : []))
  expect(results.map(({ name, isError }) => [name, isError === true])).toEqual([
    ['double', true],
    ['now', false],
    ['double', false],
  ])
})

test.each(HOSTS)('a run over %s is paused, and goes on over another connection', async (_name, create) => {
  const tools = [tool({ ...double, needsApproval: true }), now]
  const first = await gpt<string>('gpt-6-luna', { provider: create(server.url) }).run('Double four.', {
    tools,
    maxRepairs: 2,
  })
  expect(first.status).toBe('paused')
  let saved = JSON.stringify(first.paused)
  for (let times = 0; times < 2; times++) {
    const resume = JSON.parse(saved) as PausedRun
    const approvals = Object.fromEntries(resume.pending.map(({ id }) => [id, true]))
    const next = await gpt<string>('gpt-6-luna', { provider: create(server.url) }).run(
      { resume, approvals },
      { tools, maxRepairs: 2 },
    )
    if (next.status === 'finished') expect(next.text).toBe('It is 8.')
    else saved = JSON.stringify(next.paused)
    expect(next.status).toBe(times === 0 ? 'paused' : 'finished')
  }
})
