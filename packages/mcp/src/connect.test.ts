import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  AbortedError,
  ConnectionError,
  MalformedResponseError,
  TimeoutError,
  UnsupportedOperationError,
} from '@llm/core'
import { describe, expect, test, vi } from 'vitest'
import { begun, call, failure, HEADERS, startHttp, stdio } from './__fixtures__/servers.ts'
import { mcpTools } from './index.ts'

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the process', () => {
  test('is gone after closing', async () => {
    const tools = await mcpTools(stdio())
    const pid = Number(await call(tools, 'pid'))
    expect(isAlive(pid)).toBe(true)
    await tools.close()
    expect(isAlive(pid)).toBe(false)
  })

  test('is killed where it does not want to end', { timeout: 15_000 }, async () => {
    const tools = await mcpTools(stdio('stubborn'))
    const pid = Number(await call(tools, 'pid'))
    await tools.close()
    expect(isAlive(pid)).toBe(false)
  })

  test('gets the environment that it is given, and not the keys of this one', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'ours')
    const tools = await mcpTools({ ...stdio(), env: { WEATHER_KEY: 'theirs' } })
    const environment: unknown = JSON.parse(String(await call(tools, 'environment')))
    vi.unstubAllEnvs()
    await tools.close()
    expect(environment).toMatchObject({ WEATHER_KEY: 'theirs', PATH: expect.any(String) })
    expect(environment).not.toHaveProperty('OPENAI_API_KEY')
  })

  test('that is killed in the middle ends its calls', async () => {
    const tools = await mcpTools(stdio())
    const waiting = failure(call(tools, 'wait'))
    process.kill(Number(await call(tools, 'pid')), 'SIGKILL')
    const error = await waiting
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ message: expect.stringContaining('The connection to MCP server node broke') })
    expect(await failure(call(tools, 'add', { a: 1, b: 1 }))).toBeInstanceOf(ConnectionError)
    await tools.close()
  })
})

describe('connecting', () => {
  test('to a command that does not exist', async () => {
    const error = await failure(mcpTools({ command: 'there-is-no-such-command' }))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({
      message: expect.stringMatching(/^MCP server there-is-no-such-command did not start: .*ENOENT/),
      hint: expect.stringContaining('installed'),
    })
  })

  test('to a program that ends at once tells what it wrote, but for the secrets that it was given', async () => {
    const script = 'console.error("no module here for " + process.env.TOKEN); process.exit(1)'
    const server = { command: process.execPath, args: ['-e', script], env: { TOKEN: 'hunter2-hunter2' } }
    const error = await failure(mcpTools(server))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ message: expect.stringContaining('It wrote: no module here for [redacted]') })
  })

  test('to a program that says nothing gives up in time', async () => {
    const error = await failure(mcpTools(stdio('silent'), { connectTimeout: 200 }))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ timer: 'connect' })
  })

  test('is given up when its signal says so', async () => {
    const reason = new Error('changed my mind')
    const aborted = await failure(mcpTools(stdio(), { signal: AbortSignal.abort(reason) }))
    expect(aborted).toBeInstanceOf(AbortedError)
    const controller = new AbortController()
    const connecting = failure(mcpTools(stdio('silent'), { signal: controller.signal }))
    await begun()
    controller.abort(reason)
    expect(await connecting).toMatchObject({ name: 'AbortedError', cause: { message: 'changed my mind' } })
  })

  test('to a server without tools, or with no end of them', async () => {
    expect(await failure(mcpTools(stdio('toolless')))).toBeInstanceOf(UnsupportedOperationError)
    expect(await failure(mcpTools(stdio('endless')))).toBeInstanceOf(MalformedResponseError)
  })
})

test('nothing that was opened keeps a program alive once it is closed', { timeout: 20_000 }, async () => {
  const http = await startHttp()
  const program = `
    import { mcpTools } from '@llm/mcp'
    for (const server of ${JSON.stringify([stdio(), { url: http.url, headers: HEADERS }])}) {
      const { tools, close } = await mcpTools(server)
      console.log(await tools[0].execute({ a: 1, b: 2 }, { signal: new AbortController().signal }))
      await close()
    }
    setTimeout(() => console.log('still here'), 1500).unref()`
  const args = ['--conditions=@llm/source', '--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, timeout: 15_000 })
  http.process.kill()
  expect(stdout).toBe('3\n3\n')
})
