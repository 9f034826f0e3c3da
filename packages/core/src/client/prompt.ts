import { ValidationError } from '../errors/validation-error.ts'
import { isRecord } from '../json.ts'
import type { MessageInput } from '../media/media-input.ts'
import type { ClientRequest, Prompt } from './client-options.ts'

/** Whatever a client may be asked, as a request. */
export function toRequest(prompt: Prompt): ClientRequest {
  if (typeof prompt === 'string') return { messages: [{ role: 'user', content: prompt }] }
  if (Array.isArray(prompt)) return { messages: prompt as readonly MessageInput[] }
  if (isRecord(prompt)) return prompt as unknown as ClientRequest
  throw new ValidationError({
    message: 'There is no prompt.',
    hint: 'Pass a text, messages, or { messages }.',
    parameter: 'messages',
  })
}
