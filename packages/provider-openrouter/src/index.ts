export { openrouter, type OpenRouterSettings } from './openrouter.ts'
export type { OpenRouterOptions, OpenRouterRouting, OpenRouterSearch } from './options.ts'
