import type { ParseContext } from '@llm/core'
import type { ChatAudio } from './wire.ts'

/** Puts spoken output together: the sound comes in pieces that are each base64 of their own. */
export class AudioCollector {
  #context: ParseContext
  #pieces: string[] = []
  #transcript = ''
  #id: string | undefined

  constructor(context: ParseContext) {
    this.#context = context
  }

  push({ id, data, transcript }: ChatAudio): void {
    this.#id ??= id ?? undefined
    if (data) this.#pieces.push(data)
    if (transcript) this.#transcript += transcript
  }

  /** Emits the whole sound. The host keeps it under its id, which is what goes back in a later turn. */
  finish(): void {
    const state = this.#id === undefined ? undefined : this.#context.state({ id: this.#id })
    const source = { base64: joinBase64(this.#pieces), mediaType: 'audio/wav' }
    const transcript = this.#transcript || undefined
    this.#context.emit({ type: 'file', file: { type: 'audio', source, transcript, state } })
  }
}

function joinBase64(pieces: readonly string[]): string {
  if (pieces.length <= 1) return pieces[0] ?? ''
  return btoa(pieces.map(piece => atob(piece)).join(''))
}
