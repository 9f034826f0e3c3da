import type { CompletionRequest } from '../completion.ts'
import type { Warning } from '../warning.ts'
import type { PreparedRequest } from './codec.ts'
import type { HostDefinition } from './define-provider.ts'
import type { OutputPlan } from './output-plan.ts'
import { prepareRequest, typed, type PrepareOptions } from './prepare-request.ts'

/** A request as a host takes it. */
export interface RenderedRequest<Options> {
  readonly body: object
  readonly prepared: PreparedRequest<Options>
  readonly warnings: readonly Warning[]
  /** How the structured answer is asked for, where one is. */
  readonly plan: OutputPlan | undefined
}

/** What is needed of a host to put a request into its words. */
export type RenderingHost<Options> = Pick<
  HostDefinition<Options, Record<never, never>>,
  'id' | 'codec' | 'options' | 'nameOf'
>

/** Takes a valid request through the steps that all hosts share, and has the codec render it. */
export async function renderRequest<Options>(
  host: RenderingHost<Options>,
  request: CompletionRequest,
  options: PrepareOptions,
): Promise<RenderedRequest<Options>> {
  try {
    const profile = {
      id: host.id,
      protocol: host.codec.protocol,
      history: host.codec.history,
      schemaDialect: host.codec.schemaDialect,
      nameOf: host.nameOf?.bind(host),
      options: () => host.options(),
    }
    const rendered = await prepareRequest(request, options, profile)
    return { ...rendered, body: host.codec.renderRequest(rendered.prepared) }
  } catch (error) {
    throw typed(error, host.id)
  }
}
