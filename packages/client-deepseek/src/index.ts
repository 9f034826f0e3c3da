export { deepseek, DeepSeekClient, type DeepSeekOptions } from './deepseek.ts'
export type { DeepSeekLimits } from './limits.ts'
export type { DeepSeekModel } from './specs.ts'
