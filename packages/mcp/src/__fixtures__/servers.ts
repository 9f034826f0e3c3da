import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { JsonObject, RunnableTool } from '@llm/core'
import { expect, vi } from 'vitest'
import type { McpHttpServer, McpStdioServer, McpTools } from '../index.ts'

const SCRIPT = fileURLToPath(new URL('./server.ts', import.meta.url))
export const stdio = (...words: readonly string[]): McpStdioServer => ({ command: process.execPath, args: [SCRIPT, ...words] })

interface HttpServer {
  readonly process: ChildProcess
  readonly url: string
  readonly written: () => string
}

export async function startHttp(): Promise<HttpServer> {
  const child = spawn(process.execPath, [SCRIPT, 'http'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let written = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (written += chunk))
  await vi.waitFor(() => {
    expect(written).toMatch(/^\d+\n/)
  }, 10_000)
  return { process: child, url: `http://127.0.0.1:${written.trim()}/mcp?key=url-secret`, written: () => written }
}

export const HEADERS: McpHttpServer['headers'] = { authorization: 'Bearer letmein-please' }

export const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  )

/** Gives the process a moment to begin what it was told. */
export const begun = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 100))

export function find({ tools }: McpTools, name: string): RunnableTool<JsonObject> {
  const found = tools.find(tool => tool.name === name)
  if (found === undefined) throw new Error(`no tool ${name}`)
  return found
}

export const call = async (tools: McpTools, name: string, input: JsonObject = {}): Promise<unknown> =>
  find(tools, name).execute(input, { toolCallId: 'c1', signal: new AbortController().signal })
