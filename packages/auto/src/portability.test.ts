import { portHistory, type Message, type ToolDefinition } from '@llm/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conversation, ORIGINS, sealOf } from './portability/conversations.ts'
import { HOSTS } from './portability/hosts.ts'
import { specOf } from './portability/recorded-conversations.ts'

const RUNS = Math.ceil(10_000 / HOSTS.length)
const tools: readonly ToolDefinition[] = [{ name: 'weather', parameters: { type: 'object', properties: {} } }]

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

test.each(HOSTS)('$name takes every conversation that any host can have had', async host => {
  const provider = host.create()
  const bodyOf = async (messages: readonly Message[], family: string, offered: boolean): Promise<string> => {
    const spec = specOf(family, host.model)
    const preview = await provider.preview?.({ model: host.model, messages, spec, ...(offered && { tools }) })
    return JSON.stringify(preview?.body)
  }
  const property = fc.asyncProperty(
    conversation,
    fc.constantFrom('gpt', 'claude', 'gemini'),
    fc.boolean(),
    async (messages, family, offered) => {
      const body = await bodyOf(freeze(messages), family, offered)
      expect(host.rules(JSON.parse(body))).toEqual([])
      const foreign = ORIGINS.filter(origin => origin.protocol !== provider.protocol || origin.family !== family)
      expect(foreign.filter(origin => body.includes(sealOf(origin)))).toEqual([])
      const loaded = JSON.parse(JSON.stringify(messages)) as readonly Message[]
      expect(await bodyOf(loaded, family, offered)).toBe(body)
      const target = { protocol: provider.protocol, family }
      const once = portHistory(messages, target).messages
      expect(portHistory(once, target)).toEqual({ messages: once, warnings: [] })
    },
  )
  await fc.assert(property, { numRuns: RUNS })
})
