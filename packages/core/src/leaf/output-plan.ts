import type { CompletionRequest } from '../completion.ts'
import type { Message } from '../message.ts'
import { resolveReference } from '../schema/inline-references.ts'
import type { JsonSchema } from '../schema/schema.ts'
import { toJsonSchema } from '../schema/to-json-schema.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import type { ToolDefinition } from '../tools/tool.ts'

/**
 * How a structured answer is asked for. `native`: by the host's own means. `tool`: as the arguments of a tool that the model
 * must call. `prompted`: in words.
 */
export type OutputStrategy = 'native' | 'tool' | 'prompted'

/** How the answer to a request is asked for, and what it should be. */
export interface OutputPlan {
  readonly strategy: OutputStrategy
  /** Of the answer, as the caller wants it; absent where any JSON will do. */
  readonly schema?: JsonSchema
  /** The answer is the `value` of an object, as models want an object at the root. */
  readonly wrapped: boolean
}

/** The tool whose arguments are the answer. */
export const ANSWER_TOOL = 'give_answer'

/** How a request's answer is to be asked for; `undefined` where it need not be structured. */
export function planOutput({ output, outputStrategy, spec, tools = [] }: CompletionRequest): OutputPlan | undefined {
  if (output === undefined) return undefined
  const strategy = outputStrategy ?? defaultStrategy(spec, tools.length > 0)
  if (output === 'json') return { strategy: jsonStrategy(strategy, spec), wrapped: false }
  const schema = toJsonSchema(output)
  return { strategy, schema, wrapped: !isObjectSchema(schema) }
}

/** The request as it asks for the answer: with a schema, with one more tool, or with words. */
export function withOutput(request: CompletionRequest, plan: OutputPlan | undefined): CompletionRequest {
  if (plan === undefined) return request
  const schema = plan.schema === undefined || !plan.wrapped ? plan.schema : wrap(plan.schema)
  switch (plan.strategy) {
    case 'native':
      return { ...request, output: schema ?? 'json' }
    case 'tool':
      return { ...request, output: undefined, ...withAnswerTool(request, schema) }
    case 'prompted': {
      const { jsonMode: hasMode, toolsWithSchema } = request.spec?.capabilities ?? {}
      const jsonMode = hasMode === true && (toolsWithSchema !== false || (request.tools ?? []).length === 0)
      return { ...request, output: jsonMode ? 'json' : undefined, messages: [instruction(schema), ...request.messages] }
    }
  }
}

/** The answer in the form that the caller wants. */
export function unwrap(value: unknown, plan: OutputPlan): unknown {
  return plan.wrapped ? (value as { readonly value?: unknown } | null | undefined)?.value : value
}

function defaultStrategy(spec: ModelSpec | undefined, hasTools: boolean): OutputStrategy {
  if (spec?.outputStrategy !== undefined) return spec.outputStrategy
  if (spec === undefined || spec.inherits === '') return 'native'
  const { jsonSchema, tools, toolsWithSchema } = spec.capabilities
  if (jsonSchema === true) return hasTools && toolsWithSchema === false ? 'prompted' : 'native'
  return tools === true && !hasTools ? 'tool' : 'prompted'
}

/** JSON without a schema cannot be asked for as a tool's arguments. */
function jsonStrategy(strategy: OutputStrategy, spec: ModelSpec | undefined): OutputStrategy {
  if (strategy === 'native') return 'native'
  return spec?.capabilities.jsonMode === true && strategy === 'tool' ? 'native' : 'prompted'
}

function withAnswerTool(
  { tools = [] }: CompletionRequest,
  schema: JsonSchema | undefined,
): Pick<CompletionRequest, 'tools' | 'toolChoice'> {
  const answer: ToolDefinition = {
    name: ANSWER_TOOL,
    description: 'Gives the final answer. Always call it in the end.',
    parameters: schema,
  }
  return { tools: [...tools, answer], toolChoice: tools.length === 0 ? { name: ANSWER_TOOL } : 'required' }
}

function instruction(schema: JsonSchema | undefined): Message {
  const form = schema === undefined ? '.' : ` that fits this JSON Schema:\n${JSON.stringify(schema)}`
  return { role: 'system', content: `Answer with JSON alone, without any other text or a code fence${form}` }
}

function isObjectSchema(schema: JsonSchema): boolean {
  const { $ref: reference } = schema
  const root = typeof reference === 'string' ? (resolveReference(schema, reference) as JsonSchema | undefined) : schema
  return root?.['type'] === 'object'
}

function wrap({ $defs, definitions, ...schema }: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: { value: schema },
    required: ['value'],
    additionalProperties: false,
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
  }
}
