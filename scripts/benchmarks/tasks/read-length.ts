import type { CallOptions, Contestant } from '../contestants/contestant.ts'

/** Reads a stream to its end and counts the characters of its text. */
export async function readLength(contestant: Contestant, options: CallOptions = {}): Promise<number> {
  let length = 0
  for await (const event of await contestant.stream(options)) length += contestant.textOf(event).length
  return length
}
