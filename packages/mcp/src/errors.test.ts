import {
  AbortedError,
  ConnectionError,
  MalformedResponseError,
  NotFoundError,
  TimeoutError,
  ToolError,
} from '@llm/core'
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema, McpError } from '@modelcontextprotocol/sdk/types.js'
import { expect, test } from 'vitest'
import { callFailure, connectFailure } from './errors.ts'

const label = { name: 'MCP server x', secrets: ['hunter2-hunter2'], stderr: () => '' }
const zod = CallToolResultSchema.safeParse(1).error
const dropped = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED.') })
const never = new AbortController().signal

test.each([
  ['a refused connection', dropped, [ConnectionError, 'MCP server x did not start: connect ECONNREFUSED.']],
  ['no word', new McpError(-32001, 'late'), [TimeoutError, 'was not ready in time']],
  [
    'a status',
    new StreamableHTTPError(404, 'Nothing here'),
    [NotFoundError, 'answered 404: Streamable HTTP error: Nothing here'],
  ],
  ['nonsense', zod, [MalformedResponseError, 'not of the protocol']],
  ['a secret', new Error('bad key hunter2-hunter2'), [ConnectionError, 'bad key [redacted]']],
])('connecting: %s', (_name, cause, [type, message]) => {
  const error = connectFailure(cause, label, undefined)
  expect(error).toBeInstanceOf(type)
  expect(error.message).toContain(message)
  expect(error.hint).toMatch(/\.$/)
})

test.each([
  ['a refusal', new McpError(-32602, 'no such city'), [ToolError, 'The tool t failed: MCP error -32602: no such city']],
  ['nonsense', zod, [ToolError, 'its result is not of the protocol']],
  ['a server that went', new McpError(-32000, 'Connection closed'), [ConnectionError, 'MCP server x broke']],
  ['a server that was gone', new Error('Not connected'), [ConnectionError, 'Not connected.']],
  ['a session that ended', new StreamableHTTPError(404, 'Session not found'), [NotFoundError, 'Session not found']],
])('calling: %s', (_name, cause, [type, message]) => {
  const error = callFailure(cause, label, { tool: 't', signal: never })
  expect(error).toBeInstanceOf(type)
  expect(error.message).toContain(message)
  expect(error.hint).toMatch(/\.$/)
})

test('an abort goes before everything, and an error of this library stays as it is', () => {
  const signal = AbortSignal.abort()
  expect(connectFailure(dropped, label, signal)).toBeInstanceOf(AbortedError)
  expect(callFailure(dropped, label, { tool: 't', signal })).toBeInstanceOf(AbortedError)
  const own = new ToolError({ message: 'own' })
  expect(connectFailure(own, label, never)).toBe(own)
})
