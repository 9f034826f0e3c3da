import type { FunctionCall, FunctionResponse, Part } from '@google/genai'
import { z } from 'zod'
import { filled, rulesOf, toolName, type Rules } from './rules.ts'

const signature = z.union([z.base64(), z.literal('skip_thought_signature_validator')]).exactOptional()
const mimeType = z.string().regex(/^\w+\/[\w.+-]+(?:; ?\w+=\w+)*$/)
const inlineData = z.strictObject({ mimeType, data: z.base64() })
const fileData = z.strictObject({ fileUri: filled, mimeType: mimeType.exactOptional() })

const text = z.strictObject({ text: filled, thoughtSignature: signature }) satisfies z.ZodType<Part>
/** A signature may come on its own. */
const signed = z.strictObject({
  text: z.string(),
  thought: z.literal(true).exactOptional(),
  thoughtSignature: z.base64(),
}) satisfies z.ZodType<Part>
const media = z.union([
  z.strictObject({ inlineData, thoughtSignature: signature }),
  z.strictObject({ fileData, thoughtSignature: signature }),
]) satisfies z.ZodType<Part>
const functionCall = z.strictObject({
  name: toolName,
  args: z.record(z.string(), z.unknown()),
  id: filled.exactOptional(),
}) satisfies z.ZodType<FunctionCall>
const functionResponse = z.strictObject({
  name: toolName,
  id: filled.exactOptional(),
  response: z.record(z.string(), z.unknown()),
  parts: z
    .array(z.union([z.strictObject({ inlineData }), z.strictObject({ fileData })]))
    .min(1)
    .exactOptional(),
}) satisfies z.ZodType<Partial<FunctionResponse>>
const hosted = z.union([
  z.looseObject({ executableCode: z.looseObject({ code: z.string() }) }),
  z.looseObject({ codeExecutionResult: z.looseObject({ outcome: filled }) }),
  z.looseObject({ toolCall: z.looseObject({}) }),
  z.looseObject({ toolResponse: z.looseObject({}) }),
]) satisfies z.ZodType

const user = z.strictObject({
  role: z.literal('user'),
  parts: z.array(z.union([text, media, z.strictObject({ functionResponse })])).min(1),
})
const model = z.strictObject({
  role: z.literal('model'),
  parts: z
    .array(z.union([text, signed, media, z.strictObject({ functionCall, thoughtSignature: signature }), hosted]))
    .min(1),
})
const body = z.looseObject({
  contents: z.array(z.discriminatedUnion('role', [user, model])).min(1),
  systemInstruction: z.strictObject({ parts: z.array(text).min(1) }).exactOptional(),
})

type Parts = readonly Readonly<Record<string, unknown>>[]

/** The rules of `generateContent`, for models that sign their calls. Source: https://ai.google.dev/gemini-api/docs/thought-signatures */
export const generateContentRules: Rules = rulesOf(body, ({ contents }) =>
  contents.flatMap(({ role, parts }, place) => {
    const before = contents[place - 1]
    const problems: string[] = []
    if (before === undefined ? role === 'model' : role === before.role && !answersCalls(before.parts))
      problems.push(`${String(place)}: ${role} out of turn`)
    if (answersCalls(parts) || callsOf(before?.parts ?? []).length > 0)
      problems.push(...pairProblems(callsOf(before?.parts ?? []), parts))
    const [first] = callsOf(parts)
    if (first !== undefined && first['thoughtSignature'] === undefined)
      problems.push(`${String(place)}: the first call is not signed`)
    return problems
  }),
)

function callsOf(parts: Parts): Parts {
  return parts.filter(part => 'functionCall' in part)
}

function answersCalls(parts: Parts): boolean {
  return parts.some(part => 'functionResponse' in part)
}

/** Source: the error `the number of function response parts is equal to the number of function call parts`. */
function pairProblems(calls: Parts, parts: Parts): readonly string[] {
  const asked = calls.map(({ functionCall: call }) => identity(call))
  const answered = parts.flatMap(({ functionResponse: response }) => (response === undefined ? [] : identity(response)))
  if (JSON.stringify(asked) === JSON.stringify(answered)) return []
  return [`asked for ${asked.join(', ')}; answered ${answered.join(', ')}`]
}

function identity(value: unknown): string {
  const { name, id = '' } = value as { readonly name: string; readonly id?: string }
  return `${name}:${id}`
}
