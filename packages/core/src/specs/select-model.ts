import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import type { Modality, ModelCapabilities, ModelSpec } from './model-spec.ts'

/** What a model must be able to do. */
export interface ModelRequirements {
  readonly input?: readonly Modality[] | undefined
  readonly output?: readonly Modality[] | undefined
  readonly capabilities?: readonly (keyof ModelCapabilities)[] | undefined
  /** At least so many tokens. */
  readonly contextWindow?: number | undefined
  /** At least so many tokens. */
  readonly maxOutputTokens?: number | undefined
  /** A provider id: only models that its spec says run there. */
  readonly host?: string | undefined
}

/** How {@link selectModel} chooses. */
export interface SelectOptions {
  readonly requires?: ModelRequirements | undefined
  /** The most that a call may cost, in US dollars. Models without a price are left out where it is set. */
  readonly maxCost?: number | undefined
  /** The tokens of the call that `maxCost` and `prefer: 'cost'` are about. Defaults to 3,000 in and 1,000 out. */
  readonly tokens?: { readonly input: number; readonly output: number } | undefined
  /**
   * `cost`: the cheapest. `quality`: the dearest, as vendors price their models by what they can do; the newest of equals.
   * `latency`: those that do not reason first, then the cheapest, as small models answer sooner.
   *
   * @default 'cost'
   */
  readonly prefer?: 'cost' | 'quality' | 'latency' | undefined
}

const TOKENS = { input: 3000, output: 1000 }

/**
 * The model that fits best. Deprecated models are left out.
 *
 * @throws {@link UnsupportedOperationError} where none fits.
 * @example
 * ```ts
 * import { selectModel, type ModelSpec } from '@llm/core'
 *
 * declare const specs: readonly ModelSpec[]
 *
 * const { id } = selectModel(specs, { requires: { input: ['image'], capabilities: ['tools'] }, prefer: 'cost' })
 * ```
 */
export function selectModel(specs: readonly ModelSpec[], options: SelectOptions = {}): ModelSpec {
  const { requires = {}, maxCost, tokens = TOKENS, prefer = 'cost' } = options
  const cost = (spec: ModelSpec): number => costOf(spec, tokens)
  const [best] = specs
    .filter(spec => spec.deprecated === undefined && meets(spec, requires))
    .filter(spec => maxCost === undefined || cost(spec) <= maxCost)
    .sort(ORDERS[prefer](cost))
  if (best !== undefined) return best
  throw new UnsupportedOperationError({
    message: 'No model meets these requirements.',
    hint: `Ask for less, or raise maxCost. Asked for: ${JSON.stringify({ ...requires, maxCost })}.`,
  })
}

type Order = (a: ModelSpec, b: ModelSpec) => number

const newest: Order = (a, b) => (b.releasedAt ?? '').localeCompare(a.releasedAt ?? '')

/** Unknown prices are infinite: last where cheap is wanted, and never the best that money buys. */
const ORDERS: Readonly<Record<'cost' | 'quality' | 'latency', (cost: (spec: ModelSpec) => number) => Order>> = {
  cost: cost => (a, b) => compare(cost(a), cost(b)) || newest(a, b),
  quality: cost => (a, b) => compare(finite(cost(b)), finite(cost(a))) || newest(a, b),
  latency: cost => (a, b) => reasons(a) - reasons(b) || compare(cost(a), cost(b)) || newest(a, b),
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b
}

function finite(cost: number): number {
  return Number.isFinite(cost) ? cost : 0
}

function reasons({ capabilities }: ModelSpec): number {
  return capabilities.reasoning === true ? 1 : 0
}

/** What a call costs, in US dollars; infinite where there is no price. */
function costOf({ price }: ModelSpec, { input, output }: { readonly input: number; readonly output: number }): number {
  return price === undefined ? Infinity : (input * price.input + output * price.output) / 1e6
}

function meets(spec: ModelSpec, requires: ModelRequirements): boolean {
  const { input = [], output = ['text'], capabilities = [], contextWindow = 0, maxOutputTokens = 0, host } = requires
  return (
    input.every(modality => spec.input.includes(modality)) &&
    output.every(modality => spec.output.includes(modality)) &&
    capabilities.every(capability => spec.capabilities[capability] === true) &&
    (spec.contextWindow ?? 0) >= contextWindow &&
    (spec.maxOutputTokens ?? 0) >= maxOutputTokens &&
    (host === undefined || spec.hosts?.[host] !== undefined)
  )
}
