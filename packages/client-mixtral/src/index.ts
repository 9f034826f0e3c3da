export { mixtral, MixtralClient, type MixtralOptions } from './mixtral.ts'
export type { MixtralLimits } from './limits.ts'
export type { MixtralModel } from './specs.ts'
