import { isRecord, type Capabilities, type CompletionRequest, type LLMError } from '@llm/core'
import type { Clock } from '@llm/core/testing'

/** What the mock can do. */
export type MockCapabilities = Pick<
  Capabilities,
  | 'embed'
  | 'generateImage'
  | 'streamImage'
  | 'generateSpeech'
  | 'streamSpeech'
  | 'transcribe'
  | 'streamTranscription'
  | 'generateVideo'
  | 'moderate'
  | 'rerank'
  | 'countTokens'
  | 'listModels'
>

/** What may be called. */
export type Operation = 'complete' | 'stream' | keyof MockCapabilities

/** The request of an operation. */
export type RequestOf<O extends Operation> = O extends keyof MockCapabilities
  ? NonNullable<Parameters<MockCapabilities[O]>[0]>
  : CompletionRequest

/** A call of one operation. */
export interface RecordedCall<O extends Operation> {
  readonly operation: O
  /** The request as it was at the time of the call: later changes to it do not show. */
  readonly request: RequestOf<O>
  /** When it began, by the mock's clock. */
  readonly startedAt: number
  /** How long it took, in milliseconds by the mock's clock. Absent while it is under way. */
  readonly ms?: number
  /** The error that ended it. Absent on success. */
  readonly error?: LLMError
}

/** A call that the mock has had; `operation` tells which. */
export type MockCallRecord = { [O in Operation]: RecordedCall<O> }[Operation]

/** Ends the record of a call. */
export type EndCall = (error?: LLMError) => void

/** Keeps every call. The lists stay the same objects, so that whoever wraps the mock sees what comes later. */
export class CallRecorder {
  readonly calls: MockCallRecord[] = []
  readonly requests: CompletionRequest[] = []
  #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin<O extends Operation>(operation: O, request: RequestOf<O>): EndCall {
    const startedAt = this.#clock.now()
    const call: { -readonly [K in keyof RecordedCall<O>]: RecordedCall<O>[K] } = {
      operation,
      request: snapshot(request) as RequestOf<O>,
      startedAt,
    }
    this.calls.push(call as unknown as MockCallRecord)
    if (operation === 'complete' || operation === 'stream') this.requests.push(call.request as CompletionRequest)
    return error => {
      if (call.ms !== undefined) return
      call.ms = this.#clock.now() - startedAt
      if (error !== undefined) call.error = error
    }
  }

  /** How often an operation was called. */
  count(operation: Operation): number {
    return this.calls.filter(call => call.operation === operation).length
  }

  clear(): void {
    this.calls.length = 0
    this.requests.length = 0
  }
}

/** A copy of plain data. Schemas, signals and bytes are kept as they are. */
function snapshot(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snapshot)
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype || '~standard' in value) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, snapshot(item)]))
}
