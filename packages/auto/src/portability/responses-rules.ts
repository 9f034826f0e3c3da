import type {
  ResponseFunctionToolCall,
  ResponseInputContent,
  ResponseInputItem,
  ResponseReasoningItem,
} from 'openai/resources/responses/responses'
import { z } from 'zod'
import { callProblems, filled, jsonObject, rulesOf, toolName, type Rules, type Step } from './rules.ts'

/** How one host's responses differ from the plain ones. */
export interface ResponsesHost {
  /** Reasoning goes back as text and not encrypted. */
  readonly openReasoning?: true
}

const part = z.union([
  z.strictObject({ type: z.literal('input_text'), text: filled }),
  z.union([
    z.strictObject({
      type: z.literal('input_image'),
      image_url: z.url(),
      detail: z.enum(['auto', 'low', 'high']).exactOptional(),
    }),
    z.strictObject({
      type: z.literal('input_image'),
      file_id: filled,
      detail: z.enum(['auto', 'low', 'high']).exactOptional(),
    }),
  ]),
  z.union([
    z.strictObject({ type: z.literal('input_file'), file_id: filled }),
    z.strictObject({ type: z.literal('input_file'), file_url: z.url() }),
    z.strictObject({ type: z.literal('input_file'), file_data: filled, filename: filled }),
  ]),
]) satisfies z.ZodType<Partial<ResponseInputContent>>

const content = z.union([filled, z.array(part).min(1)])

/** Its texts come without `annotations`, which the API does not ask for, whatever the SDK's types say. */
const answer = z.strictObject({
  role: z.literal('assistant'),
  content: z.array(z.strictObject({ type: z.literal('output_text'), text: filled })).min(1),
  phase: z.enum(['commentary', 'final_answer']).exactOptional(),
})

const call = z.strictObject({
  type: z.literal('function_call'),
  // Source: the error `Invalid 'input[0].call_id': string too long. Expected a string with maximum length 64`.
  call_id: z.string().regex(/^.{1,64}$/s),
  name: toolName,
  arguments: jsonObject,
}) satisfies z.ZodType<ResponseFunctionToolCall>

const result = z.strictObject({
  type: z.literal('function_call_output'),
  call_id: filled,
  output: z.union([z.string(), z.array(part).min(1)]),
}) satisfies z.ZodType<ResponseInputItem.FunctionCallOutput>

/** Without its id, as nothing is stored: what is encrypted holds all that there is. */
const encrypted = z.strictObject({
  type: z.literal('reasoning'),
  summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: filled })),
  encrypted_content: filled,
}) satisfies z.ZodType<Omit<ResponseReasoningItem, 'id'>>

const open = z.strictObject({
  type: z.literal('reasoning'),
  summary: z.array(z.never()),
  content: z.array(z.strictObject({ type: z.literal('reasoning_text'), text: filled })).min(1),
}) satisfies z.ZodType<Omit<ResponseReasoningItem, 'id'>>

/** What the host did by itself, as it told it. */
const hosted = z.looseObject({
  type: z.enum([
    'web_search_call',
    'file_search_call',
    'code_interpreter_call',
    'x_search_call',
    'custom_tool_call',
    'mcp_call',
    'mcp_list_tools',
    'compaction',
  ]),
  id: filled,
})
const image = z.looseObject({ type: z.literal('image_generation_call'), id: filled, result: z.base64() })

/** The rules of `POST /responses` at one host. Source: https://platform.openai.com/docs/api-reference/responses/create */
export function responsesRules({ openReasoning }: ResponsesHost = {}): Rules {
  const told = z.discriminatedUnion('role', [
    z.strictObject({ role: z.literal('system'), content: filled }),
    z.strictObject({ role: z.literal('user'), content }),
    answer,
  ])
  const item = z.discriminatedUnion('type', [call, result, openReasoning === true ? open : encrypted, hosted, image])
  const body = z.looseObject({ model: filled, input: z.array(z.union([told, item])).min(1) })
  return rulesOf(body, ({ input }) => [
    ...callProblems(
      input.flatMap((item): Step | [] => {
        // The model may go on to speak after a call; whoever else speaks has the results behind him.
        if ('role' in item) return item.role === 'assistant' ? [] : { does: 'speak' }
        if (item.type === 'function_call') return { does: 'call', id: item.call_id }
        return item.type === 'function_call_output' ? { does: 'result', id: item.call_id } : []
      }),
    ),
    // Source: the error `Item 'rs_...' of type 'reasoning' was provided without its required following item`.
    ...input.flatMap((item, place) => {
      const next = input[place + 1]
      const followed =
        next !== undefined && ('role' in next ? next.role === 'assistant' : next.type !== 'function_call_output')
      return 'type' in item && item.type === 'reasoning' && !followed
        ? [`${String(place)}: nothing follows the reasoning`]
        : []
    }),
  ])
}
