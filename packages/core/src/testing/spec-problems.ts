import type { CatalogueEntry } from '../specs/catalogue-entry.ts'
import type { ModelSpec, ParameterSpec } from '../specs/model-spec.ts'
import { ModelSpecRegistry } from '../specs/registry.ts'

/**
 * What cannot be right in a family's specs, each a short sentence: names that are taken twice, dates that are none, ranges
 * that hold nothing, refusals without a remedy, replacements that are going themselves, and what contradicts the catalogue.
 *
 * @example
 * ```ts
 * import type { ModelSpec } from '@llm/core'
 * import { specProblems } from '@llm/core/testing'
 *
 * declare const specs: readonly ModelSpec[]
 *
 * specProblems(specs, {}) // []
 * ```
 */
export function specProblems(
  specs: readonly ModelSpec[],
  catalogue: Readonly<Record<string, CatalogueEntry>>,
): readonly string[] {
  const registry = new ModelSpecRegistry(specs)
  return [
    ...takenTwice(specs),
    ...specs.flatMap(spec => {
      const entry = catalogue[spec.id]
      const found = [
        ...dates(spec),
        ...limits(spec),
        ...parameters(spec),
        ...replacement(spec, registry),
        ...(entry === undefined ? [] : contradictions(spec, entry)),
      ]
      return found.map(problem => `${spec.id}: ${problem}`)
    }),
  ]
}

/** An id is also what hosts may call it. */
function takenTwice(specs: readonly ModelSpec[]): readonly string[] {
  const names = specs.flatMap(({ id, aliases = [], hosts = {} }) => [
    ...new Set([id, ...Object.values(hosts)]),
    ...aliases,
  ])
  return names.filter((name, index) => names.indexOf(name) !== index).map(name => `${name} names two models`)
}

function dates({ releasedAt = '', knowledgeCutoff = '', deprecated }: ModelSpec): readonly string[] {
  const isDay = (text: string): boolean => /^20\d\d-[01]\d-[0-3]\d$/.test(text)
  return [
    ...(releasedAt === '' || isDay(releasedAt) ? [] : ['its release is no date']),
    ...(knowledgeCutoff === '' || /^20\d\d-[01]\d$/.test(knowledgeCutoff) ? [] : ['its knowledge ends in no month']),
    ...(releasedAt !== '' && knowledgeCutoff > releasedAt ? ['it knows what came after it'] : []),
    ...(deprecated?.on === undefined || isDay(deprecated.on) ? [] : ['its end is no date']),
    ...(deprecated?.on !== undefined && deprecated.on < releasedAt ? ['it ends before it begins'] : []),
  ]
}

function limits({
  contextWindow,
  maxOutputTokens,
  capabilities: { tools, jsonSchema, toolsWithSchema },
}: ModelSpec): readonly string[] {
  return [
    ...((contextWindow ?? 1) > 0 && (maxOutputTokens ?? 1) > 0 ? [] : ['a limit is not above 0']),
    ...((maxOutputTokens ?? 0) > (contextWindow ?? Infinity) ? ['it writes more than its window holds'] : []),
    ...(toolsWithSchema === true && !(tools === true && jsonSchema === true)
      ? ['it combines what it does not have']
      : []),
  ]
}

function replacement({ deprecated }: ModelSpec, registry: ModelSpecRegistry): readonly string[] {
  if (deprecated?.use === undefined) return []
  const instead = registry.find(deprecated.use)
  if (instead === undefined) return [`its replacement ${deprecated.use} is not known`]
  return instead.deprecated === undefined ? [] : [`its replacement ${deprecated.use} is going too`]
}

function parameters(spec: ModelSpec): readonly string[] {
  return Object.entries(spec.parameters).flatMap(([name, parameter]) => {
    const found = parameter.supported === false ? refusal(parameter) : range(parameter)
    return found.map(problem => `${name} ${problem}`)
  })
}

function refusal({ remedy, ...rest }: ParameterSpec): readonly string[] {
  return [
    ...(remedy === undefined || remedy === '' ? ['is refused without a remedy'] : []),
    ...(Object.keys(rest).length > 1 ? ['is refused and has a range'] : []),
  ]
}

function range({ min = -Infinity, max = Infinity, values, default: usual }: ParameterSpec): readonly string[] {
  const number = typeof usual === 'number' ? usual : undefined
  return [
    ...(min > max ? ['has a range that holds nothing'] : []),
    ...(number !== undefined && (number < min || number > max) ? ['has a default out of its range'] : []),
    ...(values?.length === 0 ? ['has no values'] : []),
    ...(values !== undefined && usual !== undefined && !values.includes(usual)
      ? ['has a default that is no value']
      : []),
  ]
}

function contradictions(spec: ModelSpec, entry: CatalogueEntry): readonly string[] {
  const { input, output = ['text'], effort, reasoning = false, search = false, hosts = {} } = entry
  const effortSpec = spec.parameters['reasoning.effort']
  const levels = effortSpec?.supported === false ? [] : (effortSpec?.values ?? [])
  return [
    ...(input.every(modality => spec.input.includes(modality)) ? [] : ['it takes less than its catalogue says']),
    ...(output.join() === spec.output.join() ? [] : ['it makes something else than its catalogue says']),
    ...(effort === undefined || effort.join() === levels.join() ? [] : ['it has other levels of effort']),
    ...(!reasoning || spec.capabilities.reasoning === true ? [] : ['it reasons by its catalogue']),
    ...(!search || spec.capabilities.webSearch === true ? [] : ['it searches by its catalogue']),
    ...Object.entries(hosts).flatMap(([host, name]) =>
      spec.hosts?.[host] === name ? [] : [`it has another id at ${host}`],
    ),
  ]
}
