import { claude } from '@llm/client-claude'
import { deepseek } from '@llm/client-deepseek'
import { gemini } from '@llm/client-gemini'
import { gpt } from '@llm/client-gpt'
import { llama } from '@llm/client-llama'
import { mixtral } from '@llm/client-mixtral'
import type { ModelClient, Provider } from '@llm/core'
import { openai } from '@llm/provider-openai'
import { expect, test } from 'vitest'
import { familyOf } from './families.ts'

/** Ids as makers, OpenRouter, Bedrock, Groq, Vertex, Azure, Ollama and others write them. */
const IDS: Readonly<Record<string, readonly string[]>> = {
  gpt: [
    'gpt-3.5-turbo',
    'gpt-6-luna',
    'chatgpt-4o-latest',
    'o1',
    'o3-mini',
    'openai/gpt-5',
    'openai/o4-mini',
    'ft:gpt-4o-mini-2024-07-18:org::id',
    'codex-mini-latest',
    'dall-e-3',
    'text-embedding-3-small',
    'gpt-image-1',
  ],
  claude: [
    'claude-sonnet-4-5',
    'anthropic/claude-sonnet-4.5',
    'anthropic.claude-3-haiku-20240307-v1:0',
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'claude-opus-4-1@20250805',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
    '~anthropic/claude-haiku-latest',
  ],
  gemini: ['gemini-3.5-flash', 'google/gemini-2.5-pro', 'models/gemini-2.5-flash'],
  deepseek: [
    'deepseek-reasoner',
    'deepseek/deepseek-v3.2',
    'deepseek.r1-v1:0',
    'us.deepseek.r1-v1:0',
    'deepseek-ai/DeepSeek-V3.1',
    'deepseek-r1-distill-llama-70b',
    'deepseek-r1:8b',
  ],
  mixtral: [
    'mixtral-8x7b-32768',
    'open-mixtral-8x22b',
    'mistral-large-latest',
    'mistralai/mistral-small-2603',
    'mistral.mixtral-8x7b-instruct-v0:1',
    'mistral.voxtral-mini-3b-2507',
    'codestral-latest',
    'magistral-medium-latest',
    'ministral-8b-latest',
    'devstral-2512',
    'pixtral-12b',
  ],
  llama: [
    'llama-3.3-70b-versatile',
    'meta-llama/llama-4-scout-17b-16e-instruct',
    'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    'us.meta.llama4-maverick-17b-instruct-v1:0',
    'llama3.3:70b',
    'accounts/fireworks/models/llama-v3p1-405b-instruct',
  ],
}

test.each(Object.entries(IDS).flatMap(([family, ids]) => ids.map(id => ({ family, id }))))(
  '$id is of $family',
  ({ family, id }) => {
    expect(familyOf(id)).toBe(family)
  },
)

test.each(['openai/gpt-oss-120b', 'qwen/qwen3-32b', 'moonshotai/kimi-k2', 'codellama', 'nova-pro', 'solo1', 'my-bot'])(
  '%s is of none',
  id => {
    expect(familyOf(id)).toBeUndefined()
  },
)

type ClientFactory = (model: string, options: { readonly provider: Provider }) => ModelClient

test('each is the factory of its package', () => {
  const factories: Record<string, ClientFactory> = { claude, deepseek, gemini, gpt, llama, mixtral }
  expect(Object.keys(factories).sort()).toEqual(Object.keys(IDS).sort())
  for (const [family, create] of Object.entries(factories)) {
    expect(create('some-model', { provider: openai() }).family).toBe(family)
  }
})
