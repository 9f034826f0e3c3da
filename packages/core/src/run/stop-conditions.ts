import type { StopCondition } from './run-options.ts'

/**
 * Stops after so many steps.
 *
 * @example
 * ```ts
 * import { afterSteps, type ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 *
 * await client.run('Go.', { stopWhen: afterSteps(3) })
 * ```
 */
export function afterSteps(count: number): StopCondition {
  return ({ steps }) => steps.length >= count
}

/**
 * Stops after a step in which a tool of this name was called.
 *
 * @example
 * ```ts
 * import { afterTool, type ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 *
 * await client.run('Go.', { stopWhen: afterTool('answer') })
 * ```
 */
export function afterTool(name: string): StopCondition {
  return ({ steps }) => steps.at(-1)?.completion.toolCalls.some(call => call.name === name) === true
}

/**
 * Stops once so many tokens have been used.
 *
 * @example
 * ```ts
 * import { afterTokens, type ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 *
 * await client.run('Go.', { stopWhen: afterTokens(50_000) })
 * ```
 */
export function afterTokens(count: number): StopCondition {
  return ({ usage }) => (usage.totalTokens ?? 0) >= count
}

/**
 * Stops once so many US dollars have been spent, where the cost is known.
 *
 * @example
 * ```ts
 * import { afterCost, type ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 *
 * await client.run('Go.', { stopWhen: afterCost(0.5) })
 * ```
 */
export function afterCost(dollars: number): StopCondition {
  return ({ cost }) => (cost ?? 0) >= dollars
}

/**
 * Stops after the step in which so many milliseconds have passed.
 *
 * @example
 * ```ts
 * import { afterTime, type ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 *
 * await client.run('Go.', { stopWhen: afterTime(60_000) })
 * ```
 */
export function afterTime(ms: number): StopCondition {
  return ({ elapsed }) => elapsed >= ms
}
