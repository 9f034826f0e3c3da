import { measureCases } from './case-workers.ts'
import type { Part } from './part.ts'

const LIBRARIES = [
  { name: '@llm/client-gpt', library: 'llm' },
  { name: 'AI SDK 7', library: 'ai-sdk' },
]

/** What a loop of ten steps adds to its calls: checking arguments, running the tool, keeping the conversation. */
export const toolLoop: Part = async ({ quick }) => {
  const workers = {
    script: new URL('../tools-worker.ts', import.meta.url),
    contestants: LIBRARIES.map(({ library }) => [library]),
    cases: ['calls', 'loop'],
  }
  const results = await measureCases(workers, quick ? { warmUp: 10, rounds: 15 } : { warmUp: 20, rounds: 61 })
  return {
    title: 'A run of ten steps with a tool, a stub for a host: µs of CPU time per step',
    columns: ['the calls alone', 'the loop', 'what it adds'],
    rows: LIBRARIES.map(({ name }, index) => {
      const { calls = NaN, loop = NaN } = results[index] ?? {}
      return { name, cells: [calls, loop, loop - calls] }
    }),
    compare: false,
  }
}
