import type { Provider } from '@llm/core'
import { anthropic } from '@llm/provider-anthropic'
import { azure } from '@llm/provider-azure'
import { bedrock } from '@llm/provider-bedrock'
import { compatible, type VendorId } from '@llm/provider-compatible'
import { google, vertex } from '@llm/provider-google'
import { groq } from '@llm/provider-groq'
import { openai } from '@llm/provider-openai'
import { openrouter } from '@llm/provider-openrouter'
import { chatRules, type ChatHost } from './chat-rules.ts'
import { converseRules } from './converse-rules.ts'
import { generateContentRules } from './generate-content-rules.ts'
import { messagesRules } from './messages-rules.ts'
import { responsesRules } from './responses-rules.ts'
import type { Rules } from './rules.ts'

type Fetch = typeof globalThis.fetch

/** One host's API: how to call it, what it was recorded as, and what it takes. */
export interface PortableHost {
  readonly name: string
  readonly create: (fetch?: Fetch) => Provider
  /** Where its recordings are. */
  readonly recorded?: { readonly provider: string; readonly api: string }
  readonly model: string
  /** The family of all its models; absent where it runs any. */
  readonly family?: string
  readonly rules: Rules
}

const apiKey = 'a-key'

function chat(
  name: string,
  create: PortableHost['create'],
  host: ChatHost & Omit<PortableHost, 'name' | 'create' | 'rules'>,
): PortableHost {
  const { recorded, model, family, ...rules } = host
  return {
    name,
    create,
    model,
    rules: chatRules(rules),
    ...(recorded !== undefined && { recorded }),
    ...(family !== undefined && { family }),
  }
}

const vendor =
  (id: VendorId, api: 'chat' | 'responses' = 'chat') =>
  (fetch?: Fetch): Provider =>
    compatible({ vendor: id, apiKey, api, fetch })

const baseURL = 'https://example.openai.azure.com'
const google3 = { model: 'gemini-3.5-flash', family: 'gemini', rules: generateContentRules } as const

/** Every API of every host. */
export const HOSTS: readonly PortableHost[] = [
  {
    name: 'openai',
    create: fetch => openai({ apiKey, fetch }),
    recorded: { provider: 'openai', api: 'responses' },
    model: 'gpt-5-mini',
    family: 'gpt',
    rules: responsesRules(),
  },
  chat('openai chat', fetch => openai({ apiKey, api: 'chat', fetch }), {
    recorded: { provider: 'openai', api: 'chat_completions' },
    model: 'gpt-4.1',
    family: 'gpt',
  }),
  chat('azure', fetch => azure({ apiKey, baseURL, fetch }), {
    recorded: { provider: 'azure', api: 'chat_completions' },
    model: 'gpt-4.1',
  }),
  {
    name: 'azure responses',
    create: fetch => azure({ apiKey, baseURL, api: 'responses', fetch }),
    recorded: { provider: 'azure', api: 'responses' },
    model: 'gpt-5-mini',
    rules: responsesRules(),
  },
  {
    name: 'anthropic',
    create: fetch => anthropic({ apiKey, fetch }),
    recorded: { provider: 'anthropic', api: 'messages' },
    model: 'claude-haiku-4-5',
    family: 'claude',
    rules: messagesRules,
  },
  {
    name: 'google',
    create: fetch => google({ apiKey, fetch }),
    recorded: { provider: 'google', api: 'generate_content' },
    ...google3,
  },
  {
    name: 'vertex',
    create: fetch => vertex({ apiKey, fetch }),
    recorded: { provider: 'vertex', api: 'generate_content' },
    ...google3,
  },
  chat('groq', fetch => groq({ apiKey, fetch }), {
    recorded: { provider: 'groq', api: 'chat_completions' },
    model: 'llama-3.3-70b-versatile',
    reasoning: 'reasoning',
    userParts: ['text', 'image'],
  }),
  chat('openrouter', fetch => openrouter({ apiKey, fetch }), {
    recorded: { provider: 'openrouter', api: 'chat_completions' },
    model: 'anthropic/claude-sonnet-4.5',
    reasoning: 'reasoning_details',
    toolParts: ['text', 'image', 'file'],
  }),
  {
    name: 'bedrock',
    create: fetch => bedrock({ apiKey, region: 'us-east-1', fetch }),
    recorded: { provider: 'bedrock', api: 'converse' },
    model: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    rules: converseRules,
  },
  chat('mistral', vendor('mistral'), {
    recorded: { provider: 'mistral', api: 'chat_completions' },
    model: 'magistral-medium-latest',
    family: 'mixtral',
    callId: /^[a-zA-Z0-9]{9}$/,
    reasoning: 'thinking',
    userParts: ['text', 'image', 'audio', 'document'],
  }),
  chat('deepseek', vendor('deepseek'), {
    recorded: { provider: 'deepseek', api: 'chat_completions' },
    model: 'deepseek-reasoner',
    family: 'deepseek',
    reasoning: 'reasoning_content',
    reasoningWithCalls: true,
  }),
  {
    name: 'deepseek responses',
    create: vendor('deepseek', 'responses'),
    recorded: { provider: 'deepseek', api: 'responses' },
    model: 'deepseek-reasoner',
    family: 'deepseek',
    rules: responsesRules({ openReasoning: true }),
  },
  {
    name: 'xai',
    create: vendor('xai', 'responses'),
    recorded: { provider: 'xai', api: 'responses' },
    model: 'grok-4.1-fast',
    family: 'grok',
    rules: responsesRules(),
  },
  chat('xai chat', vendor('xai'), { model: 'grok-4.1-fast', family: 'grok', reasoning: 'reasoning_content' }),
  chat('ollama', vendor('ollama'), {
    recorded: { provider: 'ollama', api: 'chat_completions' },
    model: 'llama3.3',
    reasoning: 'reasoning',
    toolParts: ['text', 'image'],
  }),
]
