import { measureCases } from './case-workers.ts'
import type { Part } from './part.ts'

const PARSERS = [
  { name: '@llm/core PartialJson', parser: 'llm' },
  { name: 'AI SDK parsePartialJson', parser: 'ai-sdk' },
  { name: 'LangChain.js parsePartialJson', parser: 'langchain' },
]

/** What it costs to know after each delta what there is of a structured answer. */
export const partialJson: Part = async ({ quick }) => {
  const workers = {
    script: new URL('../json-worker.ts', import.meta.url),
    contestants: PARSERS.map(({ parser }) => [parser]),
    cases: ['text', 'list'],
  }
  const results = await measureCases(workers, quick ? { warmUp: 2, rounds: 5 } : { warmUp: 5, rounds: 21 })
  return {
    title: 'A JSON of 20 kB in 1,000 deltas, known after each: ms of CPU time',
    columns: ['one long text', 'a list of objects'],
    rows: PARSERS.map(({ name }, index) => ({ name, cells: [results[index]?.['text'], results[index]?.['list']] })),
    compare: true,
  }
}
