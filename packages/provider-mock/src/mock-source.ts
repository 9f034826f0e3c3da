import {
  CompletionAccumulator,
  objectEvent,
  PartialJson,
  type Completion,
  type CompletionEvent,
  type CompletionRequest,
  type CompletionSource,
  type LLMError,
} from '@llm/core'
import type { Random } from '@llm/core/testing'
import { isFailure, type Failure } from './errors.ts'
import type { MockCall } from './mock-call.ts'
import { waitFor, type Pace } from './mock-pace.ts'
import type { Reply, ReplyObject } from './mock-reply.ts'
import { readReply } from './mock-reply.ts'
import { writeScript, type Script, type ScriptContext, type Step } from './mock-script.ts'

/** What one completion needs. Made when its first event is asked for, so that nothing happens before. */
export interface Session extends Omit<ScriptContext, 'request'> {
  readonly call: MockCall
  /** Which call it is, counted from 1. */
  readonly number: number
  readonly reply: Reply
  /** The answer that a failure breaks off where it has none of its own. */
  readonly fallback: Reply
  readonly pace: Pace
  readonly random: Random
  /** Called once, when the call is over. */
  readonly onEnd: (error?: LLMError) => void
}

/** Plays a reply: the source of every answer of the mock, streamed or not. */
export class MockSource implements CompletionSource {
  #request: CompletionRequest
  #open: () => Session
  #session: Session | undefined
  #events: AsyncGenerator<CompletionEvent, void> | undefined
  #accumulator: CompletionAccumulator
  #script: Script | undefined
  #json: PartialJson = new PartialJson()
  #played = 0
  #cancelled = false

  constructor(request: CompletionRequest, open: () => Session) {
    this.#request = request
    this.#open = open
    this.#accumulator = new CompletionAccumulator()
  }

  async pull(): Promise<readonly CompletionEvent[] | undefined> {
    if (this.#cancelled) return undefined
    const session = (this.#session ??= this.#open())
    try {
      session.call.check()
      this.#events ??= this.#play(session)
      const { done, value } = await this.#events.next()
      if (done !== true) {
        this.#accumulator.push(value)
        return [value]
      }
      this.#end(session)
      return undefined
    } catch (error) {
      if (this.#cancelled) return undefined
      const typed = session.call.error(error)
      this.#end(session, typed)
      throw typed
    }
  }

  async cancel(): Promise<void> {
    this.#cancelled = true
    if (this.#session !== undefined) this.#end(this.#session)
  }

  /** What was estimated is estimated anew for an answer that was broken off: it used what it had written. */
  snapshot(interrupted: boolean): Completion {
    const completion = this.#accumulator.snapshot(interrupted)
    const usage = this.#accumulator.finished ? undefined : this.#script?.usageAfter?.(this.#played)
    return usage === undefined ? completion : { ...completion, usage }
  }

  #end(session: Session, error?: LLMError): void {
    session.call.end()
    session.onEnd(error)
  }

  async *#play(session: Session): AsyncGenerator<CompletionEvent, void> {
    const reply = await this.#resolve(session, session.reply)
    if (!isFailure(reply)) return yield* this.#answer(session, reply, Infinity)
    await session.call.sleep(reply.delayMs)
    if (reply.at !== 'start') yield* this.#begin(session, reply)
    if (reply.error === undefined) return session.call.sleep(Infinity)
    throw reply.error({ provider: session.provider, model: session.model })
  }

  /** Plays a broken answer as far as it comes. */
  async *#begin(session: Session, { reply = session.fallback, at }: Failure): AsyncGenerator<CompletionEvent, void> {
    const answer = await this.#resolve(session, reply)
    if (isFailure(answer)) return yield* this.#play({ ...session, reply: answer })
    yield* this.#answer(session, answer, at === 'middle' ? 'middle' : Number(at))
  }

  async *#answer(
    session: Session,
    reply: ReplyObject,
    until: 'middle' | number,
  ): AsyncGenerator<CompletionEvent, void> {
    const { call, random } = session
    await call.sleep(reply.delayMs ?? 0)
    const script = (this.#script = writeScript(reply, { ...session, request: this.#request }))
    const pace = reply.pace ?? session.pace
    const last = until === 'middle' ? Math.ceil(script.tokens / 2) : until
    for (const step of stepsUntil(script.steps, last)) {
      if (step.token) await call.sleep(waitFor(pace, this.#played === 0, random))
      else call.check()
      if (step.token) this.#played += 1
      const object =
        step.event.type === 'finish' ? objectEvent(this.#accumulator.text, this.#request.output) : undefined
      if (object !== undefined) yield object
      yield step.event
      if (step.event.type === 'text-delta') yield* this.#grow(step.event.text)
    }
  }

  /** A structured answer, as far as it has come. */
  *#grow(text: string): Generator<CompletionEvent, void> {
    if (this.#request.output === undefined) return
    this.#json.push(text)
    if (this.#json.value !== undefined) yield { type: 'object-delta', object: this.#json.value }
  }

  async #resolve({ call, number }: Session, reply: Reply): Promise<ReplyObject | Failure> {
    let resolved = reply
    while (typeof resolved === 'function') {
      const make = resolved
      resolved = await call.wait(() => make(this.#request, { call: number, signal: call.signal }))
    }
    return readReply(resolved)
  }
}

/** The steps up to so many tokens. A whole answer includes what comes behind its last token; a broken one never ends. */
function stepsUntil(steps: readonly Step[], tokens: number): readonly Step[] {
  if (tokens === Infinity) return steps
  const kept: Step[] = []
  let left = tokens
  for (const step of steps) {
    const ends = step.event.type === 'usage' || step.event.type === 'finish'
    if (ends || (step.token && left-- <= 0)) return kept
    kept.push(step)
  }
  return kept
}
