export { gpt, GptClient, type GptOptions } from './gpt.ts'
export type { GptModel } from './specs.ts'
