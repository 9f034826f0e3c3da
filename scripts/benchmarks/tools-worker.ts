import { createOpenAI } from '@ai-sdk/openai'
import { gpt } from '@llm/client-gpt'
import { afterSteps, tool, type Message } from '@llm/core'
import { openai } from '@llm/provider-openai'
import { generateText, stepCountIs, tool as aiTool, type ModelMessage } from 'ai'
import { z } from 'zod'
import { cpuTime } from './tasks/cpu-time.ts'

// Started with a library; answers each message with the µs of CPU time that a step takes: the calls alone, or its loop.

const STEPS = 10
const RUNS = 20

/** Nine calls of a tool, then a text: chat completions, made before. */
const ANSWERS = Array.from({ length: STEPS }, (_, step) => {
  const called = { id: `call_${String(step)}`, type: 'function', function: { name: 'add', arguments: '{"a":1,"b":2}' } }
  const last = step === STEPS - 1
  const message = { role: 'assistant', content: last ? 'Done.' : null, ...(!last && { tool_calls: [called] }) }
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'gpt-4.1-mini',
    choices: [{ index: 0, message, finish_reason: last ? 'stop' : 'tool_calls' }],
    usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
  })
})
let asked = 0
const headers = { 'content-type': 'application/json' }
const fetch = (() =>
  Promise.resolve(new Response(ANSWERS[asked++ % STEPS], { headers }))) as unknown as typeof globalThis.fetch

const parameters = z.object({ a: z.number(), b: z.number() })
const description = 'Adds two numbers.'
const settings = { baseURL: 'http://stub.test/v1', apiKey: 'sk-benchmark', fetch }
const PROMPT = 'Add up.'

/** Asks ten times, as a loop would, and how its own loop does it. */
interface Library {
  calls(): Promise<void>
  loop(): Promise<string>
}

function llm(): Library {
  const client = gpt('gpt-4.1-mini', { provider: openai({ ...settings, api: 'chat' }) })
  const add = tool({ name: 'add', description, parameters, execute: ({ a, b }) => String(a + b) })
  return {
    async calls() {
      const messages: Message[] = [{ role: 'user', content: PROMPT }]
      for (let step = 0; step < STEPS; step++) {
        const { message, toolCalls } = await client.complete(messages, { tools: [add] })
        messages.push(message)
        const content = toolCalls.map(({ id }) => ({ type: 'tool-result', toolCallId: id, content: '3' }) as const)
        if (content.length > 0) messages.push({ role: 'tool', content })
      }
    },
    loop: async () => (await client.run(PROMPT, { tools: [add], stopWhen: afterSteps(STEPS) })).text,
  }
}

function aiSdk(): Library {
  const model = createOpenAI(settings).chat('gpt-4.1-mini')
  const { execute: _, ...bare } = aiTool({ description, inputSchema: parameters, execute: () => '' })
  const add = aiTool({ description, inputSchema: parameters, execute: ({ a, b }) => String(a + b) })
  return {
    async calls() {
      const messages: ModelMessage[] = [{ role: 'user', content: PROMPT }]
      for (let step = 0; step < STEPS; step++) {
        const { response, toolCalls } = await generateText({ model, messages, tools: { add: bare } })
        messages.push(...response.messages)
        const content = toolCalls.map(
          ({ toolCallId, toolName }) =>
            ({ type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: '3' } }) as const,
        )
        if (content.length > 0) messages.push({ role: 'tool', content })
      }
    },
    loop: async () =>
      (await generateText({ model, prompt: PROMPT, tools: { add }, stopWhen: stepCountIs(STEPS) })).text,
  }
}

const library = process.argv[2] === 'ai-sdk' ? aiSdk() : llm()

const CASES: Readonly<Record<string, () => Promise<void>>> = {
  calls: () => library.calls(),
  async loop() {
    if ((await library.loop()) !== 'Done.') throw new Error('another answer came')
  },
}

process.on('message', (name: string) => {
  void cpuTime(async () => {
    for (let run = 0; run < RUNS; run++) await CASES[name]?.()
  }).then(spent => process.send?.(spent / RUNS / STEPS))
})
