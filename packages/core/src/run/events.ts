import type { ToolResultPart } from '../message.ts'
import type { CompletionEvent } from '../stream/events.ts'
import type { RunResult, RunStep } from './run-options.ts'

/** A step begins: the model is asked. */
export interface StepStartEvent {
  readonly type: 'step-start'
  /** Counted from 1. */
  readonly step: number
}

/** A tool has been run, or refused. */
export interface ToolOutcomeEvent {
  readonly type: 'tool-outcome'
  readonly result: ToolResultPart
}

/** A step is over: the answer is complete, and its calls have their results. */
export interface StepFinishEvent {
  readonly type: 'step-finish'
  readonly step: RunStep
}

/** The run is over, or waits. Always last. */
export interface RunFinishEvent {
  readonly type: 'run-finish'
  readonly result: RunResult
}

/** What a streamed run yields: the events of each answer, and what happens between them. */
export type RunEvent = CompletionEvent | StepStartEvent | ToolOutcomeEvent | StepFinishEvent | RunFinishEvent
