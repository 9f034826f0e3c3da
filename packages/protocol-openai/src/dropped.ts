import type { PreparedRequest } from '@llm/core'

/** Says that a parameter was left out, as the API has none like it. */
export function warnDropped(request: PreparedRequest<unknown>, parameter: string, remedy?: string): void {
  request.warn({
    code: 'parameter-dropped',
    message: `${request.provider} has no ${parameter} in this API; it was dropped.${remedy === undefined ? '' : ` ${remedy}`}`,
    parameter,
  })
}
