import { isRecord, type CompletionCodec, type ParseContext } from '@llm/core'
import type { GoogleOptions } from '../options.ts'
import { isErrorBody, readError } from '../errors.ts'
import { AnswerParser, type Answer } from './parse-stream.ts'
import { renderRequest } from './render-request.ts'

/**
 * Sound is fetched only from the host's own files; images, videos and documents from anywhere.
 *
 * Source: https://ai.google.dev/gemini-api/docs/file-input-methods
 */
const OWN_FILES =
  /^https:\/\/(?:generativelanguage\.googleapis\.com|storage\.googleapis\.com|www\.youtube\.com|youtu\.be)\//i

/** The format of `generateContent` and `streamGenerateContent`. Reference: https://ai.google.dev/api/generate-content */
export const generateContentCodec: CompletionCodec<GoogleOptions> = {
  protocol: 'google-generate-content',
  // The API has one place for all instructions: none may stand between two turns.
  history: { alternate: true, system: 'first', urls: { image: /^https:/i, file: /^https:/i, audio: OWN_FILES } },
  renderRequest,
  parseResponse,
  createStreamParser: context => new AnswerParser(context),
}

/** A stream that was asked for without server-sent events comes as a list of its chunks. */
function parseResponse(body: unknown, context: ParseContext): void {
  if (isErrorBody(body)) context.fail(readError(body))
  const answers: readonly unknown[] = Array.isArray(body) ? body : [body]
  if (!answers.some(isAnswer)) context.fail({ kind: 'malformed-response', message: 'the answer has no candidates.' })
  const parser = new AnswerParser(context)
  for (const answer of answers) parser.read(answer as Answer)
  parser.finish()
}

function isAnswer(body: unknown): body is Answer {
  return isRecord(body) && (Array.isArray(body['candidates']) || isRecord(body['promptFeedback']))
}
