/**
 * The subset of JSON Schema that a model's structured output takes, as data. What it leaves out is taken as it is.
 *
 * @example
 * ```ts
 * import type { SchemaDialect } from '@llm/core'
 *
 * const dialect: SchemaDialect = { closed: true, keywords: ['type', 'properties', 'required', 'items', 'enum'] }
 * ```
 */
export interface SchemaDialect {
  /** Keywords that are enforced. Others move into the description, where the model reads them. Absent: all are. */
  readonly keywords?: readonly string[]
  /** Values of `format` that are taken. Absent: all, where `format` is. */
  readonly formats?: readonly string[]
  /** Every object gets `additionalProperties: false`. */
  readonly closed?: boolean
  /** Every property is required: one that was optional becomes nullable, and its `null` is taken out of the answer again. */
  readonly optional?: 'nullable'
  /** References are replaced by what they refer to. Recursion is cut, with a loss. */
  readonly inlineReferences?: boolean
  /** `const` becomes an `enum` of one, where it is a text or a number. */
  readonly constAsEnum?: boolean
  /** `oneOf` becomes `anyOf`. */
  readonly oneOfAsAnyOf?: boolean
  /** A list of types becomes `anyOf`; `null` among them `nullable: true`. */
  readonly nullableKeyword?: boolean
  /** A tuple becomes a list of any of its items. */
  readonly tuplesAsLists?: boolean
  /** The most objects and lists within each other. Deeper ones are cut, with a loss. */
  readonly maxDepth?: number
  /** Only where the host is told to be strict: for structured output, and for tools that are `strict`. */
  readonly strictOnly?: boolean
}

/** A schema as a model takes it. */
export interface CompiledSchema {
  readonly schema: Readonly<Record<string, unknown>>
  /** What the model does not enforce, each a short sentence. The answer is checked against the original all the same. */
  readonly losses: readonly string[]
  /** The schema cannot be enforced in this dialect at all, such as an object with free keys in a closed one. */
  readonly open: boolean
}
