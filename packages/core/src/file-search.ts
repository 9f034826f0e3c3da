/** A passage that a search of files found. */
export interface FileSearchResult {
  readonly fileId?: string
  readonly filename?: string
  /** How well it fits, from 0 to 1. */
  readonly score?: number
  readonly text: string
  /** What was noted of the file when it was added. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}
