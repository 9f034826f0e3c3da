import { isRecord, type ErrorDetails, type ErrorKind } from '@llm/core'

/** The status that Bedrock answers with where an exception is not inside a stream, and what it says more than that. */
type Meaning = readonly [status: number, kind?: ErrorKind]

/**
 * Bedrock's exceptions, in lower case, as streams and headers differ in it. Source:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
const EXCEPTIONS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['accessdeniedexception', [403]],
  ['internalserverexception', [500]],
  ['modelerrorexception', [424, 'server']],
  ['modelnotreadyexception', [429, 'overloaded']],
  ['modelstreamerrorexception', [424, 'server']],
  ['modeltimeoutexception', [408]],
  ['resourcenotfoundexception', [404]],
  ['servicequotaexceededexception', [400, 'quota-exceeded']],
  ['serviceunavailableexception', [503]],
  ['throttlingexception', [429]],
  ['validationexception', [400]],
])

/** Those of every AWS service. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html */
const UNAUTHENTICATED =
  /^(?:expiredtoken|incompletesignature|invalidclienttokenid|invalidsignature|missingauthenticationtoken|requestexpired|unrecognizedclient)/

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
  const meaning = meaningOf(code?.toLowerCase() ?? '')
  return {
    message,
    code,
    kind: meaning?.[1] ?? kindOfMessage(message, meaning?.[0] ?? status),
    status: status ?? meaning?.[0],
  }
}

function meaningOf(name: string): Meaning | undefined {
  return EXCEPTIONS.get(name) ?? (UNAUTHENTICATED.test(name) ? [403, 'authentication'] : undefined)
}

/** `ValidationException:http://...` in a header, `com.amazon.coral#ValidationException` in a body. */
function exceptionName(value: unknown): string | undefined {
  return isText(value) ? value.split(':')[0]?.split('#').at(-1) : undefined
}

/** A message about tokens does not make a throttled call too long. */
function kindOfMessage(message: string | undefined, status: number | undefined): ErrorKind | undefined {
  if (message === undefined || (status !== 400 && status !== 403)) return undefined
  return MESSAGES.find(([pattern]) => pattern.test(message))?.[1]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
