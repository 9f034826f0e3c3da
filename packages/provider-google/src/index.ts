export { google, vertex, type GoogleProvider, type VertexProvider } from './google.ts'
export type { GoogleOptions, SafetySetting } from './options.ts'
export type { GoogleSettings, VertexSettings } from './settings.ts'
