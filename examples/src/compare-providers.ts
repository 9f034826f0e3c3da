import { styleText } from 'node:util'
import type { FixtureResponse, StreamingProfile } from '@copilotkit/aimock'
import { deepseek } from '@llm/client-deepseek'
import {
  benchmarkProviders,
  benchmarkTable,
  type BenchmarkOptions,
  type BenchmarkResult,
  type Provider,
} from '@llm/core'
import { bedrock } from '@llm/provider-bedrock'
import { groq } from '@llm/provider-groq'
import { openrouter } from '@llm/provider-openrouter'
import { startLoopbackServer, type LoopbackServer } from './loopback-server.ts'

/** A host that runs the model: how to call it, and how fast it is. */
interface Host {
  readonly create: (settings: { baseURL: string; apiKey: string }) => Provider
  readonly pace: Required<Pick<StreamingProfile, 'ttft' | 'tps'>>
}

const HOSTS: readonly Host[] = [
  { create: groq, pace: { ttft: 60, tps: 300 } },
  { create: openrouter, pace: { ttft: 180, tps: 90 } },
  { create: settings => bedrock({ ...settings, region: 'us-east-1' }), pace: { ttft: 240, tps: 60 } },
]

const PLANET = {
  type: 'object',
  properties: { planet: { type: 'string' }, moons: { type: 'integer' } },
  required: ['planet', 'moons'],
}

/** Groq counts tokens unasked, its stand-in here only when asked. */
const COUNTED = { stream_options: { include_usage: true } }

/** What the servers answer: every third time not what was asked for, as models do. */
function createAnswer(): () => FixtureResponse {
  const usage = { prompt_tokens: 40, completion_tokens: 12, total_tokens: 52 }
  let calls = 0
  return () => {
    calls += 1
    return { content: calls % 3 === 0 ? 'Mars has two moons.' : '{"planet":"Mars","moons":2}', usage }
  }
}

/** How the comparison is made; `speed` hurries the servers. */
export interface ComparisonOptions extends Pick<BenchmarkOptions, 'rounds' | 'onProgress'> {
  readonly speed?: number
}

/** Compares one model over three hosts: real HTTP and the real providers, against servers on this machine. */
export async function compareProviders({ speed = 1, ...options }: ComparisonOptions = {}): Promise<BenchmarkResult> {
  const servers: LoopbackServer[] = []
  try {
    const providers: Provider[] = []
    for (const { create, pace } of HOSTS) {
      const server = await startLoopbackServer(createAnswer(), { ttft: pace.ttft / speed, tps: pace.tps * speed })
      servers.push(server)
      providers.push(create({ baseURL: server.url, apiKey: 'not-needed-here' }))
    }
    const [first] = providers
    if (first === undefined) throw new Error('There is nothing to compare.')
    return await benchmarkProviders(deepseek('deepseek-r1', { provider: first }), providers, {
      prompts: ['Name a planet and how many moons it has.', 'And another one?'],
      rounds: 3,
      options: { output: PLANET, providerOptions: { groq: { extraBody: COUNTED } } },
      ...options,
    })
  } finally {
    await Promise.all(servers.map(server => server.close()))
  }
}

if (import.meta.main) {
  const result = await compareProviders({
    onProgress: ({ done, total, run }) => {
      const text = `${String(done)}/${String(total)} ${run.provider} ${run.totalMs.toFixed(0)} ms`
      console.error(styleText('dim', text, { stream: process.stderr }))
    },
  })
  console.log(benchmarkTable(result))
}
