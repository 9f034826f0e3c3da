export { azure, type AzureSettings } from './azure.ts'
export type { AzureOptions } from './options.ts'
