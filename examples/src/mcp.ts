import { fileURLToPath } from 'node:url'
import { gpt } from '@llm/client-gpt'
import { mcpTools } from '@llm/mcp'
import { callTool, mock } from '@llm/provider-mock'

// Runs offline: the model is scripted, the MCP server is the program beside this one.
const provider = mock({
  replies: [callTool('calc_divide', { a: 84, b: 0 }), callTool('calc_divide', { a: 84, b: 2 }), 'It is 42.'],
})
const client = gpt('gpt-5-mini', { provider })

const script = fileURLToPath(new URL('./mcp/calculator-server.ts', import.meta.url))
await using calculator = await mcpTools({ command: process.execPath, args: [script] }, { prefix: 'calc_' })
console.log('tools:', calculator.tools.map(({ name }) => name).join(', '))

const run = client.streamRun('How much is half of 84?', { tools: calculator.tools })
for await (const event of run) {
  if (event.type === 'tool-call') console.log('call:', event.toolCall.name, event.toolCall.arguments)
  if (event.type === 'tool-outcome') console.log(event.result.isError ? 'failed:' : 'result:', event.result.content)
}
console.log('answer:', (await run.result()).text)
