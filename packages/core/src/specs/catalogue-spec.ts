import type { CatalogueEntry } from './catalogue-entry.ts'
import type { ModelSpec } from './model-spec.ts'

/** What a family knows of a model besides its limits and its behaviour. */
export interface ModelFacts {
  /** When it was released, as `YYYY-MM-DD`. */
  readonly released?: string
  /** The last month that it knows of, as `YYYY-MM`. */
  readonly knows?: string
  /** Other names for it. */
  readonly aliases?: readonly string[]
  /** That it goes, or is gone. */
  readonly ends?: ModelSpec['deprecated'] | undefined
}

/**
 * Puts a spec together: what the catalogues say of a model, what is known of it besides, and how it behaves.
 *
 * @example
 * ```ts
 * import { catalogueSpec } from '@llm/core'
 *
 * const spec = catalogueSpec(
 *   { input: ['text'], contextWindow: 128_000 },
 *   { released: '2026-01-31' },
 *   { id: 'example-1', family: 'example', capabilities: { tools: true }, parameters: {} },
 * )
 * spec.releasedAt // '2026-01-31'
 * ```
 */
export function catalogueSpec(
  entry: CatalogueEntry,
  { released, knows, aliases = [], ends }: ModelFacts,
  behaviour: Omit<ModelSpec, 'input' | 'output'> & Partial<ModelSpec>,
): ModelSpec {
  const { contextWindow, maxOutputTokens, input, output = ['text'], price, hosts = {} } = entry
  const known = [behaviour.id, ...Object.values(hosts)]
  return {
    input,
    output,
    hosts,
    aliases: [...new Set([...aliases, ...(entry.aliases ?? [])])].filter(name => !known.includes(name)),
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(price === undefined ? {} : { price }),
    ...(released === undefined ? {} : { releasedAt: released }),
    ...(knows === undefined ? {} : { knowledgeCutoff: knows }),
    ...(ends === undefined ? {} : { deprecated: ends }),
    ...behaviour,
  }
}
