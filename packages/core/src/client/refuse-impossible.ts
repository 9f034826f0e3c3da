import type { CompletionRequest } from '../completion.ts'
import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import type { Modality, ModelSpec } from '../specs/model-spec.ts'

/** The call for each kind of output. */
const OUTPUT_CALLS: Readonly<Partial<Record<Modality, string>>> = {
  image: 'generateImage()',
  audio: 'generateSpeech()',
  video: 'generateVideo()',
  embedding: 'embed()',
}

/** What no host could do with this model is refused before anything is sent. */
export function refuseImpossible(request: CompletionRequest, spec: ModelSpec): void {
  if (!spec.output.includes('text')) {
    const calls = spec.output.flatMap(modality => OUTPUT_CALLS[modality] ?? [])
    throw new UnsupportedOperationError({
      message: `A text call does not fit ${spec.id}.`,
      hint: `${spec.id} has no text output: use ${calls.join(' or ') || 'another model'}.`,
    })
  }
  if (Array.isArray(request.tools) && request.tools.length > 0 && spec.capabilities.tools === false) {
    throw new UnsupportedOperationError({ message: `${spec.id} takes no tools.`, hint: 'Use a model that does.' })
  }
}
