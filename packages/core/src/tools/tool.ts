import type { Schema } from '../schema/schema.ts'

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
