import type { Completion, CompletionOptions } from '../completion.ts'
import { StructuredOutputError } from '../errors/structured-output-error.ts'
import { readMessages } from '../media/read-messages.ts'
import type { Message } from '../message.ts'
import { describeIssues } from '../schema/check-value.ts'
import type { InferSchema, Schema } from '../schema/schema.ts'
import { validateObject } from '../schema/validate-object.ts'
import { sumUsage } from '../usage-sum.ts'
import type { ClientRequest } from './client-options.ts'

/** Options of a call for an object. */
export interface ObjectOptions extends Omit<CompletionOptions, 'output'> {
  /** How often the model is shown what is wrong with its answer, to correct it. Defaults to 1. */
  readonly maxRepairs?: number | undefined
}

/** A completion whose object has been checked. */
export type ObjectCompletion<T> = Completion & { readonly object: T }

/** What the call asks through. */
export interface ObjectClient {
  complete(request: ClientRequest, options?: CompletionOptions): Promise<Completion>
}

const REPAIRS = 1

/** What is asked for, and the answer that there already is, where there is one. */
type ObjectCall<S extends Schema> = ObjectOptions & { readonly schema: S; readonly first?: Completion | undefined }

/** Asks for an object until it fits its schema, or the repairs are used up. The usage is that of all tries. */
export async function completeObject<S extends Schema>(
  client: ObjectClient,
  request: ClientRequest,
  { schema, maxRepairs = REPAIRS, first, ...options }: ObjectCall<S>,
): Promise<ObjectCompletion<InferSchema<S>>> {
  const tries: Completion[] = []
  let messages = await readMessages(request.messages, options.media ?? request.media)
  for (;;) {
    const known = tries.length === 0 ? first : undefined
    const completion = known ?? (await client.complete({ ...request, messages }, { ...options, output: schema }))
    tries.push(completion)
    const usage = sumUsage(tries.map(attempt => attempt.usage))
    const checked = await check(schema, { ...completion, ...(tries.length > 1 && { usage }) })
    if (!(checked instanceof StructuredOutputError)) return checked
    if (tries.length > maxRepairs) throw checked
    messages = [...messages, ...correction(completion, checked)]
  }
}

async function check<S extends Schema>(
  schema: S,
  completion: Completion,
): Promise<ObjectCompletion<InferSchema<S>> | StructuredOutputError> {
  try {
    return { ...completion, object: await validateObject(schema, completion) }
  } catch (error) {
    if (error instanceof StructuredOutputError) return error
    throw error
  }
}

function correction({ message }: Completion, { issues }: StructuredOutputError): readonly Message[] {
  const text = `Your answer does not fit the schema: ${describeIssues(issues)}. Give the whole answer again, corrected.`
  return [...(message.content.length === 0 ? [] : [message]), { role: 'user', content: text }]
}
