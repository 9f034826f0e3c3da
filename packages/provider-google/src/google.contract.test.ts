import type { FinishReason } from '@llm/core'
import {
  providerSuite,
  sseEvent,
  type FixtureAnswer,
  type FixtureFailure,
  type FixturePart,
  type FixtureUsage,
  type WireFixtures,
} from '@llm/testing'
import { describe, test } from 'vitest'
import { google, vertex } from './google.ts'

/** Source: https://ai.google.dev/api/generate-content#FinishReason */
const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  LANGUAGE: 'other',
  OTHER: 'other',
  A_NEW_REASON: 'other',
}

const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

/** `generateContent`, as the service writes it. */
const fixtures: WireFixtures = {
  body: answer => chunk(answer, { parts: answer.parts.flatMap(part => wireParts(part, true)), last: true }),
  events: answer => {
    const pieces = answer.parts.flatMap(part => wireParts(part, false))
    const chunks = [...pieces.map(part => [part]), []]
    return chunks.map((parts, index) => {
      const last = index === chunks.length - 1
      return sseEvent(chunk(answer, { parts, last, share: (index + 1) / chunks.length }))
    })
  },
  errorBody,
  errorEvent: failure => sseEvent(errorBody(failure)),
  finishReasons: FINISH_REASONS,
  toolIds: body => {
    const parts = (body as { contents: { parts: WirePart[] }[] }).contents.flatMap(content => content.parts)
    const ids = (kind: keyof WirePart): string[] => parts.flatMap(part => part[kind] ?? []).map(identify)
    return { calls: ids('functionCall'), results: ids('functionResponse') }
  },
  supports: {
    toolCallDeltas: false,
    interleavedToolCalls: false,
    argumentsText: false,
    sources: true,
    imageOutput: true,
    input: ['image-base64', 'image-url', 'image-id', 'audio-base64', 'audio-url', 'file-base64', 'file-url', 'file-id'],
    dropped: ['verbosity'],
  },
}

type WirePart = Partial<Record<'functionCall' | 'functionResponse', { readonly id?: string; readonly name: string }>>

/** Where Google gave no id, a call and its result are known by their place and name. */
function identify({ id, name }: { readonly id?: string; readonly name: string }, place: number): string {
  return id ?? `${name} ${String(place)}`
}

/** The parts that a part of a fixture is: one, where the answer is whole; one a delta in a stream. */
function wireParts(part: FixturePart, whole: boolean): object[] {
  switch (part.type) {
    case 'text':
    case 'reasoning': {
      const texts = whole || part.deltas.length === 0 ? [part.deltas.join('')] : part.deltas
      const signature = part.type === 'reasoning' ? part.signature : undefined
      return texts.map((text, index) => ({
        text,
        ...(part.type === 'reasoning' && { thought: true }),
        ...(signature !== undefined && index === texts.length - 1 && { thoughtSignature: signature }),
      }))
    }
    case 'tool-call': {
      const { id, name, deltas } = part
      const args: unknown = JSON.parse(deltas.join('') || '{}')
      return [{ functionCall: { ...(id !== undefined && { id }), name, args } }]
    }
    case 'image':
      return [{ inlineData: { mimeType: part.mediaType, data: part.base64 } }]
    case 'audio':
      return [{ inlineData: { mimeType: 'audio/wav', data: part.base64 } }]
    case 'source':
      return []
  }
}

interface Chunk {
  readonly parts: readonly object[]
  readonly last: boolean
  /** How much of the answer is there, from 0 to 1. */
  readonly share?: number
}

function chunk(answer: FixtureAnswer, { parts, last, share = 1 }: Chunk): object {
  const { id, model, finishReason, rawFinishReason, usage, usageIn = 'last' } = answer
  const known = Object.entries(FINISH_REASONS).find(([, meaning]) => meaning === finishReason)?.[0]
  const sources = answer.parts.filter(part => part.type === 'source')
  const counted = last || usageIn === 'snapshots' || (usageIn === 'content' && parts.length > 0)
  return {
    candidates: [
      {
        ...(parts.length > 0 && { content: { role: 'model', parts } }),
        ...(last && { finishReason: rawFinishReason ?? known ?? 'STOP' }),
        ...(last && sources.length > 0 && { groundingMetadata: grounding(sources) }),
        index: 0,
      },
    ],
    ...(usage && counted && { usageMetadata: wireUsage(usage, last ? 1 : share) }),
    modelVersion: model,
    responseId: id,
  }
}

function grounding(sources: readonly { readonly url: string; readonly title: string }[]): object {
  return { groundingChunks: sources.map(({ url, title }) => ({ web: { uri: url, title } })) }
}

function wireUsage(
  { inputTokens, outputTokens, cacheReadTokens, reasoningTokens }: FixtureUsage,
  share: number,
): object {
  const output = Math.round(outputTokens * share)
  const thoughts = Math.min(reasoningTokens ?? 0, output)
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: output - thoughts,
    totalTokenCount: inputTokens + output,
    ...(reasoningTokens !== undefined && { thoughtsTokenCount: thoughts }),
    ...(cacheReadTokens !== undefined && { cachedContentTokenCount: cacheReadTokens }),
  }
}

function errorBody({ status, message, kind }: FixtureFailure): object {
  const text =
    kind === 'context-length'
      ? `The input token count exceeds the maximum number of tokens allowed. ${message}`
      : message
  return { error: { code: status, message: text, status: STATUSES[status] ?? 'UNKNOWN' } }
}

describe('google', () => {
  providerSuite(test, { create: settings => google(settings), fixtures })
})

describe('vertex', () => {
  providerSuite(test, {
    create: settings => vertex({ ...settings, apiKey: settings.apiKey ?? 'AIza-test' }),
    fixtures,
  })
})
