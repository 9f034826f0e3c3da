import { isRecord, type ErrorDetails, type ErrorKind } from '@llm/core'
import { readError } from '@llm/protocol-openai'

/** Codes that say more than their status. Source: https://console.groq.com/docs/errors */
const KINDS: Partial<Record<string, ErrorKind>> = {
  capacity_exceeded: 'overloaded',
  model_decommissioned: 'not-found',
  model_terms_required: 'permission-denied',
  organization_restricted: 'permission-denied',
  over_capacity: 'overloaded',
}

/** What helps where a model did not write what Groq could use. */
const REMEDIES: Partial<Record<string, string>> = {
  tool_use_failed: 'Try again, lower the temperature, or describe the tools better.',
  json_validate_failed: 'Try again, raise maxTokens, or simplify the schema.',
}

/** Reads an error. What the model wrote before it failed stays out of it, as it may repeat the prompt. */
export function readGroqError(body: unknown, status?: number): ErrorDetails {
  const details = readError(body)
  const { code = '' } = details
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {}
  const remedy = REMEDIES[code]
  const message = details.message?.replace(/\s*See '?failed_generation'?[^.]*\./, '')
  return {
    ...details,
    kind: KINDS[code] ?? kindOfStatus(status ?? details.status, code) ?? details.kind,
    message: remedy === undefined ? message : `${message ?? code} ${remedy}`,
    parameter: details.parameter ?? (typeof error['schema_path'] === 'string' ? error['schema_path'] : undefined),
  }
}

/** A request over the limit of tokens a minute never gets through, however often it is tried. */
function kindOfStatus(status: number | undefined, code: string): ErrorKind | undefined {
  if (status === 498) return 'overloaded'
  return status === 413 && code === 'rate_limit_exceeded' ? 'context-length' : undefined
}
