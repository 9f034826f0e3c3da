import type { CompletionRequest } from '../completion.ts'
import type { Provider, TokenCount } from '../provider.ts'
import { adaptParameters } from '../specs/adapt-parameters.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import type { Warning } from '../warning.ts'

/** What a call would do. Nothing of it was sent, but for a count of tokens where the provider counts. */
export interface Plan {
  readonly provider: string
  /** The model, as the host calls it. */
  readonly model: string
  readonly spec: ModelSpec
  /** The input's size, and who counted. */
  readonly tokens: TokenCount
  readonly limits: {
    readonly contextWindow?: number
    readonly maxOutputTokens?: number
    /** Whether the input fits beside `maxTokens`; absent where the context window is not known. */
    readonly fits?: boolean
    /** What is left for the answer, in tokens. */
    readonly room?: number
  }
  /** What the call costs in US dollars, from no answer to the longest; absent where there is no price. */
  readonly cost?: { readonly min: number; readonly max: number }
  /** Everything that would be done differently: parameters, schemas, and what the history loses at this host. */
  readonly warnings: readonly Warning[]
  /** The body that would be sent; absent where the provider does not show it. */
  readonly body?: object
}

/** Works out a plan. */
export async function makePlan(
  provider: Provider,
  request: CompletionRequest & { readonly spec: ModelSpec },
  tokens: TokenCount,
): Promise<Plan> {
  const { spec } = request
  const preview = (await provider.preview?.(request)) ?? {
    model: spec.hosts?.[provider.id] ?? request.model,
    warnings: adaptParameters(request, provider.id).warnings,
  }
  return {
    provider: provider.id,
    ...preview,
    spec,
    tokens,
    limits: limitsOf(request, spec, tokens),
    ...costRange(request, spec, tokens),
  }
}

function limitsOf({ maxTokens = 0 }: CompletionRequest, spec: ModelSpec, { inputTokens }: TokenCount): Plan['limits'] {
  const { contextWindow, maxOutputTokens } = spec
  return {
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(contextWindow === undefined
      ? {}
      : { fits: inputTokens + maxTokens <= contextWindow, room: Math.max(0, contextWindow - inputTokens) }),
  }
}

function costRange(
  request: CompletionRequest,
  { price, maxOutputTokens }: ModelSpec,
  tokens: TokenCount,
): Pick<Plan, 'cost'> {
  const output = request.maxTokens ?? maxOutputTokens
  if (price === undefined || output === undefined) return {}
  const { inputTokens, errorBound = 0 } = tokens
  const dollars = (input: number, answer: number): number => (input * price.input + answer * price.output) / 1e6
  return {
    cost: { min: dollars(inputTokens * (1 - errorBound), 0), max: dollars(inputTokens * (1 + errorBound), output) },
  }
}
