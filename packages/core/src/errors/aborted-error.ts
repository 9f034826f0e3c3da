import { LLMError } from './llm-error.ts'

/** The caller ended the call through its signal; `cause` is the signal's reason. What had arrived of a stream is in `partial`. */
export class AbortedError extends LLMError {
  override readonly name: string = 'AbortedError'
  override readonly code: string = 'aborted'
}
