import type { ModelSpec } from './model-spec.ts'

/**
 * The models that a family knows, found by id, alias or a host's id.
 *
 * @example
 * ```ts
 * import { ModelSpecRegistry } from '@llm/core'
 *
 * const registry = new ModelSpecRegistry([
 *   { id: 'example-1', family: 'example', input: ['text'], output: ['text'], capabilities: {}, parameters: {} },
 * ])
 * registry.find('example-1')?.family // 'example'
 * registry.resolve('example-2').inherits // 'example-1'
 * ```
 */
export class ModelSpecRegistry {
  readonly specs: readonly ModelSpec[]
  #byId: Map<string, ModelSpec> = new Map()

  constructor(specs: readonly ModelSpec[]) {
    this.specs = specs
    for (const spec of specs) {
      for (const id of [spec.id, ...(spec.aliases ?? []), ...Object.values(spec.hosts ?? {})]) {
        if (!this.#byId.has(id)) this.#byId.set(id, spec)
      }
    }
  }

  /** The model of this id, alias or host id. */
  find(id: string): ModelSpec | undefined {
    return this.#byId.get(id)
  }

  /** The model of this id, or else one like the newest of the family: `inherits` says which, and each call warns of it. */
  resolve(id: string): ModelSpec {
    const known = this.find(id)
    if (known !== undefined) return known
    const newest = this.newest()
    if (newest === undefined) return { ...BLANK, id, inherits: '' }
    const { aliases: _, hosts: __, ...inherited } = newest
    return { ...inherited, id, inherits: newest.id }
  }

  /** The member of the family that was released last and writes text. */
  newest(): ModelSpec | undefined {
    const candidates = this.specs.filter(spec => spec.output.includes('text') && spec.deprecated === undefined)
    return candidates.reduce<ModelSpec | undefined>(
      (best, spec) => (best === undefined || (spec.releasedAt ?? '') > (best.releasedAt ?? '') ? spec : best),
      undefined,
    )
  }
}

const BLANK: Omit<ModelSpec, 'id'> = { family: '', input: ['text'], output: ['text'], capabilities: {}, parameters: {} }
