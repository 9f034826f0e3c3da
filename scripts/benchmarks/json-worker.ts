import { parsePartialJson as parseOfLangChain } from '@langchain/core/output_parsers'
import { PartialJson } from '@llm/core'
import { parsePartialJson as parseOfAiSdk } from 'ai'
import { cpuTime } from './tasks/cpu-time.ts'

// Started with a parser; answers each message with the ms of CPU time that it takes for a whole document in deltas.

const SIZE = 20_000
const DELTAS = 1000

/** One text that grows, and a list of objects. */
const DOCUMENTS: Readonly<Record<string, unknown>> = {
  text: { title: 'A story', text: 'word '.repeat(SIZE / 5 - 8) },
  list: Array.from({ length: SIZE / 80 }, (_, id) => ({
    id,
    name: `Person ${String(id)}`,
    tags: ['new', 'active'],
    address: { city: 'Berlin', zip: 10115 },
  })),
}

/** Gives the last value of all those that there were on the way. */
type Parser = (pieces: readonly string[]) => unknown

const PARSERS: Readonly<Record<string, Parser>> = {
  llm(pieces) {
    const json = new PartialJson()
    for (const piece of pieces) json.push(piece)
    return json.value
  },
  async 'ai-sdk'(pieces) {
    let [text, value] = ['', undefined as unknown]
    for (const piece of pieces) ({ value } = await parseOfAiSdk((text += piece)))
    return value
  },
  langchain(pieces) {
    let [text, value] = ['', undefined as unknown]
    for (const piece of pieces) value = parseOfLangChain((text += piece))
    return value
  },
}

function cut(text: string): readonly string[] {
  const size = Math.ceil(text.length / DELTAS)
  return Array.from({ length: DELTAS }, (_, index) => text.slice(index * size, (index + 1) * size))
}

const parse = PARSERS[process.argv[2] ?? '']
if (parse === undefined) throw new Error('no such parser')

process.on('message', (name: string) => {
  const text = JSON.stringify(DOCUMENTS[name])
  const pieces = cut(text)
  let value: unknown
  void cpuTime(async () => {
    value = await parse(pieces)
  }).then(spent => {
    if (JSON.stringify(value) !== text) throw new Error('another value came')
    process.send?.(spent / 1000)
  })
})
