import type {
  ContentBlockParam,
  DocumentBlockParam,
  ImageBlockParam,
  RedactedThinkingBlockParam,
  ServerToolUseBlockParam,
  TextBlockParam,
  ThinkingBlockParam,
  ToolResultBlockParam,
  ToolUseBlockParam,
} from '@anthropic-ai/sdk/resources/messages'
import { z } from 'zod'
import { callProblems, filled, rulesOf, toolName, turnProblems, unblank, type Rules, type Step } from './rules.ts'

/** Source: the error `messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`. */
const callId = z.string().regex(/^[a-zA-Z0-9_-]+$/)

const citations = z.array(
  z.looseObject({
    type: z.enum([
      'web_search_result_location',
      'char_location',
      'page_location',
      'content_block_location',
      'search_result_location',
    ]),
  }),
)

const text = z.strictObject({ type: z.literal('text'), text: unblank }) satisfies z.ZodType<TextBlockParam>

/** What the model wrote itself goes back as it was, a blank text too. */
const ownText = z.strictObject({
  type: z.literal('text'),
  text: filled,
  citations: citations.exactOptional(),
}) satisfies z.ZodType<Omit<TextBlockParam, 'citations'>>

const mediaSource = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('url'), url: z.url() }),
  z.strictObject({ type: z.literal('file'), file_id: filled }),
])
const image = z.strictObject({
  type: z.literal('image'),
  source: z.union([
    mediaSource,
    z.strictObject({
      type: z.literal('base64'),
      media_type: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
      data: z.base64(),
    }),
  ]),
}) satisfies z.ZodType<ImageBlockParam>
const document = z.strictObject({
  type: z.literal('document'),
  title: filled.exactOptional(),
  source: z.union([
    mediaSource,
    z.strictObject({ type: z.literal('base64'), media_type: z.literal('application/pdf'), data: z.base64() }),
    z.strictObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: z.string() }),
  ]),
}) satisfies z.ZodType<DocumentBlockParam>

const result = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: callId,
  content: z.union([filled, z.array(z.union([text, image, document]))]).exactOptional(),
  is_error: z.boolean().exactOptional(),
}) satisfies z.ZodType<ToolResultBlockParam>

const call = z.strictObject({
  type: z.literal('tool_use'),
  id: callId,
  name: toolName,
  input: z.record(z.string(), z.unknown()),
  caller: z.strictObject({ type: z.literal('direct') }).exactOptional(),
}) satisfies z.ZodType<ToolUseBlockParam>

const thinking = z.strictObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: filled,
}) satisfies z.ZodType<ThinkingBlockParam>
const redacted = z.strictObject({
  type: z.literal('redacted_thinking'),
  data: filled,
}) satisfies z.ZodType<RedactedThinkingBlockParam>

const hosted = z.looseObject({
  type: z.literal('server_tool_use'),
  id: z.string().regex(/^srvtoolu_[a-zA-Z0-9_]+$/),
  name: z.enum(['web_search', 'web_fetch', 'code_execution', 'bash_code_execution', 'text_editor_code_execution']),
  input: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<Omit<ServerToolUseBlockParam, 'caller'>>
const hostedResult = z.looseObject({
  type: z.enum([
    'web_search_tool_result',
    'web_fetch_tool_result',
    'code_execution_tool_result',
    'bash_code_execution_tool_result',
    'text_editor_code_execution_tool_result',
  ]),
  tool_use_id: filled,
  content: z.unknown(),
}) satisfies z.ZodType<Pick<Extract<ContentBlockParam, { tool_use_id: string }>, 'tool_use_id'>>
const compaction = z.looseObject({ type: z.literal('compaction') })

const turn = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [text, image, document, result])).min(1),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z
      .array(z.discriminatedUnion('type', [ownText, call, thinking, redacted, hosted, hostedResult, compaction]))
      .min(1),
  }),
])
const body = z.looseObject({
  model: filled,
  max_tokens: z.int().positive(),
  system: z.array(text).min(1).exactOptional(),
  messages: z.array(turn).min(1),
})

/** The rules of `POST /v1/messages`. Source: https://docs.claude.com/en/api/messages and its guides of tools and thinking. */
export const messagesRules: Rules = rulesOf(body, ({ messages }) => [
  ...turnProblems(
    messages.map(({ role }) => role),
    'user',
  ),
  ...callProblems(
    messages.flatMap(({ content }): Step[] => [
      ...content.flatMap((block): Step | [] => {
        if (block.type === 'tool_use') return { does: 'call', id: block.id }
        return block.type === 'tool_result' ? { does: 'result', id: block.tool_use_id } : { does: 'speak' }
      }),
    ]),
  ),
  ...messages.flatMap(({ role, content }) => (role === 'assistant' ? hostedProblems(content) : [])),
])

/** What Anthropic ran stands with its result in one message. */
function hostedProblems(blocks: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const calls = blocks.flatMap(({ type, id }) => (type === 'server_tool_use' ? [id] : []))
  const results = blocks.flatMap(({ type, tool_use_id: id }) => (String(type).endsWith('_tool_result') ? [id] : []))
  return results.filter(id => !calls.includes(id)).map(id => `the result of ${String(id)} has no call`)
}
