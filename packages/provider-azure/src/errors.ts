import { isRecord, type ErrorDetails } from '@llm/core'
import { readError } from '@llm/protocol-openai'
import { firedFilters, records } from './completion/azure-filters.ts'

/**
 * Reads an error. Of one by the content filter it also says which filters fired. Source:
 * https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
 */
export function readAzureError(body: unknown): ErrorDetails {
  const details = readError(body)
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {}
  const inner = isRecord(error['innererror']) ? error['innererror'] : {}
  const results = [inner['content_filter_result'], error['content_filter_result']]
  const listed = records(error['content_filters']).map(filter => filter['content_filter_results'])
  const fired = [...results, ...listed].flatMap(firedFilters)
  if (fired.length === 0 && inner['code'] !== 'ResponsibleAIPolicyViolation') return details
  const which = fired.length > 0 ? ` Fired: ${fired.join(', ')}.` : ''
  return { ...details, kind: 'content-filter', message: `${details.message ?? 'The content filter fired.'}${which}` }
}
