import { ConfigurationError, type JsonObject, type RunnableTool } from '@llm/core'
import { connect, type Connection, type ConnectOptions } from './connect.ts'
import { checkOptions, checkServer, type McpOptions, type McpServer } from './settings.ts'
import { toTools } from './to-tools.ts'

/** The tools of a server, and the connection to it. */
export interface McpTools extends AsyncDisposable {
  /** What `client.run` takes. With `refresh`, always what the server listed last. */
  readonly tools: readonly RunnableTool<JsonObject>[]
  /** What the server says of its use, for the system prompt. */
  readonly instructions: string | undefined
  /** Ends the connection, the process of the server, and the calls that are still running. */
  readonly close: () => Promise<void>
}

const CONNECT_TIMEOUT = 30_000

/**
 * Connects to an MCP server and gives its tools, as ordinary ones. A run checks the arguments against the tools' schemas,
 * tells the model of results that are errors, and has the server cancel calls that are aborted or take too long.
 *
 * Close it when it is no longer needed: a server that is a process keeps this one alive.
 *
 * @throws {@link ConfigurationError} for wrong settings; {@link ConnectionError} for a server that does not start or cannot
 * be reached; {@link TimeoutError} for one that is not ready in time; {@link APICallError} for what an HTTP server refuses;
 * {@link UnsupportedOperationError} for a server without tools; {@link AbortedError}.
 * @example
 * ```ts
 * import type { ModelClient } from '@llm/core'
 * import { mcpTools } from '@llm/mcp'
 *
 * declare const client: ModelClient
 *
 * const files = await mcpTools({ command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '.'] })
 * const { text } = await client.run('What is in this folder?', { tools: files.tools })
 * await files.close()
 * ```
 */
export async function mcpTools(server: McpServer, options: McpOptions = {}): Promise<McpTools> {
  const checked = checkOptions(options)
  const { connectTimeout: timeout = CONNECT_TIMEOUT, signal, refresh = false } = checked
  const connection = await connect(checkServer(server), { timeout, signal })
  try {
    const list = new ToolList(connection, checked)
    if (refresh) connection.onToolsChanged(() => void list.load({ timeout }).catch(() => undefined))
    checkNames(await list.load({ timeout, signal }), checked)
    return openTools(connection, list)
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** What a server listed last; a list that could not be had changes nothing. */
class ToolList {
  tools: McpTools['tools'] = []
  #connection: Connection
  #options: McpOptions
  #asked = 0
  #shown = 0

  constructor(connection: Connection, options: McpOptions) {
    this.#connection = connection
    this.#options = options
  }

  /** Gives the server's own names of all tools, also of those that are not wanted. */
  async load(options: ConnectOptions): Promise<readonly string[]> {
    const turn = ++this.#asked
    const listed = await this.#connection.listTools(options)
    const tools = await toTools(listed, this.#connection, this.#options)
    // Lists may come in another order than they were asked for.
    if (turn > this.#shown) {
      this.#shown = turn
      this.tools = tools
    }
    return listed.map(({ name }) => name)
  }
}

function openTools({ instructions, close }: Connection, list: ToolList): McpTools {
  return Object.freeze({
    get tools() {
      return list.tools
    },
    instructions,
    close,
    [Symbol.asyncDispose]: close,
  })
}

/** A name that the server does not have is a slip, and one in `exclude` would let through what was to be kept out. */
function checkNames(names: readonly string[], { include = [], exclude = [] }: McpOptions): void {
  const unknown = [...include, ...exclude].filter(name => !names.includes(name))
  if (unknown.length === 0) return
  throw new ConfigurationError({
    message: `The MCP server has no tool ${unknown.join(', ')}.`,
    hint: `It has: ${names.join(', ') || 'none'}.`,
  })
}
