import type { Clock } from '../clock.ts'
import type { Completion, CompletionOptions } from '../completion.ts'
import { ToolError } from '../errors/tool-error.ts'
import { createDeadline, type Deadline } from '../http/deadline.ts'
import type { MessageInput } from '../media/media-input.ts'
import type { Message, ToolCallPart } from '../message.ts'
import type { CompletionEvent } from '../stream/events.ts'
import { sumUsage } from '../usage-sum.ts'
import type { Usage } from '../usage.ts'
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

/** Calls, and what somebody says of them. */
interface Settled {
  readonly calls: readonly ToolCallPart[]
  readonly approvals: Readonly<Record<string, Approval>>
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
  #request: CompletionOptions
  #clock: Clock
  #started: number
  /** One signal for the tools of all steps. */
  #deadline: Deadline
  #messages: readonly Message[] = []
  #steps: RunStep[] = []
  #repairs = 0
  #usage: Usage | undefined
  #cost: number | undefined

  constructor(
    ask: AskModel,
    start: () => Promise<RunStart>,
    { options, clock }: { readonly options: RunOptions; readonly clock: Clock },
  ) {
    this.#ask = ask
    this.#options = options
    this.#request = requestOptions(options)
    this.#clock = clock
    this.#started = clock.now()
    this.#deadline = createDeadline(options.signal, undefined)
    this.events = this.#run(start)
  }

  readonly events: AsyncGenerator<RunEvent, void>

  async *#run(start: () => Promise<RunStart>): AsyncGenerator<RunEvent, void> {
    let result: RunEvent | undefined
    try {
      const pending = await this.#begin(start)
      if (pending !== undefined) yield* this.#settle(pending.calls, pending.approvals)
      while (result === undefined) {
        yield { type: 'step-start', step: this.#steps.length + 1 }
        const { completion, tools } = yield* this.#step()
        const calls = runnable(completion)
        const waiting = await callsToApprove(calls, tools)
        if (waiting.length > 0) {
          result = this.#pause(waiting)
          break
        }
        if (calls.length > 0) yield* this.#settle(calls, {}, tools)
        yield { type: 'step-finish', step: this.#steps.at(-1) as RunStep }
        if (calls.length === 0) result = this.#finish('finished')
        else if (await this.#mustStop()) result = this.#finish('stopped')
      }
      yield result
    } finally {
      // A tool that still runs when another one has failed works for nobody.
      if (result === undefined) this.#deadline.abort()
      this.#deadline.dispose()
    }
  }

  /** Takes up the conversation, and the calls of a paused run that somebody has now decided on. */
  async #begin(start: () => Promise<RunStart>): Promise<Settled | undefined> {
    const { messages, pending, approvals, spent = {} } = await start()
    this.#messages = messages
    this.#usage = spent.usage
    this.#cost = spent.cost
    if (pending.length === 0) return undefined
    return { calls: clientCalls(messages.at(-1)).filter(call => !hasResult(messages, call)), approvals }
  }

  async *#step(): AsyncGenerator<CompletionEvent, { completion: Completion; tools: readonly AnyTool[] }> {
    const changes: StepChanges = (await this.#options.prepareStep?.(this.#progress())) ?? {}
    const { messages = this.#messages, tools = this.#options.tools ?? [], ...others } = changes
    const completion = yield* this.#ask(messages, { ...this.#request, ...others, tools })
    this.#messages = [...this.#messages, completion.message]
    this.#steps.push({ completion, messages: [completion.message] })
    this.#count(completion)
    return { completion, tools }
  }

  /** Runs calls and adds their results to the conversation. */
  async *#settle(
    calls: readonly ToolCallPart[],
    approvals: Readonly<Record<string, Approval>>,
    tools: readonly AnyTool[] = this.#options.tools ?? [],
  ): AsyncGenerator<RunEvent, void> {
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
    const { concurrency = CONCURRENCY, toolTimeout, onToolError = 'tell' } = this.#options
    return { tools, concurrency, toolTimeout, onToolError, signal: this.#deadline.signal }
  }

  async #mustStop(): Promise<boolean> {
    const { stopWhen = afterSteps(STEPS) } = this.#options
    const conditions: readonly StopCondition[] = typeof stopWhen === 'function' ? [stopWhen] : stopWhen
    for (const condition of conditions) if (await condition(this.#progress())) return true
    return false
  }

  #count({ usage, cost }: Completion): void {
    this.#usage = sumUsage(this.#usage === undefined ? [usage] : [this.#usage, usage])
    if (cost !== undefined) this.#cost = (this.#cost ?? 0) + cost.total
  }

  #progress(): RunProgress {
    return {
      steps: [...this.#steps],
      messages: this.#messages,
      usage: this.#usage ?? sumUsage([]),
      ...(this.#cost === undefined ? {} : { cost: this.#cost }),
      elapsed: this.#clock.now() - this.#started,
    }
  }

  #pause(pending: readonly ToolCallPart[]): RunEvent {
    const { messages, usage, cost } = this.#progress()
    return this.#finish('paused', { messages, pending, spent: { usage, cost } })
  }

  #finish(status: RunResult['status'], paused?: PausedRun): RunEvent {
    const completion = this.#steps.at(-1)?.completion
    if (completion === undefined)
      throw new ToolError({
        message: 'The run has no answer.',
        hint: 'This is a defect of the library: please report it, with its version.',
      })
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
