import {
  ConfigurationError,
  contentText,
  toJsonSchema,
  type CompletionRequest,
  type JsonObject,
  type JsonSchema,
  type JsonValue,
  type Schema,
  type StandardSchema,
} from '@llm/core'
import { createRandom } from '@llm/core/testing'
import { sampleSchema, type SampleOptions } from './mock-json-sample.ts'
import type { Reply, ReplyFunction, ReplyObject } from './mock-reply.ts'
import { words } from './mock-words.ts'

/** What the generated answers take. */
export interface GeneratorOptions {
  /** The same seed and request give the same answer. Defaults to the request's `seed`, else to 1. */
  readonly seed?: number | undefined
}

/** What {@link lorem} takes. */
export interface LoremOptions extends GeneratorOptions {
  /** How long the answer is, in the mock's tokens. Defaults to 50. */
  readonly tokens?: number | undefined
}

/**
 * Answers with the last thing said: the user's text, or the results of tools.
 *
 * @example
 * ```ts
 * import { echo, mock } from '@llm/provider-mock'
 *
 * const provider = mock({ replies: [echo()] })
 * const { text } = await provider.complete({ model: 'any', messages: [{ role: 'user', content: 'hi' }] })
 * // 'hi'
 * ```
 */
export function echo(): ReplyFunction {
  return ({ messages, maxTokens }) => {
    const last = messages.at(-1)
    if (last?.role !== 'tool') return { text: contentText(last?.content ?? ''), maxTokens }
    return { text: last.content.map(({ content }) => contentText(content)).join('\n'), maxTokens }
  }
}

/**
 * Answers with filler text of a length.
 *
 * @example
 * ```ts
 * import { lorem, mock } from '@llm/provider-mock'
 *
 * mock({ replies: [lorem({ tokens: 500, seed: 7 })], pace: { tokensPerSecond: 100 } })
 * ```
 */
export function lorem({ tokens = 50, seed }: LoremOptions = {}): ReplyFunction {
  return request => ({ text: words(tokens, createRandom(seed ?? request.seed ?? 1)), maxTokens: request.maxTokens })
}

/** What {@link fromSchema} takes. */
export interface FromSchemaOptions extends GeneratorOptions {
  /** How deep objects and lists nest at most, unless the schema demands more. Defaults to 4. */
  readonly maxDepth?: number | undefined
}

/**
 * Answers with JSON that is valid for the `output` of the request.
 *
 * @throws {@link ConfigurationError}, as the answer, where the request has no `output` or its schema allows no value.
 * @example
 * ```ts
 * import { fromSchema, mock } from '@llm/provider-mock'
 * import { z } from 'zod'
 *
 * const provider = mock({ replies: [fromSchema({ seed: 3 })] })
 * const output = z.object({ city: z.string(), population: z.int().min(0) })
 * const { object } = await provider.complete({ model: 'any', messages: [{ role: 'user', content: 'Go.' }], output })
 * ```
 */
export function fromSchema({ seed, maxDepth }: FromSchemaOptions = {}): ReplyFunction {
  return async ({ output, seed: requested, maxTokens }) => {
    if (output === undefined) {
      throw new ConfigurationError({
        message: 'The mock was to answer from a schema, and the request has none.',
        hint: 'Give the request an output, or use another reply.',
      })
    }
    const random = createRandom(seed ?? requested ?? 1)
    if (output === 'json') return { text: JSON.stringify(sampleSchema(ANY_OBJECT, { random })), maxTokens }
    const value = await sampleValid(output, { random, maxDepth })
    return { text: JSON.stringify(value), maxTokens }
  }
}

const ATTEMPTS = 50

/** A schema may ask for more than it can say as JSON Schema: what it refuses is made up anew a number of times. */
async function sampleValid(schema: Schema, options: SampleOptions): Promise<JsonValue> {
  const compiled = toJsonSchema(schema)
  let value = sampleSchema(compiled, options)
  if (!('~standard' in schema)) return value
  const { validate } = (schema as StandardSchema)['~standard']
  for (let attempt = 1; attempt < ATTEMPTS && (await validate(value)).issues !== undefined; attempt++) {
    value = sampleSchema(compiled, options)
  }
  return value
}

const ANY_OBJECT: JsonSchema = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'] }

/**
 * Answers with a call of a tool. Without arguments it makes some up that fit the tool of the request. The last reply of a
 * mock is repeated: script an answer behind the call, or a tool loop never ends.
 *
 * @example
 * ```ts
 * import { callTool, mock } from '@llm/provider-mock'
 *
 * mock({ replies: [callTool('weather', { city: 'Oslo' }), 'It snows in Oslo.'] })
 * ```
 */
export function callTool(name: string, args?: JsonObject | string): Reply {
  return args === undefined ? request => inventCall(request, name) : { toolCalls: [{ name, arguments: args }] }
}

function inventCall({ tools = [], seed = 1, maxTokens }: CompletionRequest, name: string): ReplyObject {
  const parameters = tools.find(tool => tool.name === name)?.parameters
  const schema = parameters === undefined ? { type: 'object' } : toJsonSchema(parameters)
  const args = sampleSchema(schema, { random: createRandom(seed) })
  return { toolCalls: [{ name, arguments: JSON.stringify(args) }], maxTokens }
}

/** What the mock answers when it is told nothing: the tool it must call, the JSON it is asked for, else an echo. */
export const answerSensibly: ReplyFunction = request => {
  const { toolChoice, tools = [], output } = request
  const name = typeof toolChoice === 'object' ? toolChoice.name : toolChoice === 'required' ? tools[0]?.name : undefined
  if (name !== undefined) return callTool(name)
  return output === undefined ? echo() : fromSchema()
}
