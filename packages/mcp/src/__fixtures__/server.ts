import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  McpError,
  type CallToolResult,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js'

// A server for tests: `node server.ts` speaks over stdio, `node server.ts http` over HTTP, and writes its port.
// Other words change how it behaves: `stubborn`, `silent`, `toolless`, `endless`.

const PAGE = 4
const words = new Set(process.argv.slice(2))
const text = (value: string): CallToolResult => ({ content: [{ type: 'text', text: value }] })

interface Context {
  readonly signal: AbortSignal
  readonly server: Server
  /** The server gets one more tool. */
  readonly grow: () => void
}
type Run = (input: Record<string, unknown>, context: Context) => CallToolResult | Promise<CallToolResult>

let cancelled = 0

const number = { type: 'number' }
const tools: readonly (Omit<Tool, 'inputSchema'> & { inputSchema?: Omit<Tool['inputSchema'], 'type'>; run: Run })[] = [
  {
    name: 'add',
    description: 'Adds two numbers.',
    inputSchema: { properties: { a: number, b: number }, required: ['a', 'b'] },
    annotations: { readOnlyHint: true },
    run: ({ a, b }) => text(String(Number(a) + Number(b))),
  },
  {
    name: 'weather',
    title: 'The weather',
    outputSchema: { type: 'object', properties: { degrees: number } },
    run: () => ({ ...text('{"degrees":21}'), structuredContent: { degrees: 21 } }),
  },
  {
    name: 'picture',
    run: () => ({
      content: [
        { type: 'text', text: 'A dot.' },
        { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' },
      ],
    }),
  },
  { name: 'fail', run: () => ({ ...text('There is no such file.'), isError: true }) },
  {
    name: 'refuse',
    run: () => {
      throw new McpError(-32602, 'I do not like these arguments.')
    },
  },
  {
    name: 'wait',
    run: async (_, { signal }) => {
      await delay(60_000, undefined, { signal, ref: false }).catch(() => cancelled++)
      return text('waited')
    },
  },
  { name: 'cancelled', run: () => text(String(cancelled)) },
  { name: 'pid', run: () => text(String(process.pid)) },
  { name: 'environment', run: () => text(JSON.stringify(process.env)) },
  {
    name: 'grow',
    run: async (_, { server, grow }) => {
      grow()
      await server.sendToolListChanged()
      return text('grown')
    },
  },
  { name: 'search/the web', run: () => text('slash') },
  { name: 'search.the.web', run: () => text('dots') },
  { name: 'conditional', inputSchema: { if: { required: ['a'] }, then: { required: ['b'] } }, run: input => text(JSON.stringify(input)) },
]

function list(cursor: string | undefined, grown: boolean): { tools: Tool[]; nextCursor?: string } {
  const all = grown ? [...tools, { name: 'late', run: () => text('late') }] : tools
  const start = Number(cursor ?? 0)
  const page = all.slice(start, start + PAGE).map(({ run: _, inputSchema, ...tool }): Tool => ({
    ...tool,
    inputSchema: { type: 'object', ...inputSchema },
  }))
  if (words.has('endless')) return { tools: page, nextCursor: '0' }
  return start + PAGE < all.length ? { tools: page, nextCursor: String(start + PAGE) } : { tools: page }
}

function create(): Server {
  const server = new Server(
    { name: 'test', version: '1.0.0' },
    words.has('toolless')
      ? { capabilities: {} }
      : { capabilities: { tools: { listChanged: true } }, instructions: 'Add before you search.' },
  )
  if (words.has('toolless')) return server
  let grown = false
  const grow = (): void => void (grown = true)
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => list(params?.cursor, grown))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const found = tools.find(({ name }) => name === params.name)
    if (found === undefined) throw new McpError(-32602, `There is no tool ${params.name}.`)
    return found.run(params.arguments ?? {}, { signal, server, grow })
  })
  return server
}

/** One server and one transport a session. */
function serveHttp(): void {
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  const http = createServer((request, response) => {
    void (async () => {
      if (request.headers.authorization !== 'Bearer letmein-please') return response.writeHead(401).end('Who are you?')
      const known = sessions.get(String(request.headers['mcp-session-id']))
      if (known !== undefined) return known.handleRequest(request, response)
      const transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: id => void sessions.set(id, transport),
        onsessionclosed: () => {
          console.log('left')
        },
      })
      await create().connect(transport)
      await transport.handleRequest(request, response)
    })()
  })
  http.listen(0, '127.0.0.1', () => {
    console.log((http.address() as AddressInfo).port)
  })
}

if (words.has('stubborn')) {
  process.on('SIGTERM', () => undefined)
  setInterval(() => undefined, 1000)
}
if (words.has('silent')) process.stdin.resume()
else if (words.has('http')) serveHttp()
else await create().connect(new StdioServerTransport())
