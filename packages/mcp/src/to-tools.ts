import {
  checkValue,
  ConfigurationError,
  ToolError,
  type JsonObject,
  type RunnableTool,
  type Schema,
  type ToolContext,
  type ToolOutput,
} from '@llm/core'
import type { Tool } from '@modelcontextprotocol/sdk/types.js'
import type { Connection } from './connect.ts'
import type { McpOptions } from './settings.ts'
import { textOf, toOutput } from './to-output.ts'
import { toolNames } from './tool-names.ts'

const TIMEOUT = 60_000

/** A server's tools as tools of a run. */
export async function toTools(
  listed: readonly Tool[],
  connection: Connection,
  options: McpOptions,
): Promise<readonly RunnableTool<JsonObject>[]> {
  const { include, exclude = [], prefix = '' } = options
  const taken = listed.filter(
    ({ name }) => (include === undefined || include.includes(name)) && !exclude.includes(name),
  )
  const names = toolNames(
    taken.map(({ name }) => name),
    prefix,
  )
  return Promise.all(taken.map((tool, index) => toTool(tool, names[index] ?? tool.name, { connection, options })))
}

async function toTool(
  { name: tool, title, description = title, inputSchema, annotations = {} }: Tool,
  name: string,
  { connection, options }: { readonly connection: Connection; readonly options: McpOptions },
): Promise<RunnableTool<JsonObject>> {
  const { needsApproval, timeout = TIMEOUT } = options
  return Object.freeze({
    name,
    description,
    parameters: await checkable(inputSchema),
    timeout,
    needsApproval:
      typeof needsApproval === 'function'
        ? (input: JsonObject) => needsApproval({ tool, arguments: input, annotations })
        : needsApproval,
    execute: (input: JsonObject, context: ToolContext) => callTool(tool, input, { connection, context }),
  })
}

async function callTool(
  name: string,
  input: JsonObject,
  { connection, context }: { readonly connection: Connection; readonly context: ToolContext },
): Promise<ToolOutput> {
  const result = await connection.callTool(name, input, context.signal)
  if (result.isError !== true) return toOutput(result)
  throw new ToolError({
    message: textOf(result) || `The tool ${name} failed.`,
    hint: `See what ${connection.label.name} says of it.`,
    secrets: connection.label.secrets,
  })
}

/** A schema that this library can check stays as it is; of any other, checking is left to the server. */
async function checkable(inputSchema: Tool['inputSchema']): Promise<Schema> {
  try {
    await checkValue(inputSchema, {})
    return inputSchema
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const jsonSchema = { input: () => inputSchema, output: () => inputSchema }
    return { '~standard': { version: 1, vendor: 'mcp', validate: value => ({ value }), jsonSchema } }
  }
}
