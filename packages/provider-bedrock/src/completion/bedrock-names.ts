import type { BedrockOptions } from '../options.ts'

const LEGAL = /^[a-zA-Z0-9_-]{1,64}$/

/**
 * An id of a tool call that Bedrock takes. Its own stay as they are; of another host's, the same id always gives the same
 * result, and call and result stay together. Source of the pattern:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html
 */
export function legalId(id: string): string {
  return LEGAL.test(id) ? id : `${clean(id).slice(0, 55)}_${hash(id)}`
}

/** A tool's name, which is under the same rule; only names that a model made up are ever changed. */
export function legalName(name: string): string {
  return LEGAL.test(name) ? name : clean(name).slice(0, 64) || 'tool'
}

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

function clean(text: string): string {
  return text.replace(/[^a-zA-Z0-9_-]/g, '_')
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
}
