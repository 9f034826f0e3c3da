import type { Api, Contestant, Setup } from './contestant.ts'

/** The host's official SDK. For hosts that speak OpenAI's API and have none of their own it is OpenAI's. */
export async function create(setup: Setup): Promise<Contestant> {
  return (await SDKS[setup.api]()).create(setup)
}

/** Loads one SDK only. */
const SDKS: Readonly<Record<Api, () => Promise<{ readonly create: (setup: Setup) => Contestant }>>> = {
  responses: () => import('./sdks/openai-responses.ts'),
  chat: () => import('./sdks/openai-chat.ts'),
  anthropic: () => import('./sdks/anthropic.ts'),
  google: () => import('./sdks/google.ts'),
  groq: () => import('./sdks/groq.ts'),
  bedrock: () => import('./sdks/aws.ts'),
  azure: () => import('./sdks/openai-chat.ts'),
  openrouter: () => import('./sdks/openai-chat.ts'),
  compatible: () => import('./sdks/openai-chat.ts'),
}
