import { MODELS, type Api, type OpenAIApi } from './contestant.ts'

const OPENAI: readonly OpenAIApi[] = ['responses', 'chat']
const ALL = Object.keys(MODELS) as readonly Api[]

/** Who takes part, in the order of the tables. The first is what the others are compared with. */
export const CONTESTANTS = [
  { name: 'minimum', title: 'hand-written minimum', apis: ALL },
  { name: 'llm-provider', title: "@llm, the host's provider", apis: ALL },
  { name: 'llm-stack', title: '@llm, it in a full stack', apis: OPENAI },
  { name: 'llm-client', title: '@llm, a client over it', apis: OPENAI },
  { name: 'vendor-sdk', title: "the vendor's SDK", apis: ALL },
  { name: 'ai-sdk', title: 'AI SDK 7', apis: ALL },
  { name: 'xsai', title: 'xsAI', apis: ['chat'] },
  { name: 'langchain', title: 'LangChain.js', apis: OPENAI },
] as const satisfies readonly { readonly name: string; readonly title: string; readonly apis: readonly Api[] }[]

export type ContestantName = (typeof CONTESTANTS)[number]['name']
