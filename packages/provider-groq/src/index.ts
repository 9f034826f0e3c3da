export { groq, type GroqSettings } from './groq.ts'
export type { GroqOptions } from './options.ts'
