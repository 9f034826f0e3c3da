import type { ReasoningOptions } from '@llm/core'
import { warnDropped } from '@llm/protocol-openai'
import type { Request } from '../vendors.ts'

/** Thinking is switched on and off apart from its effort. Source: https://api-docs.deepseek.com/guides/thinking_mode */
export function switchThinking({ effort, ...rest }: ReasoningOptions, request: Request): object {
  for (const key of ['budgetTokens', 'summary'] as const) {
    if (rest[key] !== undefined) warnDropped(request, `reasoning.${key}`)
  }
  if (effort === 'none') return { thinking: { type: 'disabled' } }
  return effort === undefined ? {} : { thinking: { type: 'enabled' }, reasoning_effort: effort }
}

/**
 * A call without the reasoning before it is refused while the model thinks; an empty one will do, as for calls of another
 * host. Source: https://api-docs.deepseek.com/guides/thinking_mode#tool-calls
 */
export function fillReasoning(wire: Record<string, unknown>): Record<string, unknown> {
  return wire['tool_calls'] === undefined ? wire : { reasoning_content: '', ...wire }
}
