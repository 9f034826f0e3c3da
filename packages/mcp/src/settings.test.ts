import { ConfigurationError } from '@llm/core'
import { describe, expect, test } from 'vitest'
import { mcpTools, type McpOptions, type McpServer } from './index.ts'

async function problemOf(server: unknown, options?: unknown): Promise<string> {
  try {
    await mcpTools(server as McpServer, options as McpOptions)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    expect((error as ConfigurationError).hint).toMatch(/\.$/)
    return (error as ConfigurationError).message
  }
  return expect.unreachable()
}

describe('a server', () => {
  test.each([
    [{}, 'neither a command nor a url'],
    [undefined, 'not an object'],
    ['npx server', 'not an object'],
    [{ command: 'npx', arguments: [] }, 'no setting "arguments"'],
    [{ command: 'npx', url: 'http://localhost' }, 'no setting "url"'],
    [{ command: '' }, 'The command is empty'],
    [{ command: 'npx', args: '-y' }, 'args must be a list'],
    [{ command: 'npx', args: [1] }, 'Not all args are texts'],
    [{ command: 'npx', env: { A: 1 } }, 'Not all env are texts'],
    [{ url: 'localhost' }, 'The url is none of HTTP'],
    [{ url: 'ftp://localhost' }, 'The url is none of HTTP'],
    [{ url: 'http://localhost', header: {} }, 'no setting "header"'],
    [{ url: 'http://localhost', headers: { a: 1 } }, 'Not all headers are texts'],
    [{ url: 'http://localhost', fetch: true }, 'fetch must be a function'],
  ])('%j', async (server, problem) => {
    expect(await problemOf(server)).toContain(problem)
  })
})

describe('options', () => {
  test.each([
    [{ includes: [] }, 'no setting "includes"'],
    [{ include: 'add' }, 'include must be a list'],
    [{ prefix: 'my tools' }, 'The prefix cannot begin'],
    [{ prefix: '1_' }, 'The prefix cannot begin'],
    [{ needsApproval: 'always' }, 'needsApproval must be a boolean'],
    [{ timeout: '1' }, 'timeout must be a number'],
  ])('%j', async (options, problem) => {
    expect(await problemOf({ command: 'npx' }, options)).toContain(problem)
  })
})
