import type { Completion } from '../../completion.ts'
import type { AssistantPart } from '../../message.ts'
import type { Transcription, TranscriptionEvent } from '../../media/transcription.ts'
import { contentFields } from '../../stream/accumulator.ts'
import { changePart, changeStrings, withText, type TextChange } from './guard-request.ts'
import { guardText, GuardedText, type GuardContext, type TextGuard } from './text-guard.ts'

/** A whole answer with its texts changed: what a model wrote, thought and called, and what it heard. */
export async function changeAnswer(answer: unknown, change: TextChange): Promise<unknown> {
  if (typeof answer !== 'object' || answer === null) return answer
  if ('content' in answer && 'message' in answer) return changeCompletion(answer as Completion, change)
  return 'segments' in answer ? changeTranscription(answer as Transcription, change) : answer
}

async function changeCompletion(completion: Completion, change: TextChange): Promise<Completion> {
  const { fileSearchResults: _, ...rest } = completion
  const content = await Promise.all(completion.content.map(part => changeAnswerPart(part, change)))
  return {
    ...rest,
    ...contentFields(content),
    ...('object' in completion ? { object: await changeStrings(completion.object, change) } : {}),
    // The body holds what the guards have changed.
    response: { headers: completion.response.headers },
  }
}

/** What a model thought is guarded as well as what it says. */
async function changeAnswerPart(part: AssistantPart, change: TextChange): Promise<AssistantPart> {
  return part.type === 'reasoning' ? withText(part, await change(part.text)) : changePart(part, change)
}

/** A transcription as it is written down; other pieces go through. */
export async function* guardPieces<T>(
  pieces: AsyncIterable<T>,
  guards: readonly TextGuard[],
  context: GuardContext,
): AsyncGenerator<T, void, undefined> {
  const text = new GuardedText(guards, context)
  const change: TextChange = part => guardText(part, guards, context)
  for await (const piece of pieces) {
    const event = piece as TranscriptionEvent
    if (event.type === 'text-delta') yield { ...piece, text: text.push(event.text) }
    else if (event.type === 'segment') {
      yield { ...piece, segment: { ...event.segment, text: await change(event.segment.text) } }
    } else if (event.type === 'finish') {
      yield { type: 'text-delta', text: await text.end() } as T
      yield { ...piece, transcription: await changeTranscription(event.transcription, change) }
    } else yield piece
  }
}

async function changeTranscription(transcription: Transcription, change: TextChange): Promise<Transcription> {
  const segments = transcription.segments.map(async segment => ({ ...segment, text: await change(segment.text) }))
  return {
    ...transcription,
    text: await change(transcription.text),
    segments: await Promise.all(segments),
    response: { headers: transcription.response.headers },
  }
}
