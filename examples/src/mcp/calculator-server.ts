import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

// An MCP server like any other: a program that speaks the protocol over its standard input and output.
const server = new McpServer({ name: 'calculator', version: '1.0.0' })

const numbers = { a: z.number(), b: z.number() }
const text = (value: number) => ({ content: [{ type: 'text' as const, text: String(value) }] })

server.registerTool('add', { description: 'Adds two numbers.', inputSchema: numbers }, ({ a, b }) => text(a + b))
server.registerTool('divide', { description: 'Divides a by b.', inputSchema: numbers }, ({ a, b }) => {
  if (b === 0) throw new Error('Nothing can be divided by zero.')
  return text(a / b)
})

await server.connect(new StdioServerTransport())
