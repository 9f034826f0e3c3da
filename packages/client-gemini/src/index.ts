export { gemini, GeminiClient, type GeminiOptions } from './gemini.ts'
export type { GeminiModel } from './specs.ts'
