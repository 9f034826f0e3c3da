export { llama, LlamaClient, type LlamaOptions } from './llama.ts'
export type { LlamaLimits } from './limits.ts'
export type { LlamaModel } from './specs.ts'
