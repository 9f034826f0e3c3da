import type { BedrockOptions } from '../options.ts'

/** Marks the end of what the prompt cache keeps. */
export function cachePoint({ cacheTtl: ttl }: BedrockOptions): Record<string, unknown> {
  return { cachePoint: { type: 'default', ...(ttl !== undefined && { ttl }) } }
}

/**
 * Names for the documents of one request: of the characters that Bedrock takes, and each used once, whatever the files
 * are called. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 */
export class DocumentNames {
  #used: Set<string> = new Set()

  next(filename: string | undefined): string {
    const stem = (filename ?? '').replace(/\.[^.]*$/, '')
    const legal = stem.replace(/[^a-zA-Z0-9\s()[\]-]+/g, '-').replace(/\s+/g, ' ')
    const base = legal.trim().slice(0, 190) || 'document'
    let name = base
    for (let count = 2; this.#used.has(name); count++) name = `${base} (${String(count)})`
    this.#used.add(name)
    return name
  }
}
