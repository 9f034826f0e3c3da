import type { Message } from '@llm/core'
import { parseWith, renderWith } from '@llm/core/testing'
import { expect, test } from 'vitest'
import { createResponsesCodec } from './codec.ts'
import { addHostTools } from './host-tools.ts'

const codec = createResponsesCodec()

test('tools that the host runs stand beside functions, each in its form', () => {
  const weather = { type: 'function', name: 'weather' }
  const { tools } = addHostTools(
    { model: 'm', tools: [weather] },
    {
      codeExecution: { fileIds: ['file_1'] },
      mcpServers: [
        { name: 'tracker', url: 'https://mcp.example.com', authorization: 'token', allowedTools: ['search'] },
        { name: 'mail', connectorId: 'connector_gmail' },
      ],
      serverTools: [{ type: 'image_generation', size: '1024x1024' }],
    },
  )
  expect(tools).toEqual([
    weather,
    { type: 'code_interpreter', container: { type: 'auto', file_ids: ['file_1'] } },
    {
      type: 'mcp',
      server_label: 'tracker',
      server_url: 'https://mcp.example.com',
      authorization: 'token',
      allowed_tools: ['search'],
      require_approval: 'never',
    },
    { type: 'mcp', server_label: 'mail', connector_id: 'connector_gmail', require_approval: 'never' },
    { type: 'image_generation', size: '1024x1024' },
  ])
  expect(addHostTools({}, { codeExecution: { container: 'cntr_1' } })).toEqual({
    tools: [{ type: 'code_interpreter', container: 'cntr_1' }],
  })
})

test('nothing is added where nothing is asked for, and the body is left as it is', () => {
  const body = { model: 'm', tools: [{ type: 'function', name: 'a' }] }
  expect(addHostTools(body, { codeExecution: false })).toBe(body)
  addHostTools(body, { codeExecution: true })
  expect(body.tools).toHaveLength(1)
})

test('the computer takes the place of the function that stands for it', () => {
  const functions = ['computer', 'weather'].map(name => ({ type: 'function', name }))
  expect(addHostTools({ tools: functions }, { computerUse: true })).toEqual({
    tools: [functions[1], { type: 'computer' }],
  })
})

const item = {
  type: 'computer_call',
  id: 'cu_1',
  call_id: 'call_1',
  status: 'completed',
  actions: [{ type: 'click', x: 1, y: 2, button: 'left' }],
  pending_safety_checks: [{ id: 's1', code: 'malicious', message: 'Look.' }],
}

test('what the model does at the computer is a call for the caller, and goes back with a screenshot', async () => {
  const body = { id: 'r1', model: 'm', status: 'completed', output: [item] }
  const completion = await parseWith(
    codec,
    `data: ${JSON.stringify({ type: 'response.output_item.done', output_index: 0, item })}\n\ndata: ${JSON.stringify({ type: 'response.completed', response: body })}\n\n`,
  )
  expect(completion.finishReason).toBe('tool-calls')
  expect(completion.toolCalls).toMatchObject([
    { id: 'call_1', name: 'computer', arguments: { actions: item.actions, safetyChecks: item.pending_safety_checks } },
  ])
  const image = { type: 'image', source: { base64: 'AAAA', mediaType: 'image/png' } } as const
  const history = (content: string | readonly [typeof image]): readonly Message[] => [
    { role: 'user', content: 'Click.' },
    completion.message,
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'call_1', content }] },
  ]
  const answer = { status: 'completed', output: [] }
  const shown = await renderWith(codec, { messages: history([image]) }, answer)
  expect((shown.body as { input: unknown[] }).input.slice(1)).toEqual([
    item,
    {
      type: 'computer_call_output',
      call_id: 'call_1',
      output: { type: 'computer_screenshot', image_url: 'data:image/png;base64,AAAA' },
      acknowledged_safety_checks: item.pending_safety_checks,
    },
  ])
  const refused = await renderWith(codec, { messages: history('not allowed') }, answer)
  expect((refused.body as { input: unknown[] }).input[2]).toMatchObject({ type: 'function_call_output' })
})
