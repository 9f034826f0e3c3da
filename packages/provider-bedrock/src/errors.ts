import { isRecord, type ErrorDetails, type ErrorKind } from '@llm/core'

interface ExceptionMeaning {
  /** The status that Bedrock answers with where the exception is not inside a stream. */
  readonly status: number
  /** Set where the exception says more than the status. */
  readonly kind?: ErrorKind
}

/**
 * Bedrock's exceptions and those of every AWS service, in lower case, as streams and headers differ in it. Sources:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors and
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 */
const EXCEPTIONS: ReadonlyMap<string, ExceptionMeaning> = new Map<string, ExceptionMeaning>([
  ['accessdeniedexception', { status: 403 }],
  ['expiredtokenexception', { status: 403, kind: 'authentication' }],
  ['incompletesignature', { status: 403, kind: 'authentication' }],
  ['incompletesignatureexception', { status: 403, kind: 'authentication' }],
  ['internalfailure', { status: 500 }],
  ['internalserverexception', { status: 500 }],
  ['invalidclienttokenid', { status: 403, kind: 'authentication' }],
  ['invalidsignatureexception', { status: 403, kind: 'authentication' }],
  ['missingauthenticationtoken', { status: 403, kind: 'authentication' }],
  ['missingauthenticationtokenexception', { status: 403, kind: 'authentication' }],
  ['modelerrorexception', { status: 424, kind: 'server' }],
  ['modelnotreadyexception', { status: 429, kind: 'overloaded' }],
  ['modelstreamerrorexception', { status: 424, kind: 'server' }],
  ['modeltimeoutexception', { status: 408 }],
  ['optinrequired', { status: 403 }],
  ['requestexpired', { status: 400, kind: 'authentication' }],
  ['resourcenotfoundexception', { status: 404 }],
  ['servicequotaexceededexception', { status: 400, kind: 'quota-exceeded' }],
  ['serviceunavailable', { status: 503 }],
  ['serviceunavailableexception', { status: 503 }],
  ['throttlingexception', { status: 429 }],
  ['unrecognizedclientexception', { status: 403, kind: 'authentication' }],
  ['validationexception', { status: 400 }],
])

/** What the text of a general exception says more exactly. */
const MESSAGES: readonly (readonly [RegExp, ErrorKind])[] = [
  [/api key is valid|security token|bearer token/i, 'authentication'],
  [/model identifier is invalid/i, 'not-found'],
  [/blocked by content filter/i, 'content-filter'],
  [
    /input tokens exceed|input is too long|prompt is too long|too many input tokens|exceeds? (?:the )?(?:model'?s? )?(?:maximum )?context|context (?:limit|window|length)/i,
    'context-length',
  ],
]

/**
 * Reads an error of Bedrock: the exception's name is in the `x-amzn-errortype` header, or in the body as `__type`.
 * `status` is that of the HTTP response; an exception inside a stream has none of its own.
 */
export function readError(
  body: unknown,
  { headers, status }: { readonly headers?: Headers; readonly status?: number } = {},
): ErrorDetails {
  const fields = isRecord(body) ? body : {}
  const code = exceptionName(headers?.get('x-amzn-errortype') ?? fields['__type'] ?? fields['code'])
  const message = [fields['message'], fields['Message'], fields['originalMessage']].find(isText)
  const meaning = EXCEPTIONS.get(code?.toLowerCase() ?? '')
  return {
    message,
    code,
    kind: kindOfMessage(message, meaning) ?? meaning?.kind,
    status: status ?? meaning?.status,
  }
}

/** `ValidationException:http://...` in a header, `com.amazon.coral#ValidationException` in a body. */
function exceptionName(value: unknown): string | undefined {
  return isText(value) ? value.split(':')[0]?.split('#').at(-1) : undefined
}

/** Only where the exception leaves room: a message about tokens does not make a throttled call too long. */
function kindOfMessage(message: string | undefined, meaning: ExceptionMeaning | undefined): ErrorKind | undefined {
  if (message === undefined || meaning?.kind !== undefined) return undefined
  if (meaning !== undefined && meaning.status !== 400 && meaning.status !== 403) return undefined
  return MESSAGES.find(([pattern]) => pattern.test(message))?.[1]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
