import type { ReasoningOptions } from '../completion.ts'
import type { Modality, ModelPrice } from './model-spec.ts'

/**
 * What catalogues say of a model: the raw material of a family's specs, written by `pnpm specs:update`. How the model
 * behaves is for the family to say.
 *
 * @example
 * ```ts
 * import type { CatalogueEntry } from '@llm/core'
 *
 * const entry: CatalogueEntry = {
 *   contextWindow: 128_000,
 *   maxOutputTokens: 16_000,
 *   input: ['text', 'image'],
 *   effort: ['low', 'high'],
 *   hosts: { 'example-host': 'example/example-large' },
 * }
 * ```
 */
export interface CatalogueEntry {
  /** Input and output together, in tokens. */
  readonly contextWindow?: number
  /** In tokens. */
  readonly maxOutputTokens?: number
  readonly input: readonly Modality[]
  /** Text where it is absent. */
  readonly output?: readonly Modality[]
  /** It can think. */
  readonly reasoning?: boolean
  /** How hard it can think, weakest first, where it takes levels. */
  readonly effort?: readonly NonNullable<ReasoningOptions['effort']>[]
  /** Its maker's API can search for it. */
  readonly search?: boolean
  /** What its maker asks for it, in US dollars per million tokens; where that depends on the size of a prompt, for a small one. */
  readonly price?: ModelPrice
  /** Its id at each host that is known to serve it, keyed by provider id. */
  readonly hosts?: Readonly<Record<string, string>>
  /** Other names for it: dated ones, and those of regions. */
  readonly aliases?: readonly string[]
}
