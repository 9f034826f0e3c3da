export { mixtral, MixtralClient, type MixtralOptions } from './mixtral.ts'
export type { MixtralModel } from './specs.ts'
