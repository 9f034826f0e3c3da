import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { ServerLabel } from './errors.ts'
import { guardFetch } from './guard-fetch.ts'
import type { CheckedServer, McpHttpServer, McpStdioServer } from './settings.ts'

/** A way to a server that is not open yet. */
export interface Link {
  readonly transport: Transport
  readonly label: ServerLabel
  /** Tells the server that this was all. */
  readonly leave?: () => Promise<void>
}

const STDERR_LENGTH = 500
const SHORTEST_SECRET = 8

/** The way to a server: a process to start, or a URL. */
export function linkTo(server: CheckedServer): Promise<Link> {
  return 'command' in server ? processLink(server) : httpLink(server)
}

async function processLink({ command, args = [], env, cwd }: McpStdioServer): Promise<Link> {
  const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js')
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    stderr: 'pipe',
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(cwd === undefined ? {} : { cwd }),
  })
  let stderr = ''
  transport.stderr?.on('data', chunk => {
    stderr = (stderr + String(chunk)).slice(-STDERR_LENGTH)
  })
  const name = `MCP server ${command.split(/[\\/]/).at(-1) ?? command}`
  return { transport, label: { name, secrets: secretsOf(env), stderr: () => stderr.trim() } }
}

async function httpLink({ url, headers, fetch }: McpHttpServer & { readonly url: URL }): Promise<Link> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js')
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: { headers: { ...headers } },
    fetch: guardFetch(fetch ?? globalThis.fetch),
  })
  // Not more of the URL than its host: the rest may hold a key.
  const label = { name: `MCP server at ${url.host}`, secrets: secretsOf(headers), stderr: () => '' }
  return { transport, label, leave: () => transport.terminateSession() }
}

/** What may be a secret in environment variables and headers: `Bearer` and the like are none. */
function secretsOf(values: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.values(values)
    .flatMap(value => [value, ...value.split(/\s+/)])
    .filter(value => value.length >= SHORTEST_SECRET)
}
