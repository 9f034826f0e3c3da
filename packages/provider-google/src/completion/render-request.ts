import { defined, type PreparedOutput, type ReasoningOptions } from '@llm/core'
import type { GoogleOptions } from '../options.ts'
import { isBeforeGemini3, mergeExtra, warnDropped, type GoogleRequest } from './google-request.ts'
import { renderContents, renderSystem } from './render-messages.ts'
import { fitSchema, renderToolConfig, renderTools } from './render-tools.ts'

/** The body of `generateContent`. Reference: https://ai.google.dev/api/generate-content#request-body */
export function renderRequest(request: GoogleRequest): object {
  for (const field of ['verbosity', 'parallelToolCalls'] as const) {
    if (request[field] !== undefined) warnDropped(request, field)
  }
  const { safetySettings, cachedContent, labels, serviceTier, extraBody = {} } = request.options
  const config = renderConfig(request)
  const body = defined({
    systemInstruction: renderSystem(request),
    contents: renderContents(request),
    tools: renderTools(request),
    toolConfig: renderToolConfig(request),
    generationConfig: Object.keys(config).length > 0 ? config : undefined,
    safetySettings,
    cachedContent,
    labels,
    serviceTier,
  })
  return mergeExtra(body, extraBody)
}

/** Reference: https://ai.google.dev/api/generate-content#generationconfig */
function renderConfig(request: GoogleRequest): Record<string, unknown> {
  const { modalities, speech, image, mediaResolution, topLogprobs } = request.options
  return defined({
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    maxOutputTokens: request.maxTokens,
    stopSequences: request.stop,
    seed: request.seed,
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    ...renderOutput(request.output),
    thinkingConfig: renderThinking(request),
    responseModalities: modalities?.map(modality => modality.toUpperCase()),
    speechConfig: speech && renderSpeech(speech),
    imageConfig: image,
    mediaResolution: mediaResolution && `MEDIA_RESOLUTION_${mediaResolution.toUpperCase()}`,
    responseLogprobs: topLogprobs === undefined ? undefined : true,
    logprobs: topLogprobs,
  })
}

function renderOutput(output: PreparedOutput | undefined): object {
  if (output === undefined) return {}
  const json = { responseMimeType: 'application/json' }
  return output.type === 'json' ? json : { ...json, responseJsonSchema: fitSchema(output.schema) }
}

type Effort = NonNullable<ReasoningOptions['effort']>

/** Models before Gemini 3 know no levels. The numbers are Google's own: https://ai.google.dev/gemini-api/docs/openai#thinking */
const BUDGETS: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
}

const LEVELS: Readonly<Record<Exclude<Effort, 'none'>, string>> = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
}

/** Whoever asks for reasoning gets to see it. Reference: https://ai.google.dev/gemini-api/docs/thinking */
function renderThinking(request: GoogleRequest): object | undefined {
  const { reasoning, model } = request
  if (reasoning === undefined) return undefined
  const { effort, budgetTokens } = reasoning
  if (budgetTokens !== undefined) return { includeThoughts: budgetTokens !== 0, thinkingBudget: budgetTokens }
  if (effort === undefined) return { includeThoughts: true }
  if (effort === 'none') return { thinkingBudget: 0 }
  if (effort === 'xhigh' || effort === 'max') {
    const message = `${request.provider} knows no reasoning effort above high; ${effort} was lowered to it.`
    request.warn({ code: 'parameter-changed', message, parameter: 'reasoning.effort' })
  }
  if (isBeforeGemini3(model)) return { includeThoughts: true, thinkingBudget: BUDGETS[effort] }
  return { includeThoughts: true, thinkingLevel: LEVELS[effort] }
}

/** Reference: https://ai.google.dev/gemini-api/docs/speech-generation */
function renderSpeech({ voice, speakers, language }: NonNullable<GoogleOptions['speech']>): object {
  const voiceConfig = (voiceName: string): object => ({ prebuiltVoiceConfig: { voiceName } })
  const speakerVoiceConfigs = speakers?.map(item => ({ speaker: item.speaker, voiceConfig: voiceConfig(item.voice) }))
  return defined({
    voiceConfig: voice === undefined ? undefined : voiceConfig(voice),
    multiSpeakerVoiceConfig: speakerVoiceConfigs && { speakerVoiceConfigs },
    languageCode: language,
  })
}
