import type { ErrorDetails, ParseContext, PreparedRequest, WebSearchOptions } from '@llm/core'
import type { ResponseBody, ResponseUsage } from './wire.ts'

/** How one host's responses differ from the plain ones. */
export interface ResponsesDialect<Options> {
  /** The name of the wire format. Defaults to `openai-responses`. */
  readonly protocol?: string
  /** Whether the host encrypts its reasoning, and must be asked for it. Defaults to true. */
  readonly encryptedReasoning?: boolean
  /** The tool that searches the web, where the host has other fields for it. */
  readonly renderWebSearch?: (webSearch: WebSearchOptions, request: PreparedRequest<Options>) => object
  /** Last changes to the body, such as the host's own options. */
  readonly extendBody?: (body: Record<string, unknown>, request: PreparedRequest<Options>) => Record<string, unknown>
  /** Reads what only this host sends in a whole response, before its items are told. */
  readonly readBody?: (body: ResponseBody, context: ParseContext) => void
  /** What the call cost in US dollars, where the usage says it. */
  readonly readCost?: (usage: ResponseUsage) => number | undefined
  /** Reads an error inside an answer in the host's own form. */
  readonly readError?: (error: unknown) => ErrorDetails
}
