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
    const ids = (spec: ModelSpec): readonly string[] => [spec.id]
    const aliases = (spec: ModelSpec): readonly string[] => spec.aliases ?? []
    const hostIds = (spec: ModelSpec): readonly string[] => Object.values(spec.hosts ?? {})
    // A model's own name counts before another's alias, and that before what a host calls one.
    for (const names of [ids, aliases, hostIds]) for (const spec of specs) this.#add(names(spec), spec)
  }

  #add(names: readonly string[], spec: ModelSpec): void {
    for (const name of names) if (!this.#byId.has(name)) this.#byId.set(name, spec)
  }

  /** The model of this id, alias or host id. */
  find(id: string): ModelSpec | undefined {
    return this.#byId.get(id)
  }

  /**
   * The model of this id, or else one like the newest of its line (the first word of the id) or of the family: `inherits`
   * says which, and each call warns of it.
   */
  resolve(id: string): ModelSpec {
    const known = this.find(id)
    if (known !== undefined) return known
    const newest = this.newest(lineOf(id)) ?? this.newest()
    if (newest === undefined) return { ...BLANK, id, inherits: '' }
    const { aliases: _, hosts: __, ...inherited } = newest
    return { ...inherited, id, inherits: newest.id }
  }

  /** The member of the family, or of one of its lines, that was released last, writes text and goes on. */
  newest(line?: string): ModelSpec | undefined {
    const candidates = this.specs.filter(
      ({ id, output, deprecated }) =>
        output.includes('text') && deprecated === undefined && (line === undefined || lineOf(id) === line),
    )
    return candidates.reduce<ModelSpec | undefined>(
      (best, spec) => (best === undefined || (spec.releasedAt ?? '') > (best.releasedAt ?? '') ? spec : best),
      undefined,
    )
  }
}

/** The first word of a model's name, which hosts may put a vendor before: `coder` of `maker/coder-2`. */
function lineOf(id: string): string | undefined {
  return /[^/:-]+(?=[^/]*$)/.exec(id)?.[0]
}

const BLANK: Omit<ModelSpec, 'id'> = { family: '', input: ['text'], output: ['text'], capabilities: {}, parameters: {} }
