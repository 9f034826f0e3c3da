import type { CompletionRequest, ToolDefinition } from '@llm/core'
import { describe, expect, test } from 'vitest'
import { HOSTS, type PortableHost } from './portability/hosts.ts'
import { recordedConversations, specOf, type RecordedConversation } from './portability/recorded-conversations.ts'

const folder = process.env['LLM_RECORDINGS']
const conversations = folder === undefined ? [] : await recordedConversations(folder)

const tools: readonly ToolDefinition[] = [{ name: 'weather', parameters: { type: 'object', properties: {} } }]

/** The families that a host may run when a conversation comes to it: its own, or the same one and another. */
function familiesAt({ family }: PortableHost, conversation: RecordedConversation): readonly string[] {
  return family === undefined ? [conversation.family, 'another'] : [family]
}

async function continued(conversation: RecordedConversation, host: PortableHost, family: string): Promise<string> {
  const { messages } = conversation
  const request: CompletionRequest = { model: host.model, messages, tools, spec: specOf(family, host.model) }
  const preview = await host.create().preview?.(request)
  return JSON.stringify(preview?.body)
}

/** What is wrong with a continued conversation. */
async function problemsAt(conversation: RecordedConversation, host: PortableHost): Promise<readonly string[]> {
  const { protocol } = host.create()
  const found = familiesAt(host, conversation).map(async family => {
    const body = await continued(conversation, host, family)
    const own = protocol === conversation.protocol && family === conversation.family
    return [
      ...host.rules(JSON.parse(body)),
      ...(own
        ? []
        : conversation.secrets
            .filter(secret => body.includes(JSON.stringify(secret).slice(1, -1)))
            .map(secret => `leaks ${secret}`)),
      ...(own
        ? conversation.wanted
            .filter(secret => !body.includes(JSON.stringify(secret).slice(1, -1)))
            .map(secret => `lacks ${secret}`)
        : []),
    ].map(problem => `${conversation.name} as ${family}: ${problem.slice(0, 300)}`)
  })
  return (await Promise.all(found)).flat()
}

describe.skipIf(folder === undefined)('recorded conversations (LLM_RECORDINGS)', () => {
  test('are those of all hosts', () => {
    const counts = Object.fromEntries(
      HOSTS.map(({ name }) => [name, conversations.filter(({ host }) => host.name === name).length]),
    )
    expect(counts).toEqual({
      anthropic: 48,
      azure: 25,
      'azure responses': 5,
      bedrock: 42,
      deepseek: 31,
      'deepseek responses': 3,
      google: 48,
      groq: 6,
      mistral: 34,
      ollama: 41,
      openai: 45,
      'openai chat': 3,
      openrouter: 38,
      vertex: 36,
      xai: 28,
      'xai chat': 0,
    })
  })

  test('have calls of tools at nearly all hosts, and what only its host can read at those that seal', () => {
    const hostsOf = (has: (conversation: RecordedConversation) => boolean): readonly string[] =>
      HOSTS.map(({ name }) => name).filter(name => conversations.some(one => one.host.name === name && has(one)))
    const without = ['openai chat', 'deepseek responses', 'xai chat']
    expect(hostsOf(({ messages }) => messages.some(({ role }) => role === 'tool'))).toEqual(
      HOSTS.map(({ name }) => name).filter(name => !without.includes(name)),
    )
    expect(hostsOf(({ wanted }) => wanted.length > 0)).toEqual([
      'openai',
      'azure responses',
      'anthropic',
      'google',
      'vertex',
      'openrouter',
      'bedrock',
      'xai',
    ])
  })

  test.each(HOSTS)('go on at $name', async host => {
    const problems = await Promise.all(conversations.map(conversation => problemsAt(conversation, host)))
    expect(problems.flat()).toEqual([])
  })
})
