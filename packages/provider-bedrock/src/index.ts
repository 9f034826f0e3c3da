export { bedrock, type BedrockProvider, type BedrockSettings } from './bedrock.ts'
export type { BedrockCredentials } from './bedrock-client.ts'
export type { BedrockOptions } from './options.ts'
