import type { PreparedRequest } from '@llm/core'

/** How one host's responses differ from the plain ones. */
export interface ResponsesDialect<Options> {
  /** The name of the wire format. Defaults to `openai-responses`. */
  readonly protocol?: string
  /** Last changes to the body, such as the host's own options. */
  extendBody?(body: Record<string, unknown>, request: PreparedRequest<Options>): Record<string, unknown>
}
