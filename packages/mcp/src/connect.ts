import { LONGEST_TIMER, MalformedResponseError, UnsupportedOperationError, type JsonObject } from '@llm/core'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js'
import { callFailure, connectFailure, type ServerLabel } from './errors.ts'
import { linkTo, type Link } from './links.ts'
import type { CheckedServer } from './settings.ts'

/** An open connection to a server: all that this package asks of the SDK. */
export interface Connection {
  readonly label: ServerLabel
  /** What the server says of its use. */
  readonly instructions: string | undefined
  listTools(options: ConnectOptions): Promise<readonly Tool[]>
  /** Calls a tool by the server's name for it. Errors are of this library; a failed result is a result. */
  callTool(tool: string, input: JsonObject, signal: AbortSignal): Promise<CallToolResult>
  /** Has a function called whenever the server says that its tools have changed. */
  onToolsChanged(listener: () => void): void
  /** Ends it, and the server's process with it. */
  readonly close: () => Promise<void>
}

/** How long the server may take, in milliseconds. */
export interface ConnectOptions {
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** Longer than the SDK waits for a process to end, before and after asking it to. */
const LONGEST_CLOSE = 6000
const LONGEST_LEAVE = 1000
/** A run ends calls that take too long: the SDK's own limit must not come before it. */
const NEVER = LONGEST_TIMER

/** Starts a server or reaches it, and agrees on a protocol with it. */
export async function connect(server: CheckedServer, options: ConnectOptions): Promise<Connection> {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js')
  const link = await linkTo(server)
  if (options.signal?.aborted === true) throw connectFailure(undefined, link.label, options.signal)
  const client = new Client({ name: '@llm/mcp', version: '0.0.0' })
  const close = closer(client, link)
  try {
    await client.connect(link.transport, requestOptions(options))
  } catch (cause) {
    await close()
    throw connectFailure(cause, link.label, options.signal)
  }
  return openConnection(client, link.label, close)
}

async function openConnection(client: Client, label: ServerLabel, close: () => Promise<void>): Promise<Connection> {
  const { CallToolResultSchema, ToolListChangedNotificationSchema } = await import('@modelcontextprotocol/sdk/types.js')
  return {
    label,
    close,
    instructions: client.getInstructions(),
    listTools: options =>
      listTools(client, label, options).catch((cause: unknown) => {
        throw connectFailure(cause, label, options.signal)
      }),
    // Not `client.callTool`: it checks results by the page of tools that was listed last, and knows no other.
    callTool: (name, input, signal) =>
      client
        .request({ method: 'tools/call', params: { name, arguments: input } }, CallToolResultSchema, {
          signal,
          timeout: NEVER,
        })
        .catch((cause: unknown) => {
          throw callFailure(cause, label, { tool: name, signal })
        }),
    onToolsChanged: listener => {
      client.setNotificationHandler(ToolListChangedNotificationSchema, listener)
    },
  }
}

/** All pages. Not `client.listTools`: it fails over schemas of results that it cannot compile. */
async function listTools(client: Client, label: ServerLabel, options: ConnectOptions): Promise<readonly Tool[]> {
  if (client.getServerCapabilities()?.tools === undefined) {
    throw new UnsupportedOperationError({
      message: `${label.name} has no tools.`,
      hint: 'It may have prompts or resources; use a server with tools.',
    })
  }
  const { ListToolsResultSchema } = await import('@modelcontextprotocol/sdk/types.js')
  const tools: Tool[] = []
  const cursors = new Set<string>()
  for (let cursor: string | undefined; ; cursors.add(cursor)) {
    const params = cursor === undefined ? {} : { cursor }
    const page = await client.request({ method: 'tools/list', params }, ListToolsResultSchema, requestOptions(options))
    tools.push(...page.tools)
    cursor = page.nextCursor
    if (cursor === undefined || cursor === '') return tools
    if (cursors.has(cursor)) {
      throw new MalformedResponseError({
        message: `${label.name} lists its tools without end.`,
        hint: 'Report it to its makers: a cursor comes back that was there before.',
      })
    }
  }
}

/** Closes once, however often it is called; over when the process is. */
function closer(client: Client, { leave }: Link): () => Promise<void> {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  client.onclose = resolve
  return once(async () => {
    if (leave !== undefined)
      await within(
        LONGEST_LEAVE,
        leave().catch(() => undefined),
      )
    await client.close()
    await within(LONGEST_CLOSE, ended)
  })
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => (done ??= work())
}

/** Waits for something, but not for long. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

function requestOptions({ timeout, signal }: ConnectOptions): { timeout: number; signal?: AbortSignal } {
  return { timeout, ...(signal === undefined ? {} : { signal }) }
}
