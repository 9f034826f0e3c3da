import { parseArgs } from 'node:util'
import { CONTESTANTS } from './contestants/index.ts'
import { leftovers, openStreams } from './parts/afterwards.ts'
import { cache } from './parts/cache.ts'
import { coldImport } from './parts/cold-import.ts'
import { completion, completionHosts } from './parts/completion.ts'
import { connections } from './parts/connections.ts'
import { ledgerCalls, ledgerQuestions } from './parts/ledger.ts'
import { limits } from './parts/limits.ts'
import type { Part } from './parts/part.ts'
import { partialJson } from './parts/partial-json.ts'
import { streamingChat, streamingHosts, streamingResponses } from './parts/streaming.ts'
import { toolLoop } from './parts/tool-loop.ts'
import { startServer } from './rounds.ts'
import { formatTable, type Table } from './table.ts'

const PARTS: Readonly<Record<string, Part>> = {
  'streaming-responses': streamingResponses,
  'streaming-chat': streamingChat,
  ...streamingHosts,
  completion,
  'completion-hosts': completionHosts,
  'partial-json': partialJson,
  'tool-loop': toolLoop,
  connections,
  limits,
  cache,
  'ledger-calls': ledgerCalls,
  'ledger-questions': ledgerQuestions,
  'cold-import': coldImport,
  'open-streams': openStreams,
  leftovers,
}

const USAGE = `Usage: pnpm bench [--quick] [--json] [--only <name>]...

  --quick  fewer rounds, to look
  --json   the numbers as JSON
  --only   a part (${Object.keys(PARTS).join(', ')})
           or a contestant (${CONTESTANTS.map(({ name }) => name).join(', ')})`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
})

const chosen = choose(values.only)
if (values.help || chosen === undefined) {
  console.log(USAGE)
  process.exitCode = values.help ? 0 : 1
} else {
  const server = await startServer()
  const tables: Table[] = []
  for (const part of chosen.parts) {
    const table = await part({ contestants: chosen.contestants, quick: values.quick, port: server.port })
    tables.push(table)
    if (!values.json) console.log(`${formatTable(table)}\n`)
  }
  if (values.json)
    console.log(JSON.stringify({ node: process.version, date: new Date().toISOString(), tables }, null, 2))
  server.stop()
}

/** The parts and the contestants that were named; all of a kind of which none was. */
function choose(only: readonly string[]) {
  const parts = Object.entries(PARTS).filter(([name]) => only.includes(name))
  const contestants = CONTESTANTS.filter(({ name }) => only.includes(name))
  if (parts.length + contestants.length < new Set(only).size) return undefined
  return {
    parts: (parts.length > 0 ? parts : Object.entries(PARTS)).map(([, part]) => part),
    contestants: (contestants.length > 0 ? contestants : CONTESTANTS).map(({ name }) => name),
  }
}
