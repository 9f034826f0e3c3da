import { AbortedError } from '../errors/aborted-error.ts'
import { ToolError } from '../errors/tool-error.ts'
import { LLMError } from '../errors/llm-error.ts'
import { createDeadline, untilAborted } from '../http/deadline.ts'
import { readContent } from '../media/read-messages.ts'
import type { ToolCallPart, ToolResultPart } from '../message.ts'
import { describeIssues } from '../schema/check-value.ts'
import { checkArguments } from '../tools/check-arguments.ts'
import { toolContent } from '../tools/tool-output.ts'
import type { ToolOutcomeEvent } from './events.ts'
import type { AnyTool, Approval } from './run-options.ts'

/** What running tools takes. */
export interface ToolRun {
  readonly tools: readonly AnyTool[]
  readonly concurrency: number
  readonly toolTimeout: number | undefined
  readonly onToolError: 'tell' | 'throw'
  /** Of the whole run. */
  readonly signal: AbortSignal
}

/** What came of one call. */
export interface ToolOutcome {
  readonly result: ToolResultPart
  /** The arguments did not fit: the model may correct them. */
  readonly invalid: boolean
}

/**
 * Runs calls side by side: tells each outcome once it is there, and gives all in the order of the calls. A call that fails
 * is told to the model, or thrown; a run that is aborted always throws.
 */
export async function* runTools(
  calls: readonly ToolCallPart[],
  run: ToolRun,
  approvals: Readonly<Record<string, Approval>>,
): AsyncGenerator<ToolOutcomeEvent, readonly ToolOutcome[]> {
  const outcomes: ToolOutcome[] = new Array<ToolOutcome>(calls.length)
  const running = new Map<number, Promise<number>>()
  const left = calls.entries()
  const start = async (index: number, call: ToolCallPart): Promise<number> => {
    outcomes[index] = await settle(call, run, approvals[call.id])
    return index
  }
  const fill = (): void => {
    while (running.size < run.concurrency) {
      const next = left.next()
      if (next.done === true) return
      running.set(next.value[0], start(...next.value))
    }
  }
  for (fill(); running.size > 0;) {
    const index = await Promise.race(running.values())
    running.delete(index)
    fill()
    yield { type: 'tool-outcome', result: (outcomes[index] as ToolOutcome).result }
  }
  return outcomes
}

/** The calls that need somebody to agree before they are run. */
export async function callsToApprove(
  calls: readonly ToolCallPart[],
  tools: readonly AnyTool[],
): Promise<readonly ToolCallPart[]> {
  if (tools.every(tool => tool.needsApproval === undefined)) return []
  const needed = await Promise.all(calls.map(call => needsApproval(call, tools)))
  return calls.filter((_, index) => needed[index])
}

async function needsApproval(call: ToolCallPart, tools: readonly AnyTool[]): Promise<boolean> {
  const found = tools.find(tool => tool.name === call.name)
  if (found?.needsApproval === undefined || typeof found.needsApproval === 'boolean')
    return found?.needsApproval ?? false
  const checked = await checkArguments(call, found)
  try {
    return checked.ok && (await found.needsApproval(checked.value))
  } catch (cause) {
    throw new ToolError({
      message: `Whether ${call.name} needs approval could not be told: ${messageOf(cause)}`,
      hint: 'needsApproval threw, so the tool was not run; see the cause.',
      cause,
    })
  }
}

async function settle(call: ToolCallPart, run: ToolRun, approval: Approval | undefined): Promise<ToolOutcome> {
  try {
    run.signal.throwIfAborted()
    return { result: await runTool(call, run, approval), invalid: false }
  } catch (error) {
    if (run.signal.aborted)
      throw new AbortedError({ message: 'The run was aborted by its signal.', cause: run.signal.reason })
    const failure = error instanceof ToolFailure ? error : new ToolFailure(toolError(call.name, error))
    if (run.onToolError === 'throw') throw failure.error
    return { result: resultOf(call, failure.error.message, true), invalid: failure.invalid }
  }
}

async function runTool(call: ToolCallPart, run: ToolRun, approval: Approval | undefined): Promise<ToolResultPart> {
  const found = run.tools.find(tool => tool.name === call.name)
  if (found === undefined) throw new ToolFailure(unknownTool(call.name, run.tools), true)
  if (approval === false) return resultOf(call, 'The user does not allow this call.', true)
  if (typeof approval === 'object') return resultOf(call, `The user does not allow this call: ${approval.reason}`, true)
  const checked = await checkArguments(call, found)
  if (!checked.ok) throw new ToolFailure(invalidArguments(call.name, describeIssues(checked.issues)), true)
  const output = await within(found, run, signal => found.execute(checked.value, { toolCallId: call.id, signal }))
  return resultOf(call, await readContent(toolContent(call.name, output)), false)
}

/** Runs a tool until its time is over: one that does not listen to its signal is left to itself. */
async function within(tool: AnyTool, run: ToolRun, execute: (signal: AbortSignal) => unknown): Promise<unknown> {
  const timeout = tool.timeout ?? run.toolTimeout
  if (timeout === undefined) return untilAborted(started(execute, run.signal), run.signal)
  const deadline = createDeadline(run.signal, timeout)
  try {
    return await untilAborted(started(execute, deadline.signal), deadline.signal)
  } catch (error) {
    throw deadline.expired ? tookTooLong(tool.name, timeout) : error
  } finally {
    deadline.dispose()
  }
}

/** What a tool throws at once is a rejection like any other. */
async function started(execute: (signal: AbortSignal) => unknown, signal: AbortSignal): Promise<unknown> {
  return execute(signal)
}

/** A failure of a call, and whether the model may mend it by calling differently. */
class ToolFailure extends Error {
  readonly error: ToolError
  readonly invalid: boolean

  constructor(error: ToolError, invalid = false) {
    super(error.message)
    this.error = error
    this.invalid = invalid
  }
}

function resultOf({ id, name }: ToolCallPart, content: ToolResultPart['content'], failed: boolean): ToolResultPart {
  return { type: 'tool-result', toolCallId: id, name, content, ...(failed ? { isError: true } : {}) }
}

function unknownTool(name: string, tools: readonly AnyTool[]): ToolError {
  const names = tools.map(tool => tool.name).join(', ') || 'none'
  return new ToolError({
    message: `There is no tool ${name}. There are: ${names}.`,
    hint: 'Add the tool, or describe the others better.',
  })
}

function invalidArguments(name: string, problems: string): ToolError {
  return new ToolError({
    message: `The arguments of ${name} do not fit: ${problems}. Correct them and call it again.`,
    hint: 'Describe the parameters better, or raise maxRepairs.',
  })
}

function tookTooLong(name: string, ms: number | undefined): ToolError {
  return new ToolError({
    message: `The tool ${name} took longer than ${String(ms)} ms.`,
    hint: 'Raise its timeout, or make it faster.',
  })
}

function toolError(name: string, cause: unknown): ToolError {
  if (cause instanceof ToolError) return cause
  return new ToolError({
    message: `The tool ${name} failed: ${messageOf(cause)}`,
    hint: LLMError.is(cause) ? (cause.hint ?? '') : 'See the cause; the tool is yours.',
    cause,
  })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
