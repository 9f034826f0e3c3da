export { gemini, GeminiClient, type GeminiOptions } from './gemini.ts'
export type { GeminiLimits } from './limits.ts'
export type { GeminiModel } from './specs.ts'
