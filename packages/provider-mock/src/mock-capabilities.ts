import type { CallOptions, ErrorContext } from '@llm/core'
import type { Clock } from '@llm/core/testing'
import { countTokens } from './count-tokens.ts'
import { embed } from './embeddings.ts'
import type { Failure } from './errors.ts'
import { generateImage, imageStages } from './images.ts'
import { MockCall } from './mock-call.ts'
import type { CallRecorder, MockCapabilities, RequestOf } from './mock-calls.ts'
import { MODELS } from './models.ts'
import { moderate } from './moderation.ts'
import { rerank } from './rerank.ts'
import type { MockSettings } from './settings.ts'
import { generateSpeech, speechPieces } from './speech.ts'
import { transcribe, transcriptionEvents } from './transcription.ts'
import { generateVideo } from './video.ts'

/** What all calls of one mock share. */
export interface MockState {
  readonly settings: MockSettings
  readonly id: string
  readonly clock: Clock
  readonly recorder: CallRecorder
}

/** What the mock can do besides completions. Every call is recorded, takes the time to a first token, and may fail. */
export function mockCapabilities(state: MockState): MockCapabilities {
  const { id, settings } = state
  const run = createRunner(state)
  return {
    embed: request => run('embed', request, () => embed(request, id)),
    generateImage: request => run('generateImage', request, () => generateImage(request, id)),
    async *streamImage(request) {
      yield* await run('streamImage', request, () => imageStages(request, id))
    },
    generateSpeech: request => run('generateSpeech', request, () => generateSpeech(request, id)),
    async *streamSpeech(request) {
      yield* await run('streamSpeech', request, () => speechPieces(request, id))
    },
    transcribe: request => run('transcribe', request, () => transcribe(request, id)),
    async *streamTranscription(request) {
      yield* await run('streamTranscription', request, () => transcriptionEvents(request, id))
    },
    generateVideo: request => run('generateVideo', request, () => generateVideo(request, id, state.clock)),
    moderate: request => run('moderate', request, () => moderate(request, id)),
    rerank: request => run('rerank', request, () => rerank(request, id)),
    countTokens: request => run('countTokens', request, () => countTokens(request)),
    listModels: (options = {}) => run('listModels', options, () => settings.models ?? MODELS),
  }
}

type Capability = keyof MockCapabilities
type Runner = <O extends Capability, T>(operation: O, request: RequestOf<O>, work: () => T) => Promise<T>

function createRunner({ settings, id, clock, recorder }: MockState): Runner {
  return async (operation, request, work) => {
    const failure = settings.failures?.[operation]?.[recorder.count(operation)]
    const end = recorder.begin(operation, request)
    const { model = '', signal, timeout = settings.timeout } = request as CallOptions & { readonly model?: string }
    const call = new MockCall({ clock, provider: id, model }, { signal, timeout })
    try {
      await call.sleep(failure === undefined ? (settings.pace?.firstTokenMs ?? 0) : failure.delayMs)
      if (failure !== undefined) await failWith(failure, call, { provider: id, model })
      const result = work()
      end()
      return result
    } catch (error) {
      const typed = call.error(error)
      end(typed)
      throw typed
    } finally {
      call.end()
    }
  }
}

async function failWith({ error }: Failure, call: MockCall, where: ErrorContext): Promise<void> {
  if (error !== undefined) throw error(where)
  await call.sleep(Infinity)
}
