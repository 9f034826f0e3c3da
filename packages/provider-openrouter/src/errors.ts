import { isRecord, tryParseJson, type ErrorDetails } from '@llm/core'
import { readError } from '@llm/protocol-openai'

/**
 * Reads an error, with what the host behind OpenRouter said and its name. Source:
 * https://openrouter.ai/docs/api-reference/errors
 */
export function readOpenRouterError(body: unknown): ErrorDetails {
  const details = readError(body)
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : body
  const metadata = isRecord(error) && isRecord(error['metadata']) ? error['metadata'] : {}
  const { provider_name: host, raw, reasons } = metadata
  const upstream = readError(typeof raw === 'string' ? (tryParseJson(raw) ?? raw) : raw)
  const said = [host, upstream.message].filter(text => typeof text === 'string' && text !== '').join(': ')
  const moderated = Array.isArray(reasons) ? 'content-filter' : undefined
  return {
    ...details,
    kind: moderated ?? details.kind ?? upstream.kind,
    message: said === '' ? details.message : `${details.message ?? 'the provider failed.'} (${said})`,
  }
}
