import type { Clock } from '../clock.ts'
import type { Completion, CompletionOptions } from '../completion.ts'
import { ToolError } from '../errors/tool-error.ts'
import type { MessageInput } from '../media/media-input.ts'
import type { Message, ToolCallPart } from '../message.ts'
import type { CompletionEvent } from '../stream/events.ts'
import { sumUsage } from '../usage-sum.ts'
import type { RunEvent } from './events.ts'
import type {
  AnyTool,
  Approval,
  PausedRun,
  RunOptions,
  RunProgress,
  RunResult,
  RunStep,
  Spent,
  StepChanges,
  StopCondition,
} from './run-options.ts'
import { callsToApprove, runTools, type ToolRun } from './run-tools.ts'
import { afterSteps } from './stop-conditions.ts'

/** Asks the model once: yields what it says as it says it, or nothing, and gives the whole. */
export type AskModel = (
  messages: readonly MessageInput[],
  options: StepOptions,
) => AsyncGenerator<CompletionEvent, Completion>

/** What one step asks with. */
type StepOptions = CompletionOptions & { readonly model?: string | undefined }

/** What a run begins with. */
export interface RunStart {
  readonly messages: readonly Message[]
  /** Calls of the last message that somebody has now decided on. */
  readonly pending: readonly ToolCallPart[]
  readonly approvals: Readonly<Record<string, Approval>>
  /** What the run had used before it was paused. */
  readonly spent?: Spent | undefined
}

const STEPS = 10
const CONCURRENCY = 8
const REPAIRS = 1

/**
 * The one loop: ask the model, run what it calls, tell it what came of that, until it calls nothing more, a condition stops
 * it, or a call must be approved. Streamed or not, these are the steps.
 */
export class RunLoop {
  #ask: AskModel
  #options: RunOptions
  #clock: Clock
  #started: number
  #messages: readonly Message[] = []
  #steps: RunStep[] = []
  #repairs = 0
  #before: Spent = {}

  constructor(
    ask: AskModel,
    start: () => Promise<RunStart>,
    { options, clock }: { readonly options: RunOptions; readonly clock: Clock },
  ) {
    this.#ask = ask
    this.#options = options
    this.#clock = clock
    this.#started = clock.now()
    this.events = this.#run(start)
  }

  readonly events: AsyncGenerator<RunEvent, void>

  async *#run(start: () => Promise<RunStart>): AsyncGenerator<RunEvent, void> {
    const { messages, pending, approvals, spent = {} } = await start()
    this.#messages = messages
    this.#before = spent
    if (pending.length > 0) {
      const last = this.#messages.at(-1)
      const calls = clientCalls(last).filter(call => !hasResult(this.#messages, call))
      yield* this.#settle(calls, approvals)
    }
    for (;;) {
      yield { type: 'step-start', step: this.#steps.length + 1 }
      const { completion, tools } = yield* this.#step()
      const step = { completion, messages: [completion.message] }
      this.#messages = [...this.#messages, completion.message]
      this.#steps.push(step)
      const calls = runnable(completion)
      const waiting = await callsToApprove(calls, tools)
      if (waiting.length > 0) {
        const { usage, cost } = this.#progress()
        yield this.#finish('paused', { messages: this.#messages, pending: waiting, spent: { usage, cost } })
        return
      }
      yield* this.#settle(calls, {}, tools)
      yield { type: 'step-finish', step: this.#steps.at(-1) ?? step }
      const status = calls.length === 0 ? 'finished' : (await this.#mustStop()) ? 'stopped' : undefined
      if (status === undefined) continue
      yield this.#finish(status)
      return
    }
  }

  async *#step(): AsyncGenerator<CompletionEvent, { completion: Completion; tools: readonly AnyTool[] }> {
    const changes: StepChanges = (await this.#options.prepareStep?.(this.#progress())) ?? {}
    const { messages = this.#messages, tools = this.#options.tools ?? [], ...others } = changes
    const completion = yield* this.#ask(messages, { ...requestOptions(this.#options), ...others, tools })
    return { completion, tools }
  }

  /** Runs calls and adds their results to the conversation. */
  async *#settle(
    calls: readonly ToolCallPart[],
    approvals: Readonly<Record<string, Approval>>,
    tools: readonly AnyTool[] = this.#options.tools ?? [],
  ): AsyncGenerator<RunEvent, void> {
    if (calls.length === 0) return
    const outcomes = yield* runTools(calls, this.#toolRun(tools), approvals)
    this.#countRepairs(outcomes.some(({ invalid }) => invalid))
    const message: Message = { role: 'tool', content: outcomes.map(({ result }) => result) }
    this.#messages = [...this.#messages, message]
    const step = this.#steps.at(-1)
    if (step !== undefined) this.#steps[this.#steps.length - 1] = { ...step, messages: [...step.messages, message] }
  }

  /** A model that keeps calling wrongly is not going to learn it. */
  #countRepairs(invalid: boolean): void {
    this.#repairs = invalid ? this.#repairs + 1 : 0
    if (this.#repairs <= (this.#options.maxRepairs ?? REPAIRS)) return
    throw new ToolError({
      message: `The model called tools wrongly ${String(this.#repairs)} times in a row.`,
      hint: 'Describe the tools and their parameters better, raise maxRepairs, or use another model.',
    })
  }

  #toolRun(tools: readonly AnyTool[]): ToolRun {
    const { concurrency = CONCURRENCY, toolTimeout, onToolError = 'tell', signal } = this.#options
    return { tools, concurrency, toolTimeout, onToolError, signal }
  }

  async #mustStop(): Promise<boolean> {
    const { stopWhen = afterSteps(STEPS) } = this.#options
    const conditions: readonly StopCondition[] = typeof stopWhen === 'function' ? [stopWhen] : stopWhen
    for (const condition of conditions) if (await condition(this.#progress())) return true
    return false
  }

  #progress(): RunProgress {
    const completions = this.#steps.map(({ completion }) => completion)
    const { usage = [], cost = [] } = this.#before
    const costs = [cost, ...completions.map(answer => answer.cost?.total ?? [])].flat()
    return {
      steps: [...this.#steps],
      messages: this.#messages,
      usage: sumUsage([usage, ...completions.map(answer => answer.usage)].flat()),
      ...(costs.length === 0 ? {} : { cost: costs.reduce((sum, each) => sum + each, 0) }),
      elapsed: this.#clock.now() - this.#started,
    }
  }

  #finish(status: RunResult['status'], paused?: PausedRun): RunEvent {
    const completion = this.#steps.at(-1)?.completion
    if (completion === undefined)
      throw new ToolError({ message: 'The run has no answer.', hint: 'This is a defect of the library.' })
    const result = {
      ...this.#progress(),
      completion,
      text: completion.text,
      status,
      ...(paused === undefined ? {} : { paused }),
    }
    return { type: 'run-finish', result }
  }
}

/** The calls that may be run: never those of an answer that was cut, whose arguments are not whole. */
function runnable({ toolCalls, finishReason }: Completion): readonly ToolCallPart[] {
  return finishReason === 'length' ? [] : toolCalls.filter(call => call.status !== 'incomplete')
}

function clientCalls(message: Message | undefined): readonly ToolCallPart[] {
  if (message?.role !== 'assistant' || typeof message.content === 'string') return []
  return message.content.filter(part => part.type === 'tool-call').filter(part => part.providerExecuted !== true)
}

function hasResult(messages: readonly Message[], call: ToolCallPart): boolean {
  return messages.some(({ role, content }) => role === 'tool' && content.some(result => result.toolCallId === call.id))
}

/** What of a run's options goes with every call of the model. */
function requestOptions(options: RunOptions): CompletionOptions {
  const {
    stopWhen: _,
    prepareStep: __,
    concurrency: ___,
    toolTimeout: ____,
    onToolError: _____,
    maxRepairs: ______,
    tools: _______,
    ...others
  } = options
  return others
}
