import type { CompletionRequest } from '../completion.ts'
import { ValidationError } from '../errors/validation-error.ts'
import { isRecord } from '../json.ts'
import { unknownKey } from '../config/unknown-key.ts'

type Check = (value: unknown) => boolean

const isString: Check = value => typeof value === 'string'
const isNumber: Check = value => typeof value === 'number' && Number.isFinite(value)
const isCount: Check = value => Number.isInteger(value) && (value as number) > 0
const isBoolean: Check = value => typeof value === 'boolean'
const isStrings: Check = value => Array.isArray(value) && value.every(isString)

/** Every field of a request, what its value must be, and how to say so. */
const FIELDS = {
  model: [value => isString(value) && value !== '', 'the id of a model'],
  messages: [value => Array.isArray(value) && value.length > 0, 'a list of at least one message'],
  tools: [Array.isArray, 'a list of tools'],
  toolChoice: [
    value => (isRecord(value) ? isString(value['name']) : value === 'auto' || value === 'none' || value === 'required'),
    "'auto', 'none', 'required' or { name }",
  ],
  parallelToolCalls: [isBoolean, 'true or false'],
  output: [value => value === 'json' || (value !== null && /object|function/.test(typeof value)), "'json' or a schema"],
  outputStrategy: [
    value => value === 'native' || value === 'tool' || value === 'prompted',
    "'native', 'tool' or 'prompted'",
  ],
  maxTokens: [isCount, 'a whole number above 0'],
  temperature: [isNumber, 'a number'],
  topP: [isNumber, 'a number'],
  topK: [isNumber, 'a number'],
  stop: [isStrings, 'a list of texts'],
  seed: [isNumber, 'a number'],
  presencePenalty: [isNumber, 'a number'],
  frequencyPenalty: [isNumber, 'a number'],
  reasoning: [isRecord, 'an object with effort, budgetTokens or summary'],
  verbosity: [value => value === 'low' || value === 'medium' || value === 'high', "'low', 'medium' or 'high'"],
  webSearch: [value => isBoolean(value) || isRecord(value), 'true, false or an object'],
  fileSearch: [value => isRecord(value) && isStrings(value['vectorStoreIds']), 'an object with vectorStoreIds'],
  providerOptions: [isRecord, 'an object keyed by provider id'],
  metadata: [isRecord, 'an object'],
  unsupportedMedia: [value => value === 'placeholder' || value === 'refuse', "'placeholder' or 'refuse'"],
  media: [isRecord, 'an object with maxBytes, timeout or privateAddresses'],
  strict: [isBoolean, 'true or false'],
  signal: [value => value instanceof AbortSignal, 'an AbortSignal'],
  timeout: [value => isNumber(value) && (value as number) > 0, 'a number of milliseconds above 0'],
  spec: [isRecord, 'a model spec'],
  warnings: [Array.isArray, 'a list of warnings'],
} satisfies Record<keyof CompletionRequest, readonly [Check, string]>

/**
 * Refuses a request that is wrong in itself, whatever the host: a field that does not exist, a value of the wrong type, a
 * message that is none. What a schema library would do, without loading one on every start.
 *
 * @throws {@link ValidationError} that names the field.
 * @example
 * ```ts
 * import { validateRequest } from '@llm/core'
 *
 * validateRequest({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
 * ```
 */
export function validateRequest(request: CompletionRequest): void {
  if (!isRecord(request)) throw invalid('', 'The request is not an object.', 'Pass { model, messages }.')
  for (const key in request) {
    if (!isField(key)) throw invalid(key, ...unknownKey('request field', key, Object.keys(FIELDS)))
    const [fits, form] = FIELDS[key]
    const value: unknown = request[key]
    if (value !== undefined && !fits(value))
      throw invalid(key, `${key} must be ${form}.`, `It is ${kindOf(value)}: give ${form}.`)
    if (isRecord(value)) validateKeys(key, value)
  }
  for (const key of ['model', 'messages'] as const) {
    if ((request[key] as unknown) === undefined)
      throw invalid(key, `${key} is missing.`, `Give ${key}: ${FIELDS[key][1]}.`)
  }
  request.messages.forEach(validateMessage)
  request.tools?.forEach(validateTool)
}

function isField(key: string): key is keyof typeof FIELDS {
  return Object.hasOwn(FIELDS, key)
}

/** What the fields that are objects may hold. */
const KEYS: Partial<Record<keyof CompletionRequest, readonly string[]>> = {
  reasoning: ['effort', 'budgetTokens', 'summary'],
  webSearch: ['domains', 'blockedDomains', 'location', 'maxUses'],
  fileSearch: ['vectorStoreIds', 'maxResults', 'filters'],
  media: ['maxBytes', 'timeout', 'privateAddresses'],
  metadata: ['requestId', 'userId', 'projectId', 'organizationId', 'tags', 'experiment', 'cache'],
}

function validateKeys(field: keyof CompletionRequest, value: object): void {
  const known = KEYS[field]
  const wrong = known === undefined ? undefined : Object.keys(value).find(key => !known.includes(key))
  if (known === undefined || wrong === undefined) return
  throw invalid(`${field}.${wrong}`, ...unknownKey(`field of ${field}`, wrong, known))
}

interface Role {
  readonly role: string
  readonly allowed: readonly string[]
}

/** The part types that each role may hold. */
const ROLE_PARTS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['system', ['text']],
  ['user', ['text', 'image', 'audio', 'file']],
  ['assistant', ['text', 'reasoning', 'tool-call', 'tool-result', 'image', 'audio', 'file', 'source']],
  ['tool', ['tool-result']],
])

function validateMessage(message: unknown, index: number): void {
  const at = `messages[${String(index)}]`
  if (!isRecord(message)) throw invalid(at, `${at} is not an object.`, 'A message is { role, content }.')
  const { role, content } = message
  const allowed = ROLE_PARTS.get(role)
  if (allowed === undefined) {
    throw invalid(`${at}.role`, `${at} has no role that exists.`, "Use 'system', 'user', 'assistant' or 'tool'.")
  }
  if (typeof content === 'string' && role !== 'tool') return
  if (!Array.isArray(content)) {
    throw invalid(`${at}.content`, `${at}.content is neither a text nor a list of parts.`, 'Give a string or parts.')
  }
  content.forEach((part: unknown, position) => {
    validatePart(part, `${at}.content[${String(position)}]`, { role: String(role), allowed })
  })
}

const TEXTS: Partial<Record<string, readonly string[]>> = {
  text: ['text'],
  reasoning: ['text'],
  'tool-call': ['id', 'name'],
  'tool-result': ['toolCallId'],
}

function validatePart(part: unknown, at: string, { role, allowed }: Role): void {
  if (!isRecord(part) || typeof part['type'] !== 'string')
    throw invalid(at, `${at} is no part.`, 'A part is { type, ... }.')
  const { type } = part
  if (!allowed.includes(type)) {
    throw invalid(
      at,
      `${at}: a ${role} message has no ${JSON.stringify(type)} part.`,
      `It may have: ${allowed.join(', ')}.`,
    )
  }
  for (const field of TEXTS[type] ?? []) {
    if (typeof part[field] !== 'string')
      throw invalid(`${at}.${field}`, `${at}.${field} is not a text.`, `Give ${field}.`)
  }
  if (type === 'tool-call' && !isRecord(part['arguments'])) {
    throw invalid(`${at}.arguments`, `${at}.arguments is not an object.`, 'Give {} where there are none.')
  }
  if ((type === 'image' || type === 'audio' || type === 'file') && !isMediaSource(part['source'])) {
    throw invalid(
      `${at}.source`,
      `${at}.source says no place.`,
      'Give { url }, { base64, mediaType } or { fileId }. Bytes, Blobs and paths are read by a client.',
    )
  }
  if (type === 'tool-result' && typeof part['content'] !== 'string' && !Array.isArray(part['content'])) {
    throw invalid(
      `${at}.content`,
      `${at}.content is neither a text nor a list of parts.`,
      'Use JSON.stringify for data.',
    )
  }
}

function isMediaSource(source: unknown): boolean {
  if (!isRecord(source)) return false
  const { url, base64, mediaType, fileId } = source
  return isString(url) || isString(fileId) || (isString(base64) && isString(mediaType))
}

function validateTool(tool: unknown, index: number): void {
  const at = `tools[${String(index)}]`
  if (!isRecord(tool) || !isString(tool['name']) || !/^[a-zA-Z0-9_-]{1,64}$/.test(tool['name'] as string)) {
    throw invalid(`${at}.name`, `${at} has no name that hosts take.`, 'Use up to 64 letters, digits, _ and -.')
  }
}

/** Numbers are shown, as they are no secret; of texts only that they are some. */
function kindOf(value: unknown): string {
  if (typeof value === 'number' || value === null) return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function invalid(parameter: string, message: string, hint: string): ValidationError {
  return new ValidationError({ message, hint, parameter })
}
