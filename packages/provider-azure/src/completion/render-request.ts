import type { PreparedRequest } from '@llm/core'
import { addHostTools, snakeKeys, warnOtherApi, type HostTools } from '@llm/protocol-openai'
import type { AzureOptions } from '../options.ts'

type Api = 'chat' | 'responses'

/** The options that only one of the APIs has. */
const ONLY: Readonly<Partial<Record<string, Api>>> = {
  dataSources: 'chat',
  previousResponseId: 'responses',
  codeExecution: 'responses',
  mcpServers: 'responses',
  computerUse: 'responses',
  serverTools: 'responses',
}

/** Adds Azure's own options to a body of one of its two APIs. */
export function extendBody(
  api: Api,
): (body: Record<string, unknown>, request: PreparedRequest<AzureOptions>) => Record<string, unknown> {
  return (body, request) => {
    const { topLogprobs, extraBody, ...plain } = request.options
    const fields = Object.entries(plain).filter(([name, value]) => {
      const only = ONLY[name] ?? api
      if (only !== api && value !== undefined) warnOtherApi(request, name, only)
      return only === api
    })
    const { codeExecution, mcpServers, computerUse, serverTools, ...rest } = Object.fromEntries(fields) as HostTools
    const tools = { codeExecution, mcpServers, computerUse, serverTools }
    const logprobs = topLogprobs === undefined ? {} : renderLogprobs[api](topLogprobs, body)
    return { ...addHostTools(body, tools), ...snakeKeys(rest, false), ...logprobs, ...extraBody }
  }
}

const renderLogprobs = {
  chat: (top: number) => ({ logprobs: true, top_logprobs: top }),
  responses: (top: number, { include = [] }: { readonly include?: readonly string[] }) => ({
    top_logprobs: top,
    include: [...include, 'message.output_text.logprobs'],
  }),
} as const
