import type { ClientRequest } from '../client/client-options.ts'
import type { Completion, CompletionOptions } from '../completion.ts'
import { ValidationError } from '../errors/validation-error.ts'
import type { Message, ToolCallPart } from '../message.ts'
import type { RunnableTool } from '../tools/tool.ts'
import type { Usage } from '../usage.ts'

/** A tool of any arguments, in a list of different ones. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments are checked by each tool's own schema
export type AnyTool = RunnableTool<any>

/** One answer of the model, and what came of the calls in it. */
export interface RunStep {
  readonly completion: Completion
  /** The messages that this step added: the answer, and the results of its calls. */
  readonly messages: readonly Message[]
}

/** How far a run has come: what a stop condition may ask about. */
export interface RunProgress {
  /** Since the run began, or went on. */
  readonly steps: readonly RunStep[]
  /** The whole conversation so far. */
  readonly messages: readonly Message[]
  /** Of all steps together, and of those before a pause. */
  readonly usage: Usage
  /** Of the same, in US dollars; absent where it is not known. */
  readonly cost?: number
  /** Milliseconds since the run began, or went on. */
  readonly elapsed: number
}

/** Ends a run after a step, where it says so. */
export type StopCondition = (progress: RunProgress) => boolean | Promise<boolean>

/** What the next step does otherwise. */
export interface StepChanges extends Omit<Partial<ClientRequest>, 'tools'> {
  readonly tools?: readonly AnyTool[] | undefined
}

/** How {@link ModelClient.run} runs tools. */
export interface RunOptions extends Omit<CompletionOptions, 'tools'> {
  readonly tools?: readonly AnyTool[] | undefined
  /** Ends the run where any of them says so. Defaults to ten steps. */
  readonly stopWhen?: StopCondition | readonly StopCondition[] | undefined
  /** Changes the model, the tools, the messages or anything else, before a step. */
  readonly prepareStep?:
    ((progress: RunProgress) => StepChanges | undefined | Promise<StepChanges | undefined>) | undefined
  /** The most tools that run at once. Defaults to 8. */
  readonly concurrency?: number | undefined
  /** The most milliseconds that a tool may take. Defaults to no limit. */
  readonly toolTimeout?: number | undefined
  /**
   * What to do when a tool fails, does not exist, or is called with arguments that do not fit: tell the model, which may
   * try again, or throw a {@link ToolError}.
   *
   * @default 'tell'
   */
  readonly onToolError?: 'tell' | 'throw' | undefined
  /** How often in a row the model may correct its arguments before the run throws. Defaults to 1. */
  readonly maxRepairs?: number | undefined
}

/** A run that waits for somebody to agree to calls. Plain data: save it, and go on with it anywhere. */
export interface PausedRun {
  readonly messages: readonly Message[]
  /** The calls that wait. */
  readonly pending: readonly ToolCallPart[]
  /** What the run has used until here: the limits on tokens and money go on counting from it. */
  readonly spent?: Spent | undefined
}

/** What a run has used. */
export interface Spent {
  readonly usage?: Usage | undefined
  /** In US dollars. */
  readonly cost?: number | undefined
}

/** What somebody says of a pending call. */
export type Approval = boolean | { readonly approved: false; readonly reason: string }

/** How a paused run goes on: the pause, and an answer for every pending call, by its id. */
export interface ResumedRun {
  readonly resume: PausedRun
  readonly approvals: Readonly<Record<string, Approval>>
}

/** What came of a run. */
export interface RunResult extends RunProgress {
  /** The last answer. */
  readonly completion: Completion
  /** The text of the last answer. */
  readonly text: string
  /** `finished`: the model had nothing more to ask. `stopped`: a condition. `paused`: calls wait for approval. */
  readonly status: 'finished' | 'stopped' | 'paused'
  /** Of a paused run. */
  readonly paused?: PausedRun
}

/** @throws {@link ValidationError} for a number that cannot be. */
export function checkRunOptions({ concurrency = 1, maxRepairs = 0, toolTimeout = 1 }: RunOptions): void {
  const whole = (value: number, least: number): boolean => Number.isInteger(value) && value >= least
  const wrong =
    (!whole(concurrency, 1) && 'concurrency must be a whole number above 0') ||
    (!whole(maxRepairs, 0) && 'maxRepairs must be a whole number, or 0') ||
    (!(toolTimeout > 0) && 'toolTimeout must be a number of milliseconds above 0')
  if (wrong === false) return
  const [parameter = ''] = wrong.split(' ')
  throw new ValidationError({
    message: `${wrong}.`,
    hint: `Give such a number, or leave ${parameter} out for the default.`,
    parameter,
  })
}
