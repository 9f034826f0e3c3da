import type { ContentBlock, SystemContentBlock } from '@aws-sdk/client-bedrock-runtime'
import { z } from 'zod'
import { callProblems, rulesOf, toolName, turnProblems, unblank, type Rules, type Step } from './rules.ts'

/** The SDK's types with bytes as they are on the wire: in base64. */
type Wire<T> = T extends Uint8Array ? string : T extends object ? { [K in keyof T]: Wire<T[K]> } : T

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html */
const callId = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)
const source = z.union([
  z.strictObject({ bytes: z.base64() }),
  z.strictObject({ s3Location: z.strictObject({ uri: z.string().startsWith('s3://') }) }),
])

const text = z.strictObject({ text: unblank }) satisfies z.ZodType<SystemContentBlock>
const image = z.strictObject({
  image: z.strictObject({ format: z.enum(['png', 'jpeg', 'gif', 'webp']), source }),
}) satisfies z.ZodType<Pick<Wire<ContentBlock.ImageMember>, 'image'>>
/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html */
const document = z.strictObject({
  document: z.strictObject({
    format: z.enum(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md']),
    name: z.string().regex(/^(?!.*\s\s)[a-zA-Z0-9\s()[\]-]{1,200}$/),
    source,
  }),
})
const video = z.strictObject({ video: z.strictObject({ format: z.enum(['mp4', 'mov', 'webm']), source }) })
const audio = z.strictObject({ audio: z.strictObject({ format: z.enum(['wav', 'mp3']), source }) })

const result = z.strictObject({
  toolResult: z.strictObject({
    toolUseId: callId,
    content: z.array(z.union([text, image, document, video, z.strictObject({ json: z.json() })])).min(1),
    status: z.literal('error').exactOptional(),
  }),
})
const call = z.strictObject({
  toolUse: z.strictObject({ toolUseId: callId, name: toolName, input: z.record(z.string(), z.json()) }),
})
const reasoning = z.strictObject({
  reasoningContent: z.union([
    z.strictObject({ reasoningText: z.strictObject({ text: z.string(), signature: z.string().min(1) }) }),
    z.strictObject({ redactedContent: z.base64() }),
  ]),
})
const hosted = z.strictObject({
  toolUse: z.strictObject({
    toolUseId: callId,
    name: toolName,
    input: z.record(z.string(), z.json()),
    type: z.literal('server_tool_use'),
  }),
})
const hostedResult = z.strictObject({ toolResult: z.looseObject({ toolUseId: callId, type: z.string() }) })

const USER = z.union([text, image, document, video, audio, result])
const ASSISTANT = z.union([text, call, hosted, hostedResult, reasoning])

const body = z.looseObject({
  system: z.array(text).min(1).exactOptional(),
  messages: z
    .array(
      z.discriminatedUnion('role', [
        z.strictObject({ role: z.literal('user'), content: z.array(USER).min(1) }),
        z.strictObject({ role: z.literal('assistant'), content: z.array(ASSISTANT).min(1) }),
      ]),
    )
    .min(1),
  toolConfig: z.looseObject({ tools: z.array(z.unknown()).min(1) }).exactOptional(),
})

/** The rules of `Converse`. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export const converseRules: Rules = rulesOf(body, ({ messages, toolConfig }) => {
  // An answer may go on after a call: only who speaks before the results are in is out of turn.
  const steps = messages.flatMap(({ role, content }) =>
    content.map(stepOf).filter(({ does }) => role === 'user' || does === 'call'),
  )
  const names = messages.flatMap(({ content }) =>
    content.flatMap(block => ('document' in block ? block.document.name : [])),
  )
  const used = steps.some(({ does }) => does !== 'speak')
  return [
    ...turnProblems(
      messages.map(({ role }) => role),
      'user',
    ),
    ...callProblems(steps),
    ...(used && toolConfig === undefined ? ['tools were used and none is named'] : []),
    ...(new Set(names).size < names.length ? ['two documents of one name'] : []),
    ...messages.flatMap(({ content }, place) => {
      const documents = content.some(block => 'document' in block)
      return documents && !content.some(block => 'text' in block) ? [`${String(place)}: documents without a text`] : []
    }),
  ]
})

function stepOf(block: z.infer<typeof USER> | z.infer<typeof ASSISTANT>): Step {
  if ('toolUse' in block && !('type' in block.toolUse)) return { does: 'call', id: block.toolUse.toolUseId }
  if ('toolResult' in block && !('type' in block.toolResult)) return { does: 'result', id: block.toolResult.toolUseId }
  return { does: 'speak' }
}
