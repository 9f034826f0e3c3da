export { deepseek, DeepSeekClient, type DeepSeekOptions } from './deepseek.ts'
export type { DeepSeekModel } from './specs.ts'
