import {
  contentParts,
  contentText,
  defined,
  isRecord,
  type AssistantMessage,
  type AssistantPart,
  type AudioPart,
  type FilePart,
  type ImagePart,
  type JsonObject,
  type Message,
  type PartState,
  type ToolCallPart,
  type ToolResultPart,
  type UserPart,
} from '@llm/core'
import { isBeforeGemini3, type GoogleRequest } from './google-request.ts'

type Wire = Record<string, unknown>

/** One turn. */
interface Content {
  readonly role: 'user' | 'model'
  readonly parts: Wire[]
}

/** All system messages: the API has one place for them. */
export function renderSystem({ messages }: GoogleRequest): object | undefined {
  const texts = messages.filter(message => message.role === 'system').map(message => contentText(message.content))
  const parts = texts.filter(text => text !== '').map(text => ({ text }))
  return parts.length > 0 ? { parts } : undefined
}

/** The conversation. Results of tools that follow each other are one turn, in the order of their calls. */
export function renderContents(request: GoogleRequest): Content[] {
  const contents: Content[] = []
  let calls: readonly ToolCallPart[] = []
  let results: ToolResultPart[] = []
  const flush = (): void => {
    if (results.length > 0) contents.push({ role: 'user', parts: renderResults(results, calls, request) })
    results = []
  }
  for (const message of request.messages) {
    if (message.role === 'tool') {
      results.push(...message.content)
      continue
    }
    flush()
    if (message.role === 'assistant') calls = callsOf(message)
    const content = renderMessage(message, request)
    if (content !== undefined) addContent(contents, content)
  }
  flush()
  return contents
}

/** Where nothing of an answer can be sent, what the user said before it and after it is one turn. */
function addContent(contents: Content[], { role, parts }: Content): void {
  const last = contents.at(-1)
  const continues = last?.role === role && !last.parts.some(part => 'functionResponse' in part)
  if (continues) last.parts.push(...parts)
  else if (parts.length > 0) contents.push({ role, parts })
}

function renderMessage(message: Exclude<Message, { role: 'tool' }>, request: GoogleRequest): Content | undefined {
  if (message.role === 'system') return undefined
  if (message.role === 'assistant') return { role: 'model', parts: renderAssistant(message, request) }
  return { role: 'user', parts: contentParts(message.content).map(part => renderUserPart(part, request)) }
}

function renderUserPart(part: UserPart, request: GoogleRequest): Wire {
  return part.type === 'text' ? { text: part.text } : renderMedia(part, request)
}

/** What stands in for a type that was not given, where the API wants one. */
const MEDIA_TYPES = { image: 'image/jpeg', audio: 'audio/mpeg', file: undefined }

function renderMedia({ type, source }: ImagePart | AudioPart | FilePart, request: GoogleRequest): Wire {
  if ('base64' in source) return { inlineData: { mimeType: source.mediaType, data: source.base64 } }
  if ('fileId' in source) {
    const fileUri = request.provider === 'vertex' ? source.fileId : fileUriOf(source.fileId)
    return { fileData: defined({ fileUri, mimeType: source.mediaType }) }
  }
  const inline = /^data:([^;,]+)[^,]*;base64,(.*)$/s.exec(source.url)
  if (inline !== null) return { inlineData: { mimeType: inline[1], data: inline[2] } }
  return { fileData: defined({ fileUri: source.url, mimeType: source.mediaType ?? MEDIA_TYPES[type] }) }
}

/** Uploads are known by name, such as `files/abc`, and referred to by address. */
function fileUriOf(id: string): string {
  return id.includes('://') ? id : `https://generativelanguage.googleapis.com/v1beta/${id}`
}

/**
 * Gemini 3 refuses a turn whose first function call has no signature; this one says that the turn was not its own.
 * Source: https://ai.google.dev/gemini-api/docs/thought-signatures#faqs
 */
const FOREIGN_SIGNATURE = 'skip_thought_signature_validator'

function renderAssistant(message: AssistantMessage, request: GoogleRequest): Wire[] {
  const parts = contentParts(message.content).flatMap(part => renderAssistantPart(part, request))
  const call = parts.find(part => part['functionCall'] !== undefined)
  if (call !== undefined && needsSignature(request.model)) call['thoughtSignature'] ??= FOREIGN_SIGNATURE
  return parts
}

function needsSignature(model: string): boolean {
  return model.includes('gemini') && !isBeforeGemini3(model)
}

function renderAssistantPart(part: AssistantPart, request: GoogleRequest): Wire[] {
  const { thoughtSignature, part: own } = stateOf(part.state)
  switch (part.type) {
    case 'text':
      return [defined({ text: part.text, thoughtSignature })]
    case 'reasoning':
      // Thoughts count as input; only their signature is of use to the model.
      return thoughtSignature === undefined ? [] : [{ text: part.text, thought: true, thoughtSignature }]
    case 'tool-call': {
      if (part.providerExecuted === true) return isRecord(own) ? [{ ...own }] : []
      const { name, arguments: args } = part
      return [defined({ functionCall: defined({ name, args, id: hostId(part) }), thoughtSignature })]
    }
    case 'tool-result':
      return isRecord(own) ? [{ ...own }] : []
    case 'image':
    case 'audio':
    case 'file':
      return [defined({ ...renderMedia(part, request), thoughtSignature })]
    case 'source':
      return []
  }
}

function callsOf({ content }: AssistantMessage): readonly ToolCallPart[] {
  return contentParts(content).filter(
    (part): part is ToolCallPart => part.type === 'tool-call' && part.providerExecuted !== true,
  )
}

/** Calls are paired with results by place and name, and by id where the host gave one. */
function renderResults(
  results: readonly ToolResultPart[],
  calls: readonly ToolCallPart[],
  request: GoogleRequest,
): Wire[] {
  const placeOf = ({ toolCallId }: ToolResultPart): number => calls.findIndex(call => call.id === toolCallId)
  const inOrder = [...results].sort((a, b) => placeOf(a) - placeOf(b))
  return inOrder.flatMap(result => renderResult(result, calls[placeOf(result)], request))
}

function renderResult(result: ToolResultPart, call: ToolCallPart | undefined, request: GoogleRequest): Wire[] {
  const text = contentText(result.content)
  const media = contentParts(result.content)
    .filter(part => part.type !== 'text')
    .map(part => renderMedia(part, request))
  // A function's answer may hold media since Gemini 3; before, they stand beside it.
  const beside = isBeforeGemini3(request.model)
  const functionResponse = defined({
    name: result.name ?? call?.name ?? result.toolCallId,
    id: call && hostId(call),
    response: result.isError === true ? { error: text } : { output: text },
    parts: beside || media.length === 0 ? undefined : media,
  })
  return [{ functionResponse }, ...(beside ? media : [])]
}

/** The id of a call, where it is the host's and not ours. */
function hostId({ state }: ToolCallPart): string | undefined {
  const { id } = stateOf(state)
  return typeof id === 'string' ? id : undefined
}

function stateOf(state: PartState | undefined): JsonObject {
  return isRecord(state?.data) ? state.data : {}
}
