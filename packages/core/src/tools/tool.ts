import type { UserPartInput } from '../media/media-input.ts'
import type { InferSchema, Schema } from '../schema/schema.ts'

/** A tool that the model may ask the caller to run. */
export interface ToolDefinition {
  /** Letters, digits, `_` and `-`, at most 64 characters: what every host takes. */
  readonly name: string
  /** What it does and when to use it: the model reads this. */
  readonly description?: string | undefined
  /** The arguments: a Standard Schema (zod, Valibot, ArkType) or a JSON Schema. Absent for a tool without any. */
  readonly parameters?: Schema | undefined
  /** Hold the model to the schema exactly, where the host can. Defaults to the host's own default. */
  readonly strict?: boolean | undefined
}

/** Whether and which tool the model must call. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }

/** What a tool is told besides its arguments. */
export interface ToolContext {
  /** The id of the call. */
  readonly toolCallId: string
  /** Aborted when the run is, or when the tool has taken too long. */
  readonly signal: AbortSignal
}

/** What a tool may give back: parts for the model to see, or any value that JSON can write. */
export type ToolOutput = unknown

/** A tool that {@link ModelClient.run} can run. */
export interface RunnableTool<Arguments = never> extends ToolDefinition {
  /** Runs it. Arguments are checked and typed by `parameters`. Throw to tell the model that it failed. */
  readonly execute: (input: Arguments, context: ToolContext) => ToolOutput
  /** The run pauses before this tool until somebody agrees: always, or for such arguments. */
  readonly needsApproval?: boolean | ((input: Arguments) => boolean | Promise<boolean>) | undefined
  /** The most milliseconds that it may take. Defaults to the run's `toolTimeout`. */
  readonly timeout?: number | undefined
}

/** Parts that a tool may show the model: they are passed on where the host takes them in a result. */
export type ToolResultContent = UserPartInput

/**
 * Makes a tool. The types of its arguments come from the schema.
 *
 * @example
 * ```ts
 * import { tool } from '@llm/core'
 * import { z } from 'zod'
 *
 * const weather = tool({
 *   name: 'weather',
 *   description: 'The weather in a city.',
 *   parameters: z.object({ city: z.string() }),
 *   execute: ({ city }) => `It is sunny in ${city}.`,
 * })
 * ```
 */
export function tool<S extends Schema>(
  definition: Omit<RunnableTool<InferSchema<S>>, 'parameters'> & { readonly parameters: S },
): RunnableTool<InferSchema<S>>
export function tool(
  definition: Omit<RunnableTool<Record<never, never>>, 'parameters'>,
): RunnableTool<Record<never, never>>
export function tool(definition: RunnableTool): RunnableTool {
  return Object.freeze({ ...definition })
}
