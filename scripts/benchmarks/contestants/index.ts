import type { Api } from './contestant.ts'

const BOTH: readonly Api[] = ['responses', 'chat']

/** Who takes part, in the order of the tables. The first is what the others are compared with. */
export const CONTESTANTS = [
  { name: 'minimum', title: 'hand-written minimum', apis: BOTH },
  { name: 'llm-provider', title: '@llm/provider-openai', apis: BOTH },
  { name: 'llm-stack', title: '@llm/provider-openai in a full stack', apis: BOTH },
  { name: 'llm-client', title: '@llm/client-gpt over it', apis: BOTH },
  { name: 'openai-sdk', title: 'openai SDK 7', apis: BOTH },
  { name: 'ai-sdk', title: 'AI SDK 7', apis: BOTH },
  { name: 'xsai', title: 'xsAI', apis: ['chat'] },
  { name: 'langchain', title: 'LangChain.js', apis: BOTH },
] as const satisfies readonly { readonly name: string; readonly title: string; readonly apis: readonly Api[] }[]

export type ContestantName = (typeof CONTESTANTS)[number]['name']
