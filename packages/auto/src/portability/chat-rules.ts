import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPart,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionSystemMessageParam,
} from 'openai/resources'
import { z } from 'zod'
import { callProblems, filled, jsonObject, rulesOf, toolName, type Rules, type Step } from './rules.ts'

/** How one host's chat completions differ from the plain ones. */
export interface ChatHost {
  /** Ids of calls. Defaults to OpenAI's limit, which its error names: `string too long. Expected ... maximum length 40`. */
  readonly callId?: RegExp
  /** The kinds of parts that a user may send. Defaults to all of the format. */
  readonly userParts?: readonly ChatPart[]
  /** The kinds of parts that a tool may answer with. Defaults to text. */
  readonly toolParts?: readonly ChatPart[]
  /** Where the reasoning of an answer goes back. */
  readonly reasoning?: 'reasoning' | 'reasoning_content' | 'thinking' | 'reasoning_details'
  /** A call has reasoning before it. Source: https://api-docs.deepseek.com/guides/thinking_mode#tool-calls */
  readonly reasoningWithCalls?: true
}

/** The kinds of parts of a message; `document` is Mistral's. */
type ChatPart = 'text' | 'image' | 'audio' | 'file' | 'document'

const text = z.strictObject({ type: z.literal('text'), text: filled }) satisfies z.ZodType<ChatCompletionContentPart>
const PARTS = {
  text,
  image: z.strictObject({
    type: z.literal('image_url'),
    image_url: z.strictObject({ url: z.url(), detail: z.enum(['auto', 'low', 'high']).exactOptional() }),
  }) satisfies z.ZodType<ChatCompletionContentPart>,
  audio: z.strictObject({
    type: z.literal('input_audio'),
    input_audio: z.strictObject({ data: z.base64(), format: z.enum(['wav', 'mp3']) }),
  }) satisfies z.ZodType<ChatCompletionContentPart>,
  file: z.strictObject({
    type: z.literal('file'),
    file: z.union([z.strictObject({ file_id: filled }), z.strictObject({ file_data: filled, filename: filled })]),
  }) satisfies z.ZodType<ChatCompletionContentPart>,
  document: z.union([
    z.strictObject({ type: z.literal('file'), file_id: filled }),
    z.strictObject({ type: z.literal('document_url'), document_url: z.url(), document_name: filled.exactOptional() }),
  ]),
} satisfies Record<ChatPart, z.ZodType>

const system = z.strictObject({
  role: z.literal('system'),
  content: filled,
}) satisfies z.ZodType<ChatCompletionSystemMessageParam>

/** What hosts add to an assistant's message for the reasoning in it. */
const REASONING = {
  reasoning: { reasoning: filled.exactOptional() },
  reasoning_content: { reasoning_content: z.string().exactOptional() },
  reasoning_details: {
    reasoning_details: z
      .array(z.looseObject({ type: z.string().startsWith('reasoning.') }))
      .min(1)
      .exactOptional(),
    annotations: z
      .array(z.looseObject({ type: z.literal('file') }))
      .min(1)
      .exactOptional(),
    images: z.array(PARTS.image).min(1).exactOptional(),
  },
  thinking: {},
}

const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.array(text).min(1) })

function answerOf({ callId = /^.{1,40}$/s, reasoning }: ChatHost) {
  const call = z.strictObject({
    id: z.string().regex(callId),
    type: z.literal('function'),
    function: z.strictObject({ name: toolName, arguments: jsonObject }),
  }) satisfies z.ZodType<ChatCompletionMessageFunctionToolCall>
  const plain = {
    role: z.literal('assistant'),
    tool_calls: z.array(call).min(1).exactOptional(),
    content:
      reasoning === 'thinking'
        ? z.union([filled, z.array(z.union([text, thinking])).min(1)]).nullable()
        : filled.nullable(),
    audio: z.strictObject({ id: filled }).exactOptional(),
  } satisfies Partial<Record<keyof ChatCompletionAssistantMessageParam, z.ZodType>>
  return z
    .strictObject({ ...plain, ...(reasoning !== undefined && REASONING[reasoning]) })
    .refine(
      ({ content, ...rest }) => content !== null || 'tool_calls' in rest || 'audio' in rest || 'images' in rest,
      'says nothing',
    )
}

function contentOf(parts: readonly ChatPart[]) {
  return z.union([filled, z.array(z.union(parts.map(part => PARTS[part]))).min(1)])
}

/** The rules of `POST /chat/completions` at one host. Source: https://platform.openai.com/docs/api-reference/chat/create */
export function chatRules(host: ChatHost = {}): Rules {
  const { userParts = ['text', 'image', 'audio', 'file'], toolParts = ['text'] } = host
  const message = z.discriminatedUnion('role', [
    system,
    z.strictObject({ role: z.literal('user'), content: contentOf(userParts) }),
    answerOf(host),
    z.strictObject({
      role: z.literal('tool'),
      tool_call_id: filled,
      content: z.union([z.string(), contentOf(toolParts)]),
    }),
  ])
  const body = z.looseObject({ model: filled, messages: z.array(message).min(1) })
  return rulesOf(body, ({ messages }) => [
    ...callProblems(
      messages.flatMap((message): Step[] => {
        if (message.role === 'tool') return [{ does: 'result', id: message.tool_call_id }]
        const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : []
        return [{ does: 'speak' }, ...calls.map(({ id }): Step => ({ does: 'call', id }))]
      }),
    ),
    ...messages.flatMap(message => (host.reasoningWithCalls === true ? bareCalls(message) : [])),
  ])
}

function bareCalls(message: Readonly<Record<string, unknown>>): readonly string[] {
  const bare = message['tool_calls'] !== undefined && message['reasoning_content'] === undefined
  return bare ? ['a call without reasoning_content'] : []
}
