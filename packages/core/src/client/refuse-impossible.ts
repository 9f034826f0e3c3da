import type { CompletionRequest } from '../completion.ts'
import { UnsupportedOperationError } from '../errors/unsupported-operation-error.ts'
import type { Capabilities } from '../provider.ts'
import type { Modality, ModelSpec } from '../specs/model-spec.ts'

/** The call for each kind of output. */
const OUTPUT_CALLS: Readonly<Partial<Record<Modality, string>>> = {
  text: 'complete()',
  image: 'generateImage()',
  audio: 'generateSpeech()',
  video: 'generateVideo()',
  embedding: 'embed()',
}

/** What a model must take or make for a call. */
const NEEDS: Readonly<Partial<Record<keyof Capabilities, Partial<Record<'input' | 'output', Modality>>>>> = {
  generateImage: { output: 'image' },
  streamImage: { output: 'image' },
  generateSpeech: { output: 'audio' },
  streamSpeech: { output: 'audio' },
  generateVideo: { output: 'video' },
  transcribe: { input: 'audio' },
  streamTranscription: { input: 'audio' },
  embed: { output: 'embedding' },
}

/** What no host could do with this model is refused before anything is sent. */
export function refuseImpossible(request: CompletionRequest, spec: ModelSpec): void {
  if (!spec.output.includes('text')) throw misfit('A text call', spec, 'has no text output')
  if (Array.isArray(request.tools) && request.tools.length > 0 && spec.capabilities.tools === false) {
    throw new UnsupportedOperationError({
      message: `${spec.id} takes no tools.`,
      hint: 'Leave out tools, or use a model whose spec says capabilities.tools.',
    })
  }
}

/** The same for calls that are not completions. Of a model that is not known nothing is said. */
export function refuseMisfit(call: keyof Capabilities, spec: ModelSpec): void {
  const { input, output } = NEEDS[call] ?? {}
  if (spec.inherits !== undefined) return
  if (output !== undefined && !spec.output.includes(output)) throw misfit(`${call}()`, spec, `has no ${output} output`)
  if (input !== undefined && !spec.input.includes(input)) throw misfit(`${call}()`, spec, `takes no ${input}`)
}

function misfit(call: string, { id, output }: ModelSpec, reason: string): UnsupportedOperationError {
  const calls = output.flatMap(modality => OUTPUT_CALLS[modality] ?? [])
  return new UnsupportedOperationError({
    message: `${call} does not fit ${id}.`,
    hint: `${id} ${reason}: use ${calls.join(' or ') || 'another model'}.`,
  })
}
