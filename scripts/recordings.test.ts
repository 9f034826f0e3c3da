import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'

const folder = process.env['LLM_RECORDINGS']

/** The test that replays what was recorded of each API of each host. It counts what it finds, so that nothing gets lost. */
const REPLAYED: Readonly<Record<string, readonly string[]>> = {
  'provider-openai/src/openai.recordings': ['openai responses', 'openai chat_completions'],
  'provider-openai/src/openai-capabilities.recordings': [
    'openai embeddings',
    'openai images',
    'openai moderation',
    'openai speech',
    'openai transcription',
    'openai files',
  ],
  'provider-openai/src/openai-capabilities.batches': ['openai batch'],
  'provider-azure/src/azure.recordings': ['azure chat_completions', 'azure responses', 'azure embeddings'],
  'provider-anthropic/src/anthropic.recordings': ['anthropic messages'],
  'provider-anthropic/src/batches': ['anthropic batch'],
  'provider-anthropic/src/count-tokens': ['anthropic count_tokens'],
  'provider-anthropic/src/files': ['anthropic files'],
  'provider-google/src/google.recordings': ['google generate_content', 'vertex generate_content'],
  'provider-google/src/google.capabilities': [
    'google embeddings',
    'google count_tokens',
    'google files',
    'google video',
    'google batch',
    'vertex embeddings',
    'vertex count_tokens',
  ],
  'provider-google/src/google.stores': ['google caching', 'vertex caching'],
  'provider-groq/src/groq.recordings': ['groq chat_completions', 'groq transcription'],
  'provider-openrouter/src/openrouter.recordings': [
    'openrouter chat_completions',
    'openrouter embeddings',
    'openrouter images',
    'openrouter rerank',
    'openrouter speech',
    'openrouter transcription',
  ],
  'provider-bedrock/src/bedrock.recordings': ['bedrock converse', 'bedrock embeddings'],
  'provider-compatible/src/compatible.recordings': [
    'bedrock chat_completions',
    'bedrock responses',
    'deepseek chat_completions',
    'deepseek responses',
    'mistral chat_completions',
    'mistral embeddings',
    'mistral files',
    'mistral speech',
    'mistral transcription',
    'ollama chat_completions',
    'xai responses',
    'xai files',
    'xai images',
    'xai speech',
    'xai transcription',
  ],
  'provider-compatible/src/compatible.batches': ['mistral batch', 'xai batch', 'xai video'],
}

/** What no provider has a method for, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'bedrock models': "its endpoint of OpenAI's form was asked with a signature of AWS, which no provider makes for it",
  'mistral ocr': 'pages read from pictures are no capability of the toolkit',
}

async function recordedApis(root: string): Promise<ReadonlySet<string>> {
  const apis = new Set<string>()
  for (const path of await readdir(root, { recursive: true })) {
    if (!path.endsWith('.json')) continue
    const { provider, api, exchanges } = JSON.parse(await readFile(`${root}/${path}`, 'utf8')) as Recorded
    for (const exchange of exchanges) apis.add(`${exchange.provider ?? provider} ${exchange.api ?? api}`)
  }
  return apis
}

interface Recorded {
  readonly provider: string
  readonly api: string
  readonly exchanges: readonly { readonly provider?: string; readonly api?: string }[]
}

describe.skipIf(folder === undefined)('recorded traffic (LLM_RECORDINGS)', () => {
  test('of every API is replayed, or left out for a reason', async () => {
    const known = [...Object.values(REPLAYED).flat(), ...Object.keys(LEFT_OUT)]
    expect(known.toSorted()).toEqual([...(await recordedApis(folder ?? ''))].toSorted())
  })
})

test.each(Object.entries(REPLAYED))('%s.test.ts reads the recordings of its hosts', async (path, apis) => {
  const source = await readFile(new URL(`../packages/${path}.test.ts`, import.meta.url), 'utf8')
  expect(source).toContain('LLM_RECORDINGS')
  for (const api of apis) expect(source).toContain(api.split(' ')[0])
})
