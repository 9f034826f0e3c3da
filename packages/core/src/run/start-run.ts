import { systemClock } from '../clock.ts'
import type { ClientRequest, Prompt } from '../client/client-options.ts'
import { toRequest } from '../client/prompt.ts'
import type { Completion, CompletionOptions } from '../completion.ts'
import { ValidationError } from '../errors/validation-error.ts'
import { readMessages } from '../media/read-messages.ts'
import type { CompletionStream } from '../stream/completion-stream.ts'
import type { CompletionEvent } from '../stream/events.ts'
import type { RunEvent } from './events.ts'
import { RunLoop, type AskModel, type RunStart } from './run-loop.ts'
import { checkRunOptions, type ResumedRun, type RunOptions } from './run-options.ts'

/** What a run asks: a client. */
export interface RunClient {
  complete(request: ClientRequest, options?: CompletionOptions): Promise<Completion>
  stream(request: ClientRequest, options?: CompletionOptions): CompletionStream
}

/** What a run begins with: a question, or a paused run and what somebody says of its calls. */
export type RunPrompt = Prompt | ResumedRun

/** Starts the loop over a client, streamed or not. */
export function startRun(
  client: RunClient,
  prompt: RunPrompt,
  { options, streamed }: { readonly options: RunOptions; readonly streamed: boolean },
): AsyncGenerator<RunEvent, void> {
  checkRunOptions(options)
  const ask = streamed ? askStreamed(client) : askWhole(client)
  if (isResumed(prompt)) return new RunLoop(ask, async () => resumed(prompt), { options, clock: systemClock }).events
  const { messages, tools: _, ...defaults } = toRequest(prompt)
  const all = { ...defaults, ...options }
  // Read once, so that what a paused run keeps is plain data.
  const begin = async (): Promise<RunStart> => ({
    messages: await readMessages(messages, all.media),
    pending: [],
    approvals: {},
  })
  return new RunLoop(ask, begin, { options: all, clock: systemClock }).events
}

function isResumed(prompt: RunPrompt): prompt is ResumedRun {
  return typeof prompt === 'object' && 'resume' in prompt
}

function resumed({ resume, approvals }: ResumedRun): RunStart {
  const open = resume.pending.filter(({ id }) => approvals[id] === undefined)
  if (open.length === 0) return { messages: resume.messages, pending: resume.pending, approvals, spent: resume.spent }
  throw new ValidationError({
    message: `Nobody has decided on ${open.map(({ name, id }) => `${name} (${id})`).join(', ')}.`,
    hint: 'Give true, false or { approved: false, reason } for every pending call, by its id.',
    parameter: 'approvals',
  })
}

function askWhole(client: RunClient): AskModel {
  return async function* (messages, { model, ...options }) {
    return client.complete({ messages, model }, options)
  }
}

function askStreamed(client: RunClient): AskModel {
  return async function* (messages, { model, ...options }): AsyncGenerator<CompletionEvent, Completion> {
    const stream = client.stream({ messages, model }, options)
    yield* stream
    return stream.completion()
  }
}
