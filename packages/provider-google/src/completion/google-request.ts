import { isRecord, type PreparedRequest } from '@llm/core'
import type { GoogleOptions } from '../options.ts'

/** A request on its way to Gemini. */
export type GoogleRequest = PreparedRequest<GoogleOptions>

/** Gemini 1 and 2 differ from what came after in how they are told to think and what a tool may give them. */
export function isBeforeGemini3(model: string): boolean {
  return /gemini-[12](?:[.-]|$)/.test(model)
}

/** Says that a parameter was left out, as the API has none like it. */
export function warnDropped(request: GoogleRequest, parameter: string, remedy?: string): void {
  const message = `${request.provider} has no ${parameter}; it was dropped.${remedy === undefined ? '' : ` ${remedy}`}`
  request.warn({ code: 'parameter-dropped', message, parameter })
}

/** Objects of both are merged, so that one field can be added to `generationConfig`. */
export function mergeExtra(
  body: Record<string, unknown>,
  extra: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = { ...body }
  for (const [key, value] of Object.entries(extra)) {
    const known = merged[key]
    merged[key] = isRecord(known) && isRecord(value) ? { ...known, ...value } : value
  }
  return merged
}
