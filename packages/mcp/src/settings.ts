import { checkSettings, ConfigurationError, isRecord, type JsonObject, type SettingsSpec } from '@llm/core'

/** A server that is started as a process of its own, and spoken to over its standard input and output. */
export interface McpStdioServer {
  /** The program, such as `npx` or `node`. No shell reads it. */
  readonly command: string
  readonly args?: readonly string[] | undefined
  /**
   * Environment variables of the process. Besides them it gets only harmless ones of this process, such as `PATH` and
   * `HOME`: give it the keys that it needs.
   */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** The folder it runs in. Defaults to that of this process. */
  readonly cwd?: string | undefined
}

/** A server that is reached over streamable HTTP. */
export interface McpHttpServer {
  readonly url: string | URL
  /** Sent with every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** Where an MCP server is. */
export type McpServer = McpStdioServer | McpHttpServer

/** A call that may need somebody to agree. */
export interface McpApprovalRequest {
  /** The tool, as the server names it. */
  readonly tool: string
  readonly arguments: JsonObject
  /**
   * What the server says of the tool. Hints, not promises: trust them as far as you trust the server.
   * https://modelcontextprotocol.io/specification/2025-11-25/schema#toolannotations
   */
  readonly annotations: {
    readonly title?: string | undefined
    readonly readOnlyHint?: boolean | undefined
    readonly destructiveHint?: boolean | undefined
    readonly idempotentHint?: boolean | undefined
    readonly openWorldHint?: boolean | undefined
  }
}

/** Which tools of a server to take, and how they are run. */
export interface McpOptions {
  /** Put before every tool's name, such as `github_`: keeps the tools of several servers apart. */
  readonly prefix?: string | undefined
  /** Take only these tools, by the server's own names. */
  readonly include?: readonly string[] | undefined
  /** Leave out these tools, by the server's own names. */
  readonly exclude?: readonly string[] | undefined
  /** A run pauses before the server's tools until somebody agrees: always, or for such calls. Defaults to never. */
  readonly needsApproval?: boolean | ((call: McpApprovalRequest) => boolean | Promise<boolean>) | undefined
  /** The most milliseconds that a call in a run may take. Goes before the run's `toolTimeout`. Defaults to 60,000. */
  readonly timeout?: number | undefined
  /** The most milliseconds that the server may take to be ready, and again to list its tools. Defaults to 30,000. */
  readonly connectTimeout?: number | undefined
  /** Ask for the tools again when the server says that they have changed. Defaults to `false`. */
  readonly refresh?: boolean | undefined
  /** Gives up connecting. It does not end the connection. */
  readonly signal?: AbortSignal | undefined
}

/** A server whose settings are right. */
export type CheckedServer = McpStdioServer | (McpHttpServer & { readonly url: URL })

const STDIO: SettingsSpec<McpStdioServer> = {
  command: { type: 'string' },
  args: { type: 'array' },
  env: { type: 'record' },
  cwd: { type: 'string' },
}

const HTTP: SettingsSpec<McpHttpServer> = {
  url: { type: 'string' },
  headers: { type: 'record' },
  fetch: { type: 'function' },
}

/**
 * Checks where a server is said to be.
 *
 * @throws {@link ConfigurationError} for anything that cannot be right.
 */
export function checkServer(server: McpServer): CheckedServer {
  if (!isRecord(server) || 'command' in server)
    return checkStdio(checkSettings('mcpTools', server as McpStdioServer, STDIO))
  if (!('url' in server)) throw wrong('There is neither a command nor a url.', 'Pass { command, args } or { url }.')
  const settings = checkSettings<McpHttpServer>('mcpTools', { ...server, url: String(server.url) }, HTTP)
  allText('headers', Object.values(settings.headers ?? {}))
  const url = URL.parse(String(settings.url))
  if (url !== null && /^https?:$/.test(url.protocol)) return { ...settings, url }
  throw wrong('The url is none of HTTP.', 'Pass one such as https://example.com/mcp.')
}

function checkStdio(settings: McpStdioServer): McpStdioServer {
  if (settings.command === '') throw wrong('The command is empty.', 'Pass the program, such as npx.')
  allText('args', settings.args ?? [])
  allText('env', Object.values(settings.env ?? {}))
  return settings
}

/**
 * Checks the options.
 *
 * @throws {@link ConfigurationError} for unknown ones and wrong values.
 */
export function checkOptions(options: McpOptions): McpOptions {
  const checked = checkSettings<McpOptions>('mcpTools', options, {
    prefix: { type: 'string' },
    include: { type: 'array' },
    exclude: { type: 'array' },
    needsApproval: { type: typeof options.needsApproval === 'function' ? 'function' : 'boolean' },
    timeout: { type: 'ms' },
    connectTimeout: { type: 'ms' },
    refresh: { type: 'boolean' },
    signal: { type: 'record' },
  })
  if (!/^([A-Za-z_][\w-]{0,31})?$/.test(checked.prefix ?? ''))
    throw wrong(
      'The prefix cannot begin the name of a tool.',
      'Use up to 32 letters, digits, _ and -, a letter or _ first.',
    )
  return checked
}

function allText(key: string, values: readonly unknown[]): void {
  if (values.some(value => typeof value !== 'string'))
    throw wrong(`Not all ${key} are texts.`, `Write ${key} as texts.`)
}

function wrong(problem: string, hint: string): ConfigurationError {
  return new ConfigurationError({ message: `The settings of mcpTools are wrong. ${problem}`, hint })
}
