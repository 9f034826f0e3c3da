export { llama, LlamaClient, type LlamaOptions } from './llama.ts'
export type { LlamaModel } from './specs.ts'
