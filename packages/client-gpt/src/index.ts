export { gpt, GptClient, type GptOptions } from './gpt.ts'
export type { GptLimits } from './limits.ts'
export type { GptModel } from './specs.ts'
