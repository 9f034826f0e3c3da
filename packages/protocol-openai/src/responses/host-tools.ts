import { defined, isRecord } from '@llm/core'

/** A server of tools that the host calls by itself, without asking anybody: name the tools that it may use. */
export interface HostMcpServer {
  /** What the model knows it by. */
  readonly name: string
  /** Its address; or the id of a connector of the host's, such as `connector_gmail`. */
  readonly url?: string | undefined
  readonly connectorId?: string | undefined
  /** An OAuth token for it. */
  readonly authorization?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Defaults to all that it has. */
  readonly allowedTools?: readonly string[] | undefined
}

/** Tools of the responses API besides functions: all but the computer are run by the host. */
export interface HostTools {
  /** Let the model run Python: in a container of its own, with these files, or in one that exists. */
  readonly codeExecution?:
    boolean | { readonly container?: string | undefined; readonly fileIds?: readonly string[] | undefined } | undefined
  /** Servers of tools that the host calls. `mcpTools` of `@llm/mcp` calls them from here instead. */
  readonly mcpServers?: readonly HostMcpServer[] | undefined
  /** Let the model use a computer: give a tool of the name `computer`, which takes its actions and answers with a screenshot. */
  readonly computerUse?: boolean | undefined
  /** Further tools that the API knows, in its own form, such as `{ type: 'image_generation' }`. */
  readonly serverTools?: readonly Readonly<Record<string, unknown>>[] | undefined
}

/** The name of the function that stands for the computer. */
export const COMPUTER = 'computer'

/**
 * Adds the tools to a body of the responses API.
 *
 * @example
 * ```ts
 * import { addHostTools } from '@llm/protocol-openai'
 *
 * addHostTools({ model: 'm' }, { codeExecution: true })
 * // { model: 'm', tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }
 * ```
 */
export function addHostTools(body: Record<string, unknown>, options: HostTools): Record<string, unknown> {
  const { codeExecution = false, mcpServers = [], computerUse = false, serverTools = [] } = options
  const added = [
    ...(codeExecution === false ? [] : [renderCodeExecution(codeExecution === true ? {} : codeExecution)]),
    ...mcpServers.map(renderServer),
    ...(computerUse ? [{ type: COMPUTER }] : []),
    ...serverTools,
  ]
  if (added.length === 0) return body
  const tools = Array.isArray(body['tools']) ? body['tools'].filter(tool => !computerUse || !isComputer(tool)) : []
  return { ...body, tools: [...(tools as unknown[]), ...added] }
}

function isComputer(tool: unknown): boolean {
  return isRecord(tool) && tool['type'] === 'function' && tool['name'] === COMPUTER
}

function renderCodeExecution({ container, fileIds }: Exclude<HostTools['codeExecution'], boolean | undefined>): object {
  return { type: 'code_interpreter', container: container ?? defined({ type: 'auto', file_ids: fileIds }) }
}

function renderServer({ name, url, connectorId, authorization, headers, allowedTools }: HostMcpServer): object {
  return defined({
    type: 'mcp',
    server_label: name,
    server_url: url,
    connector_id: connectorId,
    authorization,
    headers,
    allowed_tools: allowedTools,
    require_approval: 'never',
  })
}
