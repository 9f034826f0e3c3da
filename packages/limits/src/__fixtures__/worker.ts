import { budget, LLMError, rateLimit, type BudgetOptions, type Provider, type RateLimitOptions } from '@llm/core'
import { createHeldProvider } from '@llm/core/testing'
import { setTimeout as sleep } from 'node:timers/promises'
import { sharedLimits, type SharedLimitsOptions } from '../shared-limits.ts'

/** What a process can be asked to do. */
export type Task =
  /** Takes from a limit as fast as it can, until so many milliseconds have gone by. Answers with the times of its takes. */
  | { do: 'take'; key: string; limit: number; windowMs: number; forMs: number }
  /** Makes so many calls at once under a rate limit. Answers with what each came to: `ok` or the code of its error. */
  | { do: 'call'; count: number; options: RateLimitOptions; timeout?: number; maxTokens?: number }
  /** Makes calls under a budget, one after the other, likewise. */
  | { do: 'spend'; count: number; options: BudgetOptions; maxTokens: number }
  /** Begins a call under a budget that never ends. Answers when it was let in. */
  | { do: 'hold'; options: BudgetOptions; maxTokens: number }

const limits = sharedLimits(JSON.parse(process.argv[2] ?? '') as SharedLimitsOptions)
const { provider: held, calls } = createHeldProvider()
/** Answers at once, in one token. */
const host: Provider = {
  ...held,
  complete(call) {
    const answer = held.complete(call)
    calls.at(-1)?.answer()
    return answer
  },
}
const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const

async function take({ key, limit, windowMs, forMs }: Extract<Task, { do: 'take' }>): Promise<number[]> {
  const taken: number[] = []
  for (const until = Date.now() + forMs; Date.now() < until;) {
    const grant = await limits.rateLimits.take([{ key, limit, windowMs, amount: 1 }])
    if (grant.taken) taken.push(grant.at)
    else await sleep(grant.retryInMs)
  }
  return taken
}

const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => (LLMError.is(error) ? error.code : String(error)),
  )

async function perform(task: Task): Promise<unknown> {
  if (task.do === 'take') return take(task)
  if (task.do === 'call') {
    const { timeout, maxTokens } = task
    const provider = rateLimit({ ...task.options, store: limits.rateLimits })(host)
    const calls = Array.from({ length: task.count }, () => provider.complete({ ...request, timeout, maxTokens }))
    return Promise.all(calls.map(outcome))
  }
  const { maxTokens } = task
  const through = budget({ ...task.options, store: limits.budgets })
  if (task.do === 'hold') {
    const { promise, resolve } = Promise.withResolvers<string>()
    const endless = (): Promise<never> => {
      resolve('held')
      return new Promise(() => undefined)
    }
    const never = through<Provider>({ ...host, complete: endless })
    void outcome(never.complete({ ...request, maxTokens })).then(resolve)
    return promise
  }
  const outcomes: string[] = []
  for (let call = 0; call < task.count; call++) {
    outcomes.push(await outcome(through(host).complete({ ...request, maxTokens })))
  }
  return outcomes
}

process.on('message', (task: Task) => {
  void perform(task).then(answer => process.send?.(answer))
})
// So that all are connected before the first of them is asked.
await limits.rateLimits.take([{ key: 'ready', limit: 1000, windowMs: 1000, amount: 1 }])
process.send?.('ready')
