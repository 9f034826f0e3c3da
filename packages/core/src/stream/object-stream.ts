import type { Completion } from '../completion.ts'
import type { InferSchema, Schema } from '../schema/schema.ts'
import type { CompletionStream } from './completion-stream.ts'
import type { CompletionEvent } from './events.ts'

/** A value of which any part may still be missing. */
export type DeepPartial<T> = T extends readonly (infer Item)[]
  ? readonly DeepPartial<Item>[]
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T

/**
 * An object as it arrives. Iterate what there is of it so far (one living value that grows: copy what you keep), or the
 * elements of a list one by one as each is whole; then wait for the object itself, checked against its schema.
 *
 * @example
 * ```ts
 * import type { ModelClient } from '@llm/core'
 * import { z } from 'zod'
 *
 * declare const client: ModelClient
 *
 * const stream = client.streamObject(z.object({ title: z.string(), lines: z.array(z.string()) }), 'Write a poem.')
 * for await (const poem of stream) console.log(poem.title, poem.lines?.length)
 * const { title } = await stream.object()
 * ```
 */
export class ObjectStream<S extends Schema> implements AsyncIterable<DeepPartial<InferSchema<S>>> {
  #stream: CompletionStream
  #check: (completion: Completion) => Promise<InferSchema<S>>
  #object: Promise<InferSchema<S>> | undefined

  /** @param check - gives the object of an answer that fits its schema. */
  constructor(stream: CompletionStream, check: (completion: Completion) => Promise<InferSchema<S>>) {
    this.#stream = stream
    this.#check = check
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DeepPartial<InferSchema<S>>, void> {
    for await (const event of this.#stream) {
      if (isObject(event)) yield event.object as DeepPartial<InferSchema<S>>
    }
  }

  /** The elements of a list, each once it is whole. They are checked only with the whole. */
  async *elements(): AsyncGenerator<InferSchema<S> extends readonly (infer Item)[] ? Item : never, void> {
    let told = 0
    for await (const event of this.#stream) {
      if (!isObject(event) || !Array.isArray(event.object)) continue
      const list = event.object as (InferSchema<S> extends readonly (infer Item)[] ? Item : never)[]
      const whole = event.type === 'object' ? list.length : list.length - 1
      for (; told < whole; told++) yield list[told] as (typeof list)[number]
    }
  }

  /**
   * The whole object. Reads the stream to its end if nobody else does. An answer that does not fit is shown to the model, at
   * most `maxRepairs` times; what was streamed before stays as it was.
   *
   * @throws {@link StructuredOutputError} where the answer does not fit; the error that ended the stream, if one did.
   */
  object(): Promise<InferSchema<S>> {
    this.#object ??= this.completion().then(completion => this.#check(completion))
    return this.#object
  }

  /** The completion that the object is in. */
  completion(): Promise<Completion> {
    return this.#stream.completion()
  }
}

function isObject(event: CompletionEvent): event is Extract<CompletionEvent, { type: 'object' | 'object-delta' }> {
  return event.type === 'object-delta' || event.type === 'object'
}
