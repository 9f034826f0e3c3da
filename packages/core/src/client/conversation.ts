import type { Completion, CompletionOptions } from '../completion.ts'
import type { UserMessageInput } from '../media/media-input.ts'
import { readMessages } from '../media/read-messages.ts'
import type { Message } from '../message.ts'
import type { CompletionStream } from '../stream/completion-stream.ts'
import { deferStream } from '../stream/defer-stream.ts'

/** What a conversation asks through: a client. */
export interface ConversationClient {
  complete(messages: readonly Message[], options?: CompletionOptions): Promise<Completion>
  stream(messages: readonly Message[], options?: CompletionOptions): CompletionStream
}

/** How a conversation begins, and what all its calls use. */
export interface ConversationOptions extends CompletionOptions {
  readonly system?: string | undefined
  /** Go on from here, such as from a saved conversation. */
  readonly messages?: readonly Message[] | undefined
}

/**
 * A conversation that keeps its history. A turn is added when it is complete: a call that failed leaves the history as it
 * was, so it can be tried again, also after `setProvider` on the client.
 *
 * @example
 * ```ts
 * import type { ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 *
 * const chat = client.chat({ system: 'You are terse.' })
 * await chat.send('My name is Ada.')
 * const { text } = await chat.send('What is my name?')
 * ```
 */
export class Conversation<Limits = unknown> {
  #client: ConversationClient
  #options: CompletionOptions
  #messages: readonly Message[]

  constructor(client: ConversationClient, { system, messages = [], ...options }: ConversationOptions = {}) {
    this.#client = client
    this.#options = options
    this.#messages = system === undefined ? [...messages] : [{ role: 'system', content: system }, ...messages]
  }

  /** The history so far: plain data, to be saved and given back as `messages`. */
  get messages(): readonly Message[] {
    return this.#messages
  }

  /** Adds messages without asking anything, such as the results of tools. */
  append(...messages: readonly Message[]): void {
    this.#messages = [...this.#messages, ...messages]
  }

  /** Says something and waits for the answer. Without content it goes on from the history as it is. */
  async send(content?: UserMessageInput['content'], options?: CompletionOptions & Limits): Promise<Completion> {
    const said = await this.#read(content, options)
    const completion = await this.#client.complete([...this.#messages, ...said], { ...this.#options, ...options })
    this.append(...said, completion.message)
    return completion
  }

  /** Says something and gives the answer as it arrives. The turn is added when the stream has been read to its end. */
  stream(content?: UserMessageInput['content'], options?: CompletionOptions & Limits): CompletionStream {
    let said: readonly Message[] = []
    const open = async (): Promise<CompletionStream> => {
      said = await this.#read(content, options)
      return this.#client.stream([...this.#messages, ...said], { ...this.#options, ...options })
    }
    return deferStream(open).observe({
      onEnd: (completion, error) => {
        if (error === undefined && completion.interrupted !== true) this.append(...said, completion.message)
      },
    })
  }

  /** The history is plain data: media are read before they enter it. */
  async #read(
    content: UserMessageInput['content'] | undefined,
    options: CompletionOptions | undefined,
  ): Promise<readonly Message[]> {
    if (content === undefined) return []
    return readMessages([{ role: 'user', content }], options?.media ?? this.#options.media)
  }
}
