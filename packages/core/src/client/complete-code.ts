import type { CodeRequest } from '../code-completion.ts'
import type { Completion } from '../completion.ts'
import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import { adaptParameters } from '../specs/adapt-parameters.ts'
import type { ModelClient } from './model-client.ts'

/** What a client fills in: the model is its own where none is given. */
export interface ClientCodeRequest extends Omit<CodeRequest, 'model' | 'spec' | 'warnings'> {
  /** Another model of the family for this one call. */
  readonly model?: string | undefined
}

/**
 * Has the provider of a client fill in code: what the families with code models make their `completeCode` of. The defaults
 * of the client are meant for conversations and are not used.
 *
 * @throws {@link UnsupportedOperationError} where the model is not made for it, or the provider has no such call.
 * @example
 * ```ts
 * import { completeCode, type ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 *
 * const { text } = await completeCode(client, { prefix: 'const two = ', suffix: '\n', hint: 'Use some-code-model.' })
 * ```
 */
export async function completeCode(
  client: ModelClient,
  { hint, ...request }: ClientCodeRequest & { /** What to use instead, for the error. */ readonly hint: string },
): Promise<Completion> {
  const { model = client.model } = request
  const { provider } = client
  const spec = await client.spec(model)
  if (spec.capabilities.codeCompletion !== true) {
    throw new UnsupportedOperationError({ message: `${spec.id} does not fill in code.`, hint })
  }
  if (provider.completeCode === undefined) {
    throw new UnsupportedOperationError({ message: `${provider.id} has no call that fills in code.`, hint })
  }
  const { warnings } = adaptParameters({ model, messages: [], spec }, provider.id)
  return provider.completeCode({ ...request, model, spec, warnings })
}
