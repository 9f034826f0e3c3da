import type { CompletionRequest, ProviderOptions } from '../completion.ts'
import { LLMError } from '../errors/llm-error.ts'
import { ValidationError } from '../errors/validation-error.ts'
import type { StandardSchema } from '../schema/schema.ts'
import type { HistoryRules } from '../history/history-rules.ts'
import { portHistory } from '../history/port-history.ts'
import type { SchemaDialect } from '../schema/dialect.ts'
import { adaptParameters } from '../specs/adapt-parameters.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import type { Warning } from '../warning.ts'
import type { PreparedRequest } from './codec.ts'
import { fetchMedia } from './fetch-media.ts'
import { planOutput, withOutput, type OutputPlan } from './output-plan.ts'
import { SchemaPreparer } from './prepare-schemas.ts'

/** What the steps before the codec need to know of a host. */
export interface HostProfile<Options> {
  readonly id: string
  readonly protocol: string
  /** What the wire format demands of a history. */
  readonly history?: HistoryRules | undefined
  /** The subset of JSON Schema that the wire format takes, where the model's spec does not say. */
  readonly schemaDialect?: SchemaDialect | undefined
  /** What the host calls a model, where it has names of its own. */
  readonly nameOf?: ((model: string, spec: ModelSpec | undefined) => string | undefined) | undefined
  /** Loads the schema of the host's own options, when a request has some. */
  readonly options: () => Promise<StandardSchema<Options>>
}

/** A request that is ready for its codec. */
export interface Preparation<Options> {
  readonly prepared: PreparedRequest<Options>
  readonly warnings: Warning[]
  /** How the structured answer is asked for, where one is. */
  readonly plan: OutputPlan | undefined
}

/** How a request is prepared. */
export interface PrepareOptions {
  readonly stream: boolean
  /** Ends downloads. */
  readonly signal: AbortSignal | undefined
  /** Nothing is downloaded: only the form of the request is wanted. */
  readonly offline?: boolean | undefined
}

/** Takes a valid request through the steps that every host shares: see the flow of a call in the architecture. */
export async function prepareRequest<Options>(
  request: CompletionRequest,
  { stream, ...fetching }: PrepareOptions,
  host: HostProfile<Options>,
): Promise<Preparation<Options>> {
  const { spec } = request
  const plan = planOutput(request)
  const adapted = adaptParameters(withOutput(request, plan), host.id)
  const family = spec?.family
  const history = portHistory(adapted.request.messages, {
    protocol: host.protocol,
    family,
    rules: host.history,
    input: spec?.input,
    instructions: spec?.instructions,
    reasoningReplay: spec?.reasoningReplay,
    unsupportedMedia: request.unsupportedMedia,
  })
  const { urls } = host.history ?? {}
  const fetched = await fetchMedia(history.messages, { ...request.media, ...fetching, provider: host.id, urls })
  const warnings = [request.warnings ?? [], adapted.warnings, history.warnings, fetched.warnings].flat()
  const schemas = new SchemaPreparer(spec?.schemaDialect ?? host.schemaDialect, warnings)
  const {
    tools,
    output,
    providerOptions,
    unsupportedMedia: _,
    outputStrategy: __,
    media: ___,
    ...rest
  } = adapted.request
  const prepared: PreparedRequest<Options> = {
    ...rest,
    provider: host.id,
    family,
    model: host.nameOf?.(request.model, spec) ?? nameAt(host.id, request),
    messages: fetched.messages,
    tools: (tools ?? []).map(tool => schemas.tool(tool)),
    output: schemas.output(output),
    options: await readOptions(providerOptions, host),
    stream,
    warn: warning => warnings.push(warning),
  }
  return { prepared, warnings, plan }
}

/** What a host calls the model. A longer form of the host's name, such as a dated snapshot, is the caller's choice. */
export function nameAt(host: string, { model, spec }: Pick<CompletionRequest, 'model' | 'spec'>): string {
  const name = spec?.hosts?.[host]
  const chosen = name === undefined || (model !== spec?.id && model.startsWith(name))
  return chosen ? model : name
}

/**
 * A request's options for one host, checked against its schema, which is loaded only when there are some.
 *
 * @throws {@link ValidationError} that lists everything that is wrong with them.
 */
export async function readOptions<Options>(
  all: ProviderOptions | undefined,
  host: Pick<HostProfile<Options>, 'id' | 'options'>,
): Promise<Options> {
  const given = (all as Readonly<Record<string, unknown>> | undefined)?.[host.id]
  if (given === undefined) return {} as Options
  const schema = await host.options()
  const result = await schema['~standard'].validate(given)
  if (result.issues === undefined) return result.value
  const problems = result.issues.map(({ message, path = [] }) => {
    const where = path.map(step => String(typeof step === 'object' ? step.key : step)).join('.')
    return where === '' ? message : `${where}: ${message}`
  })
  throw new ValidationError({
    message: `The options for ${host.id} are wrong. ${problems.join('; ')}.`,
    hint: `Look at the type of providerOptions.${host.id}.`,
    parameter: `providerOptions.${host.id}`,
  })
}

/** Guards a step that runs code of others (a schema library, a codec on odd input): nothing leaves untyped. */
export function typed(error: unknown, provider: string): LLMError {
  if (LLMError.is(error)) return error
  return new ValidationError({
    message: `The request cannot be put into the form that ${provider} takes: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'Check the types of the messages and the tools.',
    cause: error,
  })
}
