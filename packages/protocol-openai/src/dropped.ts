import type { PreparedRequest } from '@llm/core'

/**
 * Says that a parameter was left out, as the API has none like it.
 *
 * @example
 * ```ts
 * import type { PreparedRequest } from '@llm/core'
 * import { warnDropped } from '@llm/protocol-openai'
 *
 * declare const request: PreparedRequest<unknown>
 *
 * if (request.topK !== undefined) warnDropped(request, 'topK', 'Use topP.')
 * ```
 */
export function warnDropped(request: PreparedRequest<unknown>, parameter: string, remedy?: string): void {
  request.warn({
    code: 'parameter-dropped',
    message: `${request.provider} has no ${parameter} in this API; it was dropped.${remedy === undefined ? '' : ` ${remedy}`}`,
    parameter,
  })
}

/**
 * Says that an option of the host was left out, as only the other of its two APIs has it.
 *
 * @example
 * ```ts
 * import type { PreparedRequest } from '@llm/core'
 * import { warnOtherApi } from '@llm/protocol-openai'
 *
 * declare const request: PreparedRequest<unknown>
 *
 * warnOtherApi(request, 'truncation', 'responses')
 * ```
 */
export function warnOtherApi(request: PreparedRequest<unknown>, option: string, api: 'chat' | 'responses'): void {
  const { provider } = request
  request.warn({
    code: 'unsupported-option',
    message: `providerOptions.${provider}.${option} is of the ${api} API; it was dropped. Use ${provider}({ api: '${api}' }).`,
    parameter: `providerOptions.${provider}.${option}`,
  })
}
