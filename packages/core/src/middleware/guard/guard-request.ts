import { isRecord, type JsonObject } from '../../json.ts'
import type { Message, Part, ReasoningPart, TextPart } from '../../message.ts'

/** Changes one text. */
export type TextChange = (text: string) => string | Promise<string>

/** The fields that hold text in the requests of operations other than completions. */
const TEXTS = ['input', 'query', 'documents', 'text', 'prompt', 'prefix', 'suffix', 'instructions'] as const

/** A request with all its texts changed: those of messages, of tools' calls and results, and of other operations. */
export async function changeRequest<R extends object>(request: R, change: TextChange): Promise<R> {
  const changed = { ...request } as Record<string, unknown>
  for (const name of TEXTS) if (name in changed) changed[name] = await changeInput(changed[name], change)
  if (Array.isArray(changed.messages)) {
    changed.messages = await Promise.all((changed.messages as Message[]).map(message => changeMessage(message, change)))
  }
  return changed as R
}

async function changeInput(input: unknown, change: TextChange): Promise<unknown> {
  if (typeof input === 'string') return change(input)
  if (!Array.isArray(input)) return input
  const items: readonly unknown[] = input
  return Promise.all(
    items.map(item => (isRecord(item) ? changePart(item as unknown as Part, change) : changeInput(item, change))),
  )
}

async function changeMessage(message: Message, change: TextChange): Promise<Message> {
  return { ...message, content: await changeContent(message.content, change) } as Message
}

async function changeContent(content: string | readonly Part[], change: TextChange): Promise<string | readonly Part[]> {
  if (typeof content === 'string') return change(content)
  return Promise.all(content.map(part => changePart(part, change)))
}

/** Reasoning goes back as it was: hosts check that it is their own. */
export async function changePart<P extends Part>(part: P, change: TextChange): Promise<P> {
  switch (part.type) {
    case 'text':
      return withText<Part & TextPart>(part, await change(part.text)) as P
    case 'audio':
      return part.transcript === undefined ? part : { ...part, transcript: await change(part.transcript) }
    case 'tool-call':
      return { ...part, ...(await changeArguments(part, change)) }
    case 'tool-result':
      return { ...part, content: await changeContent(part.content, change) }
    default:
      return part
  }
}

/** What a host keeps with a text is of no use with another one. */
export function withText<P extends TextPart | ReasoningPart>(part: P, text: string): P {
  if (text === part.text) return part
  const { state: _, ...rest } = part
  return { ...rest, text } as P
}

async function changeArguments(
  call: { readonly arguments: JsonObject; readonly argumentsText?: string | undefined },
  change: TextChange,
): Promise<object> {
  const { argumentsText } = call
  const changed = await changeStrings(call.arguments, change)
  return { arguments: changed, ...(argumentsText === undefined ? {} : { argumentsText: await change(argumentsText) }) }
}

/** A value with all strings in it changed. Names of fields are not. */
export async function changeStrings(value: unknown, change: TextChange): Promise<unknown> {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return Promise.all((value as unknown[]).map(item => changeStrings(item, change)))
  if (!isRecord(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(
    await Promise.all(entries.map(async ([key, item]) => [key, await changeStrings(item, change)])),
  )
}
