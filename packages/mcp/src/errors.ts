import {
  AbortedError,
  apiError,
  ConnectionError,
  LLMError,
  MalformedResponseError,
  TimeoutError,
  ToolError,
  type APICallErrorOptions,
} from '@llm/core'

/** What an error may say of a server: how to call it, and what of its settings must not be seen. */
export interface ServerLabel {
  readonly name: string
  readonly secrets: readonly string[]
  /** The last of what its process wrote to its standard error. */
  readonly stderr: () => string
}

/** JSON-RPC codes of the SDK's own. */
const CONNECTION_CLOSED = -32000
const REQUEST_TIMEOUT = -32001

/** Why a server could not be reached, or did not list its tools. */
export function connectFailure(cause: unknown, label: ServerLabel, signal: AbortSignal | undefined): LLMError {
  if (signal?.aborted === true) return aborted(signal)
  if (LLMError.is(cause)) return cause
  const common = commonOf(cause, label)
  const said = label.stderr()
  if (codeOf(cause) === REQUEST_TIMEOUT) {
    const message = `${label.name} was not ready in time.`
    return new TimeoutError({
      ...common,
      message,
      hint: 'Raise connectTimeout, or see why it is slow.',
      timer: 'connect',
    })
  }
  if (isZodError(cause)) {
    const message = `${label.name} answered with something that is not of the protocol.`
    return new MalformedResponseError({ ...common, message, hint: 'Update the server, or report it to its makers.' })
  }
  const status = httpStatus(cause)
  if (status !== undefined) {
    const hint = 'Check the url and the headers.'
    return apiError({ message: messageOf(cause) }, { ...common, provider: label.name, status, hint })
  }
  return new ConnectionError({
    ...common,
    message: `${label.name} did not start: ${messageOf(cause)}.${said === '' ? '' : ` It wrote: ${said}`}`,
    hint: 'Check that it is installed and runs by itself, and what it needs in args, env, url or headers.',
  })
}

/** Why a call of a tool failed. A server that refuses the call gives an error for the model to read. */
export function callFailure(
  cause: unknown,
  label: ServerLabel,
  { tool, signal }: { readonly tool: string; readonly signal: AbortSignal },
): LLMError {
  if (signal.aborted) return aborted(signal)
  const common = commonOf(cause, label)
  const status = httpStatus(cause)
  if (status !== undefined)
    return apiError({ message: messageOf(cause) }, { ...common, provider: label.name, status, hint: AGAIN })
  if (isGone(cause))
    return new ConnectionError({
      ...common,
      message: `The connection to ${label.name} broke: ${messageOf(cause)}.`,
      hint: AGAIN,
    })
  return new ToolError({
    ...common,
    message: `The tool ${tool} failed: ${isZodError(cause) ? 'its result is not of the protocol' : messageOf(cause)}`,
    hint: `See what ${label.name} says of it.`,
  })
}

function aborted({ reason }: AbortSignal): AbortedError {
  return new AbortedError({ message: 'The MCP server was told to stop: the signal is aborted.', cause: reason })
}

const AGAIN = 'Close these tools and call mcpTools again for a new connection.'

const commonOf = (cause: unknown, { secrets }: ServerLabel): Pick<APICallErrorOptions, 'cause' | 'secrets'> => ({
  cause,
  secrets,
})

/** The SDK tells by a code that a server went away, and by a plain error that it was gone before; `fetch` by a TypeError. */
function isGone(cause: unknown): boolean {
  if (codeOf(cause) === CONNECTION_CLOSED || cause instanceof TypeError) return true
  return cause instanceof Error && cause.constructor === Error && cause.message === 'Not connected'
}

function httpStatus(cause: unknown): number | undefined {
  const code = codeOf(cause)
  return code !== undefined && code >= 100 ? code : undefined
}

function codeOf(cause: unknown): number | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'number' ? code : undefined
}

function isZodError(cause: unknown): boolean {
  return cause instanceof Error && 'issues' in cause
}

/** What went wrong, without the end of a sentence: `fetch` says it in its cause. */
function messageOf(cause: unknown): string {
  const error = cause instanceof TypeError && cause.cause instanceof Error ? cause.cause : cause
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
}
