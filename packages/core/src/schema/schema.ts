import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'

/** A JSON Schema (draft 2020-12 or draft 7), as plain data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** A schema object that validates and describes itself: zod 4, ArkType 2.2, Valibot with `toStandardJsonSchema()`. */
export type StandardSchema<Output = unknown> = StandardSchemaV1<unknown, Output> & StandardJSONSchemaV1<unknown, Output>

/** What is taken wherever a schema is: a Standard Schema, whose type then flows to the result, or a JSON Schema. */
export type Schema<Output = unknown> = StandardSchema<Output> | JsonSchema

/** The type that a schema's valid values have; `unknown` for a plain JSON Schema. */
export type InferSchema<S> = S extends { readonly '~standard': { readonly types?: infer T } }
  ? NonNullable<T> extends { readonly output: infer Output }
    ? Output
    : unknown
  : unknown
