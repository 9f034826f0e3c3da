import type { Capabilities, ListedModel } from '@llm/core'
import { callJson, type CapabilityHost } from './host.ts'

/**
 * The models that a host lists, with the limits that it gives under any of the names in use.
 *
 * @example
 * ```ts
 * import { createListModels, type CapabilityHost } from '@llm/protocol-openai'
 *
 * declare const host: CapabilityHost<object>
 *
 * const models = await createListModels(host)()
 * ```
 */
export function createListModels<Options>(host: CapabilityHost<Options>): Capabilities['listModels'] {
  return (options = {}) =>
    callJson(host, { request: options, path: '/models' }, (body: ModelsBody | readonly WireModel[]) => {
      const models = 'data' in body ? body.data : body
      return models.map(readModel)
    })
}

interface ModelsBody {
  readonly data: readonly WireModel[]
}

interface WireModel {
  readonly id: string
  readonly [field: string]: unknown
}

function readModel(model: WireModel): ListedModel {
  const { id, name, created, top_provider: top } = model
  const contextWindow = firstNumber(model, ['context_length', 'context_window', 'max_context_length', 'max_model_len'])
  const output = ['max_completion_tokens', 'max_output_tokens']
  const maxOutputTokens = firstNumber((top ?? {}) as WireModel, output) ?? firstNumber(model, output)
  return {
    id,
    ...(typeof name === 'string' && { name }),
    ...(typeof created === 'number' && created > 0 && { createdAt: new Date(created * 1000).toISOString() }),
    ...(contextWindow !== undefined && { contextWindow }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  }
}

function firstNumber(model: WireModel, names: readonly string[]): number | undefined {
  return names.map(name => model[name]).find(value => typeof value === 'number')
}
