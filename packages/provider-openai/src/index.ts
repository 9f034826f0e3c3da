export { openai, type OpenAISettings } from './openai.ts'
export type { OpenAIOptions } from './options.ts'
