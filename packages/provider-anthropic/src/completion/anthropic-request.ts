import type { PreparedRequest } from '@llm/core'
import type { AnthropicOptions } from '../options.ts'

/** A request as this codec gets it. */
export type AnthropicRequest = PreparedRequest<AnthropicOptions>

/** A block of a request, as it goes out. */
export type WireBlock = Record<string, unknown> & { readonly type: string }

/** Says that a parameter was left out. */
export function warnDropped(request: AnthropicRequest, parameter: string, why: string): void {
  request.warn({ code: 'parameter-dropped', message: `${request.provider}: ${why} It was dropped.`, parameter })
}

/** Says that a parameter was sent differently. */
export function warnChanged(request: AnthropicRequest, parameter: string, message: string): void {
  request.warn({ code: 'parameter-changed', message: `${request.provider}: ${message}`, parameter })
}
