import type { Completion } from '@llm/core'
import { exchangesOf, loadCassettes, readChatRecording, replayFetch, type NamedExchange } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { groq } from './groq.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = folder === undefined ? [] : await loadCassettes(`${folder}/groq`)
const REQUEST = { model: 'any', messages: [{ role: 'user', content: 'Hi' }] } as const

function of(api: string): readonly NamedExchange[] {
  return exchangesOf(cassettes, { provider: 'groq', api })
}

function answerOf(exchange: NamedExchange, seed: number): Promise<Completion> {
  const provider = groq({ apiKey: 'gsk-test', fetch: replayFetch([exchange], { seed }).fetch })
  return exchange.response.sse === undefined ? provider.complete(REQUEST) : provider.stream(REQUEST).completion()
}

describe.skipIf(folder === undefined)('recorded traffic of Groq (LLM_RECORDINGS)', () => {
  test('is all there', () => {
    expect([of('chat_completions').length, of('transcription').length]).toEqual([6, 1])
  })

  test.each(of('chat_completions'))('$name', async exchange => {
    const { text, reasoning, calls, finishReason, usage } = readChatRecording(exchange)
    const details = usage['completion_tokens_details'] as { readonly reasoning_tokens: number } | undefined
    for (const seed of [1, 2, 3]) {
      const completion = await answerOf(exchange, seed)
      expect([completion.text, completion.reasoning]).toEqual([text, reasoning])
      expect(completion.toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args }))).toEqual(
        calls,
      )
      expect([completion.finishReason, completion.rawFinishReason]).toEqual([
        finishReason.replace('tool_calls', 'tool-calls'),
        finishReason,
      ])
      expect(completion.usage).toMatchObject({
        inputTokens: usage['prompt_tokens'],
        outputTokens: usage['completion_tokens'],
        totalTokens: usage['total_tokens'],
      })
      expect(completion.usage.reasoningTokens).toBe(details?.reasoning_tokens)
      expect([completion.sources, completion.warnings]).toEqual([[], []])
    }
  })

  test.each(of('transcription'))('$name', async exchange => {
    const provider = groq({ apiKey: 'gsk-test', fetch: replayFetch([exchange]).fetch })
    const audio = { base64: 'UklGRg==', mediaType: 'audio/wav' }
    const { text } = await provider.transcribe({ model: 'whisper-large-v3', audio })
    expect(text).toBe(exchange.response.text?.trim())
  })
})
