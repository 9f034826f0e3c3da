import { generateText, streamText, type LanguageModel } from 'ai'
import { PROMPT, type Api, type CallOptions, type Contestant, type Setup } from './contestant.ts'

export async function create(setup: Setup): Promise<Contestant<string>> {
  const model = await MODELS[setup.api](setup)
  const call = ({ signal, ...options }: CallOptions) => ({
    model,
    prompt: PROMPT,
    ...options,
    ...(signal && { abortSignal: signal }),
  })
  return {
    stream: options => streamText(call(options)).textStream,
    textOf: text => text,
    complete: async options => (await generateText(call(options))).text,
  }
}

const openai = async ({ origin, apiKey }: Setup) =>
  (await import('@ai-sdk/openai')).createOpenAI({ baseURL: `${origin}/v1`, apiKey })

/** The AI SDK's package for each host. */
const MODELS: Readonly<Record<Api, (setup: Setup) => Promise<LanguageModel>>> = {
  responses: async setup => (await openai(setup)).responses(setup.model),
  chat: async setup => (await openai(setup)).chat(setup.model),
  anthropic: async ({ origin, apiKey, model }) =>
    (await import('@ai-sdk/anthropic')).createAnthropic({ baseURL: `${origin}/v1`, apiKey })(model),
  google: async ({ origin, apiKey, model }) =>
    (await import('@ai-sdk/google')).createGoogle({ baseURL: `${origin}/v1beta`, apiKey })(model),
  groq: async ({ origin, apiKey, model }) =>
    (await import('@ai-sdk/groq')).createGroq({ baseURL: `${origin}/openai/v1`, apiKey })(model),
  bedrock: async ({ origin, apiKey, model }) =>
    (await import('@ai-sdk/amazon-bedrock')).createAmazonBedrock({ baseURL: origin, region: 'us-east-1', apiKey })(
      model,
    ),
  azure: async ({ origin, apiKey, model }) =>
    (await import('@ai-sdk/azure')).createAzure({ baseURL: `${origin}/openai`, apiKey }).chat(model),
  openrouter: async ({ origin, apiKey, model }) =>
    (await import('@openrouter/ai-sdk-provider')).createOpenRouter({ baseURL: `${origin}/api/v1`, apiKey }).chat(model),
  compatible: async ({ origin, apiKey, model }) =>
    (await import('@ai-sdk/openai-compatible')).createOpenAICompatible({
      name: 'compatible',
      baseURL: `${origin}/v1`,
      apiKey,
    })(model),
}
