export { claude, ClaudeClient, type ClaudeOptions } from './claude.ts'
export type { ClaudeLimits } from './limits.ts'
export type { ClaudeModel } from './specs.ts'
