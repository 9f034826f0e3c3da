import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Catalogue } from './build-catalogue.ts'
import { canonicalId } from './canonical-id.ts'
import { families } from './families.ts'

/** Each model, and what hosts call it. */
const models: Readonly<Record<string, readonly string[]>> = {
  'gpt gpt-3.5-turbo': ['openai gpt-3.5-turbo', 'azure gpt-35-turbo', 'openrouter openai/gpt-3.5-turbo'],
  'gpt gpt-4o-2024-08-06': ['openai gpt-4o-2024-08-06', 'openrouter openai/gpt-4o-2024-08-06'],
  'gpt gpt-5.6-luna': ['bedrock openai.gpt-5.6-luna', 'bedrock in.openai.gpt-5.6-luna'],
  'claude claude-sonnet-4-5': [
    'anthropic claude-sonnet-4-5',
    'anthropic claude-sonnet-4-5-20250929',
    'openrouter anthropic/claude-sonnet-4.5',
    'openrouter anthropic/claude-4.5-sonnet-20250929',
    'bedrock anthropic.claude-sonnet-4-5-20250929-v1:0',
    'bedrock us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'bedrock global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ],
  'claude claude-opus-4-6': ['bedrock eu.anthropic.claude-opus-4-6-v1', 'openrouter anthropic/claude-opus-4.6'],
  'claude claude-opus-4-0': ['anthropic claude-opus-4-20250514', 'openrouter anthropic/claude-opus-4'],
  'claude claude-3-5-sonnet': [
    'bedrock anthropic.claude-3-5-sonnet-20241022-v2:0',
    'openrouter anthropic/claude-3.5-sonnet',
  ],
  'gemini gemini-2.5-flash': [
    'google gemini-2.5-flash',
    'vertex gemini-2.5-flash',
    'openrouter google/gemini-2.5-flash',
  ],
  'gemini gemini-flash-latest': ['google gemini-flash-latest', 'openrouter ~google/gemini-flash-latest'],
  'gemini gemini-3-pro-image': ['openrouter google/gemini-3-pro-image-preview'],
  'gemini gemini-2.5-pro-tts': ['google gemini-2.5-pro-preview-tts', 'vertex gemini-2.5-pro-tts'],
  'deepseek deepseek-r1-distill-llama-70b': [
    'groq deepseek-r1-distill-llama-70b',
    'openrouter deepseek/deepseek-r1-distill-llama-70b',
  ],
  'deepseek deepseek-v3.1': ['bedrock deepseek.v3-v1:0', 'openrouter deepseek/deepseek-chat-v3.1'],
  'deepseek deepseek-v3.2': ['bedrock deepseek.v3.2', 'fireworks accounts/fireworks/models/deepseek-v3p2'],
  'deepseek deepseek-r1': ['bedrock deepseek.r1-v1:0', 'openrouter deepseek/deepseek-r1'],
  'deepseek deepseek-v4.1-flash': [
    'deepseek deepseek-flash',
    'together deepseek-ai/DeepSeek-V4.1-Flash',
    'fireworks accounts/fireworks/models/deepseek-v4p1-flash',
  ],
  'mixtral mixtral-8x7b': [
    'mistral open-mixtral-8x7b',
    'groq mixtral-8x7b-32768',
    'bedrock mistral.mixtral-8x7b-instruct-v0:1',
    'together mistralai/Mixtral-8x7B-Instruct-v0.1',
    'openrouter mistralai/mixtral-8x7b-instruct',
  ],
  'mixtral mistral-medium-2604': ['mistral mistral-medium-3.5', 'openrouter mistralai/mistral-medium-3-5'],
  'mixtral mistral-large-2512': ['mistral mistral-large-2512', 'bedrock mistral.mistral-large-3-675b-instruct'],
  'mixtral devstral-2512': ['bedrock mistral.devstral-2-123b', 'openrouter mistralai/devstral-2512'],
  'mixtral ministral-8b-2512': ['bedrock mistral.ministral-3-8b-instruct', 'openrouter mistralai/ministral-8b-2512'],
  'mixtral pixtral-large': ['bedrock eu.mistral.pixtral-large-2502-v1:0', 'openrouter mistralai/pixtral-large-2411'],
  'llama llama-4-scout': [
    'openrouter meta-llama/llama-4-scout',
    'groq meta-llama/llama-4-scout-17b-16e-instruct',
    'bedrock us.meta.llama4-scout-17b-instruct-v1:0',
    'together meta-llama/Llama-4-Scout-17B-16E-Instruct',
  ],
  'llama llama-3.1-8b-instruct': [
    'groq llama-3.1-8b-instant',
    'cerebras llama3.1-8b',
    'bedrock us.meta.llama3-1-8b-instruct-v1:0',
    'fireworks accounts/fireworks/models/llama-v3p1-8b-instruct',
    'together meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo',
    'openrouter meta-llama/llama-3.1-8b-instruct',
  ],
  'llama llama-3.3-70b-instruct': ['groq llama-3.3-70b-versatile', 'together meta-llama/Llama-3.3-70B-Instruct-Turbo'],
  'llama llama-3-70b-instruct': ['groq llama3-70b-8192', 'bedrock meta.llama3-70b-instruct-v1:0'],
  'llama llama-3.2-11b-vision-instruct': [
    'groq llama-3.2-11b-vision-preview',
    'bedrock meta.llama3-2-11b-instruct-v1:0',
    'openrouter meta-llama/llama-3.2-11b-vision-instruct',
  ],
}

const meaning = (named: string) => {
  const [host = '', id = ''] = named.split(' ')
  const canonical = canonicalId(host, id)
  return canonical && `${canonical.family.name} ${canonical.id}`
}

test.each(Object.entries(models))('%s is what %j mean', (model, names) => {
  expect(names.map(meaning)).toEqual(names.map(() => model))
})

test.each([
  'openrouter anthropic/claude-sonnet-4.5:batch',
  'openrouter meta-llama/llama-3.2-11b-vision-instruct:free',
  'openrouter nvidia/llama-3.1-nemotron-70b-instruct',
  'openrouter cognitivecomputations/dolphin3.0-mistral-24b',
  'openrouter llama-3.1-405b-instruct',
  'openrouter meta-llama/llama-3.1-405b',
  'groq openai/gpt-oss-120b',
  'groq meta-llama/llama-guard-4-12b',
  'google claude-sonnet-4',
  'openai gpt-5-chat-latest',
  'openai gpt-4o-mini-transcribe',
  'openrouter openai/gpt-5.4-20260305',
  'mistral mistral-ocr-latest',
  'bedrock amazon.nova-pro-v1:0',
])('%s is none of our models', named => {
  expect(meaning(named)).toBeUndefined()
})

test.each(families.map(family => family.name))('names in the catalogue of %s mean their model', async name => {
  const path = join(import.meta.dirname, `../../packages/client-${name}/src/catalogue.ts`)
  const { CATALOGUE } = (await import(path)) as { CATALOGUE: Catalogue }
  const named = Object.entries(CATALOGUE).flatMap(([id, { hosts = {} }]) =>
    Object.entries(hosts).map(([host, word]) => ({ id, means: meaning(`${host} ${word}`) })),
  )
  // Where only the maker has a moving name, the others are called by that of the newest dated model.
  const wrong = named.filter(
    ({ id, means = '' }) => ![means, means.replace(/-\d{4}$/, '-latest')].includes(`${name} ${id}`),
  )
  expect(named.length).toBeGreaterThan(20)
  expect(wrong).toEqual([])
})
