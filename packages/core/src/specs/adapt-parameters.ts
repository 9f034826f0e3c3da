import type { CompletionRequest, ReasoningOptions } from '../completion.ts'
import { ValidationError } from '../errors/validation-error.ts'
import type { Warning } from '../warning.ts'
import type { ModelSpec, ParameterName, ParameterSpec } from './model-spec.ts'

type Scalar = string | number | boolean
type Verdict = {
  readonly code: 'parameter-dropped' | 'parameter-changed'
  readonly value?: Scalar
  readonly why: string
  readonly did: string
}

/**
 * Fits a request's parameters to its model: drops what the model refuses and clamps what is out of range, each with a
 * warning that says the parameter, the value, the range, the model and a remedy. The request itself is not changed. `host`
 * is the id of the provider that it goes to, as some models end at one host only.
 *
 * @throws {@link ValidationError} instead of adapting, where the request is `strict`.
 * @example
 * ```ts
 * import { adaptParameters } from '@llm/core'
 *
 * const { request, warnings } = adaptParameters({
 *   model: 'm',
 *   messages: [{ role: 'user', content: 'Hi' }],
 *   temperature: 3,
 *   spec: { id: 'm', family: 'f', input: ['text'], output: ['text'], capabilities: {}, parameters: { temperature: { max: 2 } } },
 * })
 * request.temperature // 2
 * warnings[0]?.message // 'm takes temperature up to 2; 3 was lowered to 2.'
 * ```
 */
export function adaptParameters(
  request: CompletionRequest,
  host?: string,
): { request: CompletionRequest; warnings: readonly Warning[] } {
  const { spec } = request
  if (spec === undefined) return { request, warnings: [] }
  const adapted = { ...request } as Record<string, unknown> & CompletionRequest
  const warnings = specWarnings(spec, host)
  for (const name of parameterNames(spec)) {
    const parameter = parameterSpec(spec, name)
    const value = read(adapted, name)
    if (value === undefined || parameter === undefined) continue
    const verdict = unmet(name, parameter, adapted) ?? judge(name, value, bounded(parameter, adapted))
    if (verdict === undefined) continue
    const why = `${spec.id} ${verdict.why}`
    const remedy = parameter.remedy === undefined ? undefined : `${capitalise(parameter.remedy)}.`
    if (request.strict === true) throw refusal(name, why, remedy)
    write(adapted, name, verdict.value)
    const message = [`${why}; ${verdict.did}.`, remedy].filter(Boolean).join(' ')
    warnings.push({ code: verdict.code, message, parameter: name })
  }
  return { request: adapted, warnings }
}

/** What there is to say of the model itself. */
function specWarnings({ id, inherits, deprecated }: ModelSpec, host: string | undefined): Warning[] {
  const warnings: Warning[] = []
  if (inherits !== undefined) {
    const then = inherits === '' ? 'no rule of a model is applied' : `it is treated like ${inherits}`
    const message = `The model ${JSON.stringify(id)} is not known to this version of the library: ${then}.`
    warnings.push({ code: 'unknown-model', message, parameter: 'model' })
  }
  if (deprecated !== undefined && (deprecated.at ?? host) === host) {
    const { on, use, at } = deprecated
    const where = at === undefined ? '' : ` at ${at}`
    const message = `${id} is deprecated${where}${on === undefined ? '' : ` and ends on ${on}`}.${use === undefined ? '' : ` Use ${use}.`}`
    warnings.push({ code: 'deprecated-model', message, parameter: 'model' })
  }
  return warnings
}

/** What a model says of a parameter, its output limit included. */
function parameterSpec(spec: ModelSpec, name: ParameterName): ParameterSpec | undefined {
  const parameter = spec.parameters[name]
  if (name !== 'maxTokens' || spec.maxOutputTokens === undefined) return parameter
  return { max: spec.maxOutputTokens, ...parameter }
}

/** The output limit comes first, as others may have to be below it. */
function parameterNames(spec: ModelSpec): readonly ParameterName[] {
  const names = Object.keys(spec.parameters) as ParameterName[]
  return ['maxTokens', ...names.filter(name => name !== 'maxTokens')]
}

/** The verdict on a parameter that does not go with the others of the request. */
function unmet(
  name: ParameterName,
  { onlyWith, notWith = [] }: ParameterSpec,
  request: CompletionRequest,
): Verdict | undefined {
  const other = notWith.find(item => ![undefined, 'none'].includes(read(request, item) as string | undefined))
  if (other !== undefined) return without(`takes ${name} only without ${other}`)
  if (onlyWith === undefined) return undefined
  const { parameter, values } = onlyWith
  const value = read(request, parameter) ?? request.spec?.parameters[parameter]?.default
  if (values.includes(value as Scalar)) return undefined
  return without(`takes ${name} only with ${parameter} ${values.map(item => JSON.stringify(item)).join(' or ')}`)
}

function without(why: string): Verdict {
  return { code: 'parameter-dropped', why, did: 'it was dropped' }
}

/** A range that ends where another parameter says. */
function bounded(parameter: ParameterSpec, request: CompletionRequest): ParameterSpec {
  const limit = parameter.below === undefined ? undefined : read(request, parameter.below)
  if (typeof limit !== 'number') return parameter
  return { ...parameter, max: Math.min(parameter.max ?? Infinity, limit - 1) }
}

function judge(
  name: ParameterName,
  value: unknown,
  { supported, min, max, values }: ParameterSpec,
): Verdict | undefined {
  const shown = JSON.stringify(value)
  if (supported === false) return without(`does not take ${name}`)
  if (values !== undefined && !values.includes(value as Scalar)) {
    return {
      code: 'parameter-dropped',
      why: `takes ${name} ${values.map(item => JSON.stringify(item)).join(', ')}`,
      did: `${shown} was dropped`,
    }
  }
  if (typeof value !== 'number') return undefined
  if (min !== undefined && max !== undefined && min > max) {
    return without(`takes ${name} from ${String(min)}, for which there is no room below ${String(max + 1)}`)
  }
  if (min !== undefined && value < min) {
    return {
      code: 'parameter-changed',
      value: min,
      why: `takes ${name} from ${String(min)}`,
      did: `${shown} was raised to ${String(min)}`,
    }
  }
  if (max !== undefined && value > max) {
    return {
      code: 'parameter-changed',
      value: max,
      why: `takes ${name} up to ${String(max)}`,
      did: `${shown} was lowered to ${String(max)}`,
    }
  }
  return undefined
}

function refusal(name: ParameterName, why: string, remedy: string | undefined): ValidationError {
  const hint = remedy ?? `Leave ${name} out, or turn strict off to have it adapted.`
  return new ValidationError({ message: `${why}.`, hint, parameter: name })
}

function read(request: CompletionRequest, name: ParameterName): unknown {
  if (name === 'reasoning.effort') return request.reasoning?.effort
  if (name === 'reasoning.budgetTokens') return request.reasoning?.budgetTokens
  return request[name]
}

function write(
  request: Record<string, unknown> & CompletionRequest,
  name: ParameterName,
  value: Scalar | undefined,
): void {
  const target: Record<string, unknown> = request
  if (name === 'reasoning.effort') target['reasoning'] = withoutUndefined({ ...request.reasoning, effort: value })
  else if (name === 'reasoning.budgetTokens')
    target['reasoning'] = withoutUndefined({ ...request.reasoning, budgetTokens: value })
  else target[name] = value
}

function withoutUndefined(options: Record<string, unknown>): ReasoningOptions | undefined {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
