export { claude, ClaudeClient, type ClaudeOptions } from './claude.ts'
export type { ClaudeModel } from './specs.ts'
